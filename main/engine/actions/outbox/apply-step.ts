import type { ConversationEvent } from '#shared/domain/conversation/events.ts';
import type { OutboxId } from '#shared/kit/brand.ts';
import type { ActionContext } from '../action.ts';
import type { NextStep } from '../../outbox/plan.ts';
import { appendEvents } from '../../store/project/append-events.ts';
import { outboxItem } from '../../store/read/outbox.ts';
import type { OutboxItem } from '../../store/read/outbox.ts';
import { wantFlag } from '../../store/write/locations.ts';
import { changeOutboxItem, markOutbox, renameSent } from '../../store/write/outbox.ts';
import type { OutboxChange } from '../../store/write/outbox.ts';
import { recountConversation } from '../../store/write/conversation.ts';
import { deleteMessage } from '../../store/write/message.ts';
import { mergeConversations } from '../conversations/merge.ts';
import { takeParked } from '../ingest/facts.ts';
import { tellOutbox } from './queue-reply.ts';

/** What came of a try, as the plan decided it. */
export type StepInput = { readonly id: OutboxId; readonly step: NextStep };

const changeFor = (item: OutboxItem, step: NextStep, now: number): OutboxChange => {
  switch (step.kind) {
    case 'sent':
      return { state: 'sent', pending: [], sentAt: item.sentAt ?? now, failure: null };
    case 'retry':
    case 'failed':
      return {
        state: step.kind === 'retry' ? 'retrying' : 'failed',
        pending: step.pending,
        nextTryAt: step.kind === 'retry' ? step.at : item.nextTryAt,
        handedOverAt: null,
        failure: step.failure,
        ...(step.served ? { sentAt: item.sentAt ?? now } : {}),
      };
    case 'reconcile':
      return { state: 'handed-over', nextTryAt: step.at };
    case 'unknown':
      return { state: 'unknown', failure: step.failure };
  }
};

const eventFor = (
  item: OutboxItem,
  step: NextStep,
): Extract<ConversationEvent, { readonly outbox: OutboxId }> | null => {
  const { id: outbox, message } = item;
  switch (step.kind) {
    case 'sent':
      return { kind: 'reply.sent', outbox, message, writtenAt: item.writtenAt };
    case 'failed':
      return { kind: 'reply.failed', outbox, message, reason: step.failure.kind };
    case 'unknown':
      return { kind: 'reply.uncertain', outbox, message };
    case 'retry':
    case 'reconcile':
      return null;
  }
};

const markAnswered = ({ db, clock }: ActionContext, item: OutboxItem): void => {
  const answered = db.get<{ seq: number | null }>(
    `SELECT seq FROM message WHERE conversation_num = ? AND direction = 'in' AND automatic IS NULL AND at <= ?
     ORDER BY at DESC, seq DESC LIMIT 1`,
    [item.conversationNum, item.writtenAt],
  );
  if (answered === undefined || answered.seq === null) return;
  wantFlag(db, answered.seq, 'answered', true, clock.now());
  db.run('UPDATE message SET answered = 1 WHERE seq = ?', [answered.seq]);
};

/**
 * The server has told how it calls what was sent. A copy that came back before that, and that nothing showed to be ours, is the same
 * message; what the server has said of it meanwhile happens to it now.
 */
export const known = (context: ActionContext, item: OutboxItem, name: string): void => {
  const { db } = context;
  const copy = db.get<{ seq: number; conversation_num: number }>(
    'SELECT seq, conversation_num FROM message WHERE account_id = ? AND name = ? AND client_id IS NULL',
    [item.account, name],
  );
  if (name !== item.externalId) renameSent(db, item.seq, name);
  if (copy !== undefined) {
    if (copy.conversation_num !== item.conversationNum) {
      mergeConversations(context, [item.conversationNum, copy.conversation_num], { author: null });
    }
    // What the copy's coming was told with counts: the later of the two times is when we answered.
    db.run('UPDATE location SET seq = ? WHERE seq = ?', [item.seq, copy.seq]);
    db.run(
      `UPDATE message SET permalink = c.permalink, at = max(message.at, c.at)
       FROM (SELECT permalink, at FROM message WHERE seq = $copy) AS c WHERE message.seq = $seq`,
      { copy: copy.seq, seq: item.seq },
    );
    deleteMessage(db, copy.seq);
    const place = db.get<{ num: number }>('SELECT conversation_num AS num FROM message WHERE seq = ?', [
      item.seq,
    ]);
    if (place !== undefined) recountConversation(db, place.num);
  }
  const channel =
    db.get<{ kind: string }>('SELECT kind FROM account WHERE id = ?', [item.account])?.kind ?? '';
  const where = { account: item.account, channel, historic: () => false };
  takeParked(context, where, { name, clientId: null, room: null });
};

/** Writes the next state of an item with its event; nothing for an item that is gone or has been sent already. */
export const applyStep = (context: ActionContext, { id, step }: StepInput): null => {
  const { db, clock } = context;
  const item = outboxItem(db, id);
  if (item === null || item.state === 'sent') return null;
  const now = clock.now();
  changeOutboxItem(db, id, changeFor(item, step, now));
  const event = eventFor(item, step);
  if (event !== null) {
    appendEvents(context, item.conversationNum, [{ event, at: now }], { author: null });
    const name = step.kind === 'sent' ? step.externalId : null;
    context.team?.save({ kind: 'sent', conversation: item.conversation, message: item.message, event, name });
  }
  if (step.kind === 'sent') {
    markAnswered(context, item);
    if (step.externalId !== null) known(context, item, step.externalId);
  }
  markOutbox(db, item.conversationNum);
  tellOutbox(context, item.conversation);
  return null;
};
