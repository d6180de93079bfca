import { listConversations } from '#main/engine/store/read/conversation-list.ts';
import { textColumns, unpackText } from '#main/engine/store/packed-text.ts';
import type { StoredText } from '#main/engine/store/packed-text.ts';
import { findConversation } from '#main/engine/store/read/find-conversation.ts';
import { viewerOf } from '#main/engine/store/read/members.ts';
import { readTimeline } from '#main/engine/store/read/timeline.ts';
import type { ConversationRow, TimelineItem, View } from '#shared/contract/conversations.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import type { TestWorkspace } from './workspace.ts';

/** The first two hundred rows of a view. */
export const rowsOf = (workspace: TestWorkspace, view: View = 'all'): readonly ConversationRow[] =>
  listConversations(workspace.reader, { view, account: null }, viewerOf(workspace.reader), null, 200).rows;

/** The only conversation of a workspace; fails where there are more or none. */
export const onlyRow = (workspace: TestWorkspace): ConversationRow => {
  const [row, ...more] = rowsOf(workspace);
  if (row === undefined || more.length > 0)
    throw new Error(`one conversation expected, not ${String(more.length)} more`);
  return row;
};

/** The timeline of a conversation, oldest first. */
export const timelineOf = (workspace: TestWorkspace, id: ConversationId): readonly TimelineItem[] => {
  const found = findConversation(workspace.reader, id);
  return found.kind === 'gone' ? [] : readTimeline(workspace.reader, found.num, null, 200).items;
};

/** What a timeline says in short: the text of messages and the kinds of events. */
export const told = (workspace: TestWorkspace, id: ConversationId): readonly string[] =>
  timelineOf(workspace, id).map((entry) => (entry.kind === 'message' ? entry.text : entry.event));

/** Conversations as sets of message texts, in an order that does not depend on how they came about. */
export const grouping = (workspace: TestWorkspace): readonly string[] => {
  const groups = new Map<number, string[]>();
  const rows = workspace.reader.all<StoredText & { readonly num: number }>(
    `SELECT m.conversation_num AS num, ${textColumns} FROM message m JOIN message_text t ON t.seq = m.seq`,
  );
  for (const row of rows) groups.set(row.num, [...(groups.get(row.num) ?? []), unpackText(row)]);
  return [...groups.values()].map((texts) => texts.sort().join(' ')).sort();
};
