import type { StreamChange } from '#main/channels/kit/channel.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { assertNever } from '#shared/kit/assert-never.ts';
import { recountUnread } from '../../store/write/conversation.ts';
import { followFlags, itemsWith, removeLocation, setFlags } from '../../store/write/locations.ts';
import type { ActionContext } from '../action.ts';
import type { IngestBatch } from './intake.ts';

/** Follows what happened on the server to items pulled before; messages stay, only their places and flags change. */
export const applyChanges = (context: ActionContext, batch: IngestBatch): void => {
  const touched = new Set<number>();
  for (const change of batch.changes) applyChange(context, batch, change, touched);
  tellUnread(context, touched);
};

const applyChange = (
  { db }: ActionContext,
  { account, stream }: IngestBatch,
  change: StreamChange,
  touched: Set<number>,
): void => {
  switch (change.kind) {
    case 'flags': {
      const set = setFlags(db, { account, stream, item: change.key }, change);
      if (set === null) return;
      const conversation = followFlags(db, set.seq);
      if (conversation !== null) touched.add(conversation);
      return;
    }
    case 'gone':
      removeLocation(db, { account, stream, item: change.key });
      return;
    case 'renumbered':
      for (const item of itemsWith(db, { account, stream }, change.prefix, 'without')) {
        removeLocation(db, { account, stream, item });
      }
      return;
    case 'present': {
      const there = new Set(change.keys);
      for (const item of itemsWith(db, { account, stream }, change.prefix, 'with')) {
        if (!there.has(item)) removeLocation(db, { account, stream, item });
      }
      return;
    }
    default:
      assertNever(change);
  }
};

/** Brings unread counts up to date and tells of those that changed. */
export const tellUnread = ({ db, changed }: ActionContext, conversations: Iterable<number>): void => {
  for (const num of conversations) {
    recountUnread(db, num);
    const row = db.get<{ id: ConversationId }>('SELECT id FROM conversation WHERE num = ?', [num]);
    if (row === undefined) continue;
    changed({ topic: 'conversation', id: row.id });
    changed({ topic: 'lists' });
  }
};
