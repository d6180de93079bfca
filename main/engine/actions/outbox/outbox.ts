import type { ConversationId, DraftId, OutboxId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { ActionContext } from '../action.ts';
import { outboxItem } from '../../store/read/outbox.ts';
import type { OutboxItem } from '../../store/read/outbox.ts';
import { changeOutboxItem, countTry, markOutbox } from '../../store/write/outbox.ts';
import { queueReply, tellOutbox } from './queue-reply.ts';
import { applyStep } from './apply-step.ts';
import type { StepInput } from './apply-step.ts';
import { giveBack } from './give-back.ts';

type Gone = { readonly kind: 'outbox-gone' };

/** Takes an item for sending; null when it was taken back, or is not to be sent, meanwhile. */
const begin = (context: ActionContext, { id }: { readonly id: OutboxId }): OutboxItem | null => {
  const item = outboxItem(context.db, id);
  if (item === null || (item.state !== 'queued' && item.state !== 'retrying')) return null;
  countTry(context.db, id, context.clock.now());
  tellOutbox(context, item.conversation);
  return outboxItem(context.db, id);
};

/** Committed before the server could accept (RFC 1047): from here on a lost answer is an unknown outcome. */
const handOver = (context: ActionContext, { id }: { readonly id: OutboxId }): null => {
  changeOutboxItem(context.db, id, { state: 'handed-over', handedOverAt: context.clock.now() });
  return null;
};

/** After a restart: what was being sent but never handed over is simply to be sent. Answers how many items there were. */
const recover = (context: ActionContext, _input: Readonly<Record<string, never>>): number =>
  context.db.run(
    `UPDATE outbox SET state = 'retrying', next_try_at = ? WHERE state = 'sending' AND handed_over_at IS NULL`,
    [context.clock.now()],
  );

const filed = (context: ActionContext, { id }: { readonly id: OutboxId }): null => {
  const item = outboxItem(context.db, id);
  if (item !== null) changeOutboxItem(context.db, id, { state: item.state, filed: true });
  return null;
};

/** Our own message has come back from the folder of sent mail: proof that it went out, and a copy is where it belongs. */
const echoed = (context: ActionContext, { id }: { readonly id: OutboxId }): null => {
  const item = outboxItem(context.db, id);
  if (item === null) return null;
  if (item.state === 'unknown') applyStep(context, { id, step: { kind: 'sent', externalId: null } });
  const state = outboxItem(context.db, id)?.state ?? item.state;
  if (state === 'sent') changeOutboxItem(context.db, id, { state, filed: true });
  return null;
};

type Undone = { readonly draft: DraftId; readonly conversation: ConversationId | null };

const undo = (
  context: ActionContext,
  { id }: { readonly id: OutboxId },
): Result<Undone, Gone | { readonly kind: 'too-late' }> => {
  const item = outboxItem(context.db, id);
  if (item === null) return fail({ kind: 'outbox-gone' });
  const untouched = item.handedOverAt === null && item.pending.length === item.recipients.length;
  if (!untouched || (item.state !== 'queued' && item.state !== 'retrying')) return fail({ kind: 'too-late' });
  return ok(giveBack(context, item));
};

/** Tries again now. For an unknown outcome this is the agent's own decision to send once more. */
const retry = (context: ActionContext, { id }: { readonly id: OutboxId }): Result<null, Gone> => {
  const item = outboxItem(context.db, id);
  if (item === null || !['failed', 'unknown', 'retrying'].includes(item.state))
    return fail({ kind: 'outbox-gone' });
  const now = context.clock.now();
  changeOutboxItem(context.db, id, { state: 'retrying', nextTryAt: now, handedOverAt: null, failure: null });
  // The day that a send is tried for begins anew.
  context.db.run('UPDATE outbox SET first_try_at = NULL WHERE id = ?', [id]);
  markOutbox(context.db, item.conversationNum);
  tellOutbox(context, item.conversation);
  return ok(null);
};

const settle = (
  context: ActionContext,
  { id, as }: { readonly id: OutboxId; readonly as: 'was-sent' | 'back-to-draft' },
): Result<null, Gone> => {
  const item = outboxItem(context.db, id);
  if (item === null || !['failed', 'unknown', 'retrying'].includes(item.state))
    return fail({ kind: 'outbox-gone' });
  if (as === 'was-sent') applyStep(context, { id, step: { kind: 'sent', externalId: null } });
  else giveBack(context, item);
  return ok(null);
};

/** What happens to sends. */
export const outboxActions = {
  'outbox.queue': queueReply,
  'outbox.begin': begin,
  'outbox.handOver': handOver,
  'outbox.step': (context: ActionContext, input: StepInput) => applyStep(context, input),
  'outbox.recover': recover,
  'outbox.filed': filed,
  'outbox.echoed': echoed,
  'outbox.undo': undo,
  'outbox.retry': retry,
  'outbox.settle': settle,
} as const;
