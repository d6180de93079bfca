import type { Refused } from '#shared/contract/contract.ts';
import { decide } from '#shared/domain/conversation/decide.ts';
import type { ConversationEventKind } from '#shared/domain/conversation/events.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { appendEvents, stateOf } from '../../store/project/append-events.ts';
import { findConversation } from '../../store/read/find-conversation.ts';
import { wantFlag } from '../../store/write/locations.ts';
import type { Action, ActionContext } from '../action.ts';
import { tellUnread } from '../ingest/changes.ts';

type Done = { readonly done: number; readonly undo: string };

/** Marks all of a conversation read, or its newest customer message unread, here and on the server. */
const seen: Action<
  { readonly id: ConversationId; readonly seen: boolean },
  Result<null, Refused<'conversation.seen'>>
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

/** Gives one command to many conversations; those that are gone or already there are left out of the count. */
const forEach = (
  context: ActionContext,
  ids: readonly ConversationId[],
  kind: 'resolve' | 'reopen',
): Done => {
  const { db, me, clock } = context;
  const undo = context.ids.next();
  let done = 0;
  for (const id of new Set(ids)) {
    const found = findConversation(db, id);
    const state = found.kind === 'here' ? stateOf(db, found.num) : undefined;
    if (found.kind === 'gone' || state === undefined) continue;
    const decided = decide(state, { kind }, { me, doneByImport: false });
    if (!decided.ok || decided.value.length === 0) continue;
    const at = clock.now();
    appendEvents(
      context,
      found.num,
      decided.value.map((event) => ({ event, at })),
      { author: me, undo },
    );
    done += 1;
    context.changed({ topic: 'conversation', id });
    context.changed({ topic: 'lists' });
  }
  return { done, undo };
};

type ByMany = Action<{ readonly ids: readonly ConversationId[] }, Done>;
const resolve: ByMany = (context, { ids }) => forEach(context, ids, 'resolve');
const reopen: ByMany = (context, { ids }) => forEach(context, ids, 'reopen');

type Undoable = {
  readonly conversation_num: number;
  readonly id: ConversationId;
  readonly rev: number;
  readonly kind: ConversationEventKind;
  readonly now: number;
};

/** Puts back what a change with this key did, wherever nothing has happened since; refuses when something has everywhere. */
const undo: Action<
  { readonly undo: string },
  Result<{ readonly done: number }, Refused<'conversation.undo'>>
> = (context, input) => {
  const { db, me, clock } = context;
  const rows = db.all<Undoable>(
    `SELECT e.conversation_num, c.id, e.rev, e.kind, c.rev AS now FROM event e
     JOIN conversation c ON c.num = e.conversation_num WHERE e.undo = ?`,
    [input.undo],
  );
  let done = 0;
  for (const row of rows) {
    if (row.now !== row.rev) continue;
    const at = clock.now();
    const event =
      row.kind === 'conversation.resolved'
        ? ({ kind: 'conversation.reopened', because: 'agent' } as const)
        : ({ kind: 'conversation.resolved' } as const);
    appendEvents(context, row.conversation_num, [{ event, at }], { author: me });
    done += 1;
    context.changed({ topic: 'conversation', id: row.id });
    context.changed({ topic: 'lists' });
  }
  const [first] = rows;
  return done === 0 && first !== undefined ? fail({ kind: 'stale', rev: first.now }) : ok({ done });
};

/** What an agent does with conversations as a whole. */
export const conversationActions = {
  'conversation.seen': seen,
  'conversation.resolve': resolve,
  'conversation.reopen': reopen,
  'conversation.undo': undo,
} as const;
