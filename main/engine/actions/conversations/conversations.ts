import type { Refused as RefusedOf } from '#shared/contract/contract.ts';
import type { Changed } from '#shared/contract/refusals.ts';
import type { Command } from '#shared/domain/conversation/commands.ts';
import type { ConversationId, FollowUpId, MemberId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { findConversation } from '../../store/read/find-conversation.ts';
import { wantFlag } from '../../store/write/locations.ts';
import type { Action, ActionContext } from '../action.ts';
import { tellUnread } from '../ingest/changes.ts';
import { changeMany } from './change.ts';
import { mergeConversations } from './merge.ts';
import { split } from './split.ts';
import { undo } from './undo.ts';

/** Marks all of a conversation read, or its newest customer message unread, here and on the server. */
const seen: Action<
  { readonly id: ConversationId; readonly seen: boolean },
  Result<null, RefusedOf<'conversation.seen'>>
> = (context, input) => {
  const { db, clock } = context;
  const found = findConversation(db, input.id);
  if (found.kind === 'gone') return fail({ kind: 'conversation-gone', mergedInto: found.mergedInto });
  const rows = db.all<{ seq: number }>(
    input.seen
      ? "SELECT seq FROM message WHERE conversation_num = ? AND seen = 0 AND direction = 'in'"
      : `SELECT seq FROM (SELECT seq, seen FROM message WHERE conversation_num = ? AND direction = 'in'
         ORDER BY at DESC, seq DESC LIMIT 1) WHERE seen = 1`,
    [found.num],
  );
  for (const { seq } of rows) {
    db.run('UPDATE message SET seen = ? WHERE seq = ?', [Number(input.seen), seq]);
    wantFlag(db, seq, 'seen', input.seen, clock.now());
  }
  if (rows.length > 0) tellUnread(context, [found.num]);
  return ok(null);
};

type Ids = { readonly ids: readonly ConversationId[] };
type ByMany<Input = Ids> = Action<Input & Ids, Changed>;

const always =
  (command: Command): ByMany =>
  (context, { ids }) =>
    changeMany(context, ids, () => command);

const assign: ByMany<{ readonly to: MemberId | null; readonly note: string }> = (
  context,
  { ids, to, note },
) => changeMany(context, ids, () => ({ kind: 'assign', to, note }));

const transfer: ByMany<{
  readonly to: MemberId;
  readonly reason: string;
  readonly checkAt: number;
  readonly returnAt: number | null;
}> = (context, { ids, to, reason, checkAt, returnAt }) => {
  const newId = (): FollowUpId => context.ids.next() as FollowUpId;
  return changeMany(context, ids, () => ({
    kind: 'transfer',
    to,
    reason,
    check: { id: newId(), dueAt: checkAt },
    returns: returnAt === null ? null : { id: newId(), dueAt: returnAt },
  }));
};

const snooze: ByMany<{ readonly until: number }> = (context, { ids, until }) =>
  changeMany(context, ids, () => ({ kind: 'snooze', until }));

const tag: ByMany<{ readonly add: readonly string[]; readonly remove: readonly string[] }> = (
  context,
  { ids, add, remove },
) => changeMany(context, ids, () => ({ kind: 'tag', add, remove }));

const merge = (
  context: ActionContext,
  { ids }: Ids,
): Result<
  { readonly conversation: ConversationId; readonly undo: string },
  RefusedOf<'conversation.merge'>
> => {
  const nums: number[] = [];
  for (const id of new Set(ids)) {
    const found = findConversation(context.db, id);
    if (found.kind === 'gone') return fail({ kind: 'conversation-gone', mergedInto: found.mergedInto });
    nums.push(found.num);
  }
  const { survivor, undo: key } = mergeConversations(context, nums, { author: context.me });
  const row = context.db.get<{ id: ConversationId }>('SELECT id FROM conversation WHERE num = ?', [survivor]);
  if (row === undefined) throw new Error('the merged conversation is not there');
  return ok({ conversation: row.id, undo: key });
};

/** What an agent does with conversations as a whole. */
export const conversationActions = {
  'conversation.seen': seen,
  'conversation.claim': always({ kind: 'claim' }),
  'conversation.assign': assign,
  'conversation.transfer': transfer,
  'conversation.resolve': always({ kind: 'resolve' }),
  'conversation.reopen': always({ kind: 'reopen' }),
  'conversation.snooze': snooze,
  'conversation.wake': always({ kind: 'wake', because: 'agent' }),
  'conversation.tag': tag,
  'conversation.merge': merge,
  'conversation.split': split,
  'conversation.undo': undo,
} as const;
