import type { AccountId, ConversationId, DraftId, OutboxId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { ActionContext } from '../action.ts';
import { bundleOf, outboxItem } from '../../store/read/outbox.ts';
import type { OutboxItem } from '../../store/read/outbox.ts';
import { stateOf } from '../../store/project/append-events.ts';
import { learnt } from '../../store/team/op.ts';
import { recountConversation } from '../../store/write/conversation.ts';
import {
  changeOutboxItem,
  countTry,
  dateSent,
  markOutbox,
  planOutboxItem,
} from '../../store/write/outbox.ts';
import { queuePieces, queueReply, tellOutbox } from './queue-reply.ts';
import { applyStep } from './apply-step.ts';
import type { StepInput } from './apply-step.ts';
import { giveBack } from './give-back.ts';

type Gone = { readonly kind: 'outbox-gone' };

/** Takes an item for sending; null when it was taken back, or is not to be sent, meanwhile. */
const begin = (context: ActionContext, { id }: { readonly id: OutboxId }): OutboxItem | null => {
  const item = outboxItem(context.db, id);
  if (item === null || item.held || item.waitsForTeam) return null;
  if (item.state !== 'queued' && item.state !== 'retrying') return null;
  countTry(context.db, id, context.clock.now());
  tellOutbox(context, item.conversation);
  return outboxItem(context.db, id);
};

/**
 * Gives a planned send whose time has come the date it leaves with; `bytes` are its wire form with that date. Answers
 * false when it is not to leave: taken back, held because somebody wrote, or put off meanwhile.
 */
const release = (
  context: ActionContext,
  { id, at, bytes }: { readonly id: OutboxId; readonly at: number; readonly bytes: Uint8Array },
): boolean => {
  const { db, vault } = context;
  const item = outboxItem(db, id);
  if (item === null || item.held || item.waitsForTeam || item.state !== 'queued') return false;
  if (item.plannedAt === null || item.plannedAt > at) return false;
  const source = vault.put(bytes);
  dateSent(db, item, { at, source });
  context.team?.save(learnt(item.message, { at, source }));
  recountConversation(db, item.conversationNum);
  tellOutbox(context, item.conversation);
  return true;
};

/** Whether nobody can have got any of it. */
const isUntouched = (item: OutboxItem): boolean =>
  item.handedOverAt === null &&
  item.pending.length === item.recipients.length &&
  (item.state === 'queued' || item.state === 'retrying');

type PlanRefusal =
  | Gone
  | { readonly kind: 'too-late' }
  | { readonly kind: 'past-time'; readonly at: number }
  | { readonly kind: 'stale'; readonly rev: number };

/** Gives a planned send another time, or lets it leave now; whoever does has looked at what was written since. */
const plan = (
  context: ActionContext,
  input: { readonly id: OutboxId; readonly at: number | null; readonly seenRev: number | null },
): Result<{ readonly sendsAt: number }, PlanRefusal> => {
  const { db, clock } = context;
  const item = outboxItem(db, input.id);
  if (item === null) return fail({ kind: 'outbox-gone' });
  if (item.plannedAt === null) return fail({ kind: 'outbox-gone' });
  if (!isUntouched(item)) return fail({ kind: 'too-late' });
  const now = clock.now();
  if (input.at !== null && input.at <= now) return fail({ kind: 'past-time', at: input.at });
  const state = stateOf(db, item.conversationNum);
  if (input.seenRev !== null && state !== undefined && state.spokenRev > input.seenRev) {
    return fail({ kind: 'stale', rev: state.rev });
  }
  const sendsAt = input.at ?? now;
  planOutboxItem(db, input.id, sendsAt);
  markOutbox(db, item.conversationNum);
  tellOutbox(context, item.conversation);
  return ok({ sendsAt });
};

/** Committed before the server could accept (RFC 1047): from here on a lost answer is an unknown outcome. */
const handOver = (context: ActionContext, { id }: { readonly id: OutboxId }): null => {
  changeOutboxItem(context.db, id, { state: 'handed-over', handedOverAt: context.clock.now() });
  return null;
};

/**
 * After a restart, or where the state of a send could not be written: what was being sent but never handed over is simply to be sent.
 * Of one account, which is sending nothing at the moment, or of all. Answers how many items there were.
 */
const recover = (context: ActionContext, { account }: { readonly account: AccountId | null }): number =>
  context.db.run(
    `UPDATE outbox SET state = 'retrying', next_try_at = $now
     WHERE state = 'sending' AND handed_over_at IS NULL AND account_id = ifnull($account, account_id)`,
    { now: context.clock.now(), account },
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
  const pieces = bundleOf(context.db, item);
  if (!pieces.every(isUntouched)) return fail({ kind: 'too-late' });
  return ok(giveBack(context, pieces));
};

/** An item that a person may decide on, because it has not left as it should. */
const undecided = ({ db }: ActionContext, id: OutboxId): OutboxItem | null => {
  const item = outboxItem(db, id);
  return item !== null && ['failed', 'unknown', 'retrying'].includes(item.state) ? item : null;
};

/** Tries again now. For an unknown outcome this is the agent's own decision to send once more. */
const retry = (context: ActionContext, { id }: { readonly id: OutboxId }): Result<null, Gone> => {
  const item = undecided(context, id);
  if (item === null) return fail({ kind: 'outbox-gone' });
  const now = context.clock.now();
  changeOutboxItem(context.db, id, { state: 'retrying', nextTryAt: now, handedOverAt: null, failure: null });
  // The day that a send is tried for begins anew, and whoever decided this has seen that it may have gone out.
  context.db.run('UPDATE outbox SET first_try_at = NULL, doubtful = 0 WHERE id = ?', [id]);
  markOutbox(context.db, item.conversationNum);
  tellOutbox(context, item.conversation);
  return ok(null);
};

const settle = (
  context: ActionContext,
  { id, as }: { readonly id: OutboxId; readonly as: 'was-sent' | 'back-to-draft' },
): Result<null, Gone> => {
  const item = undecided(context, id);
  if (item === null) return fail({ kind: 'outbox-gone' });
  if (as === 'was-sent') applyStep(context, { id, step: { kind: 'sent', externalId: null } });
  else giveBack(context, [item]);
  return ok(null);
};

/** Gives back what was given to a colleague's device and taken back before any had it: the team's database said so. */
const withdrawn = (context: ActionContext, { id }: { readonly id: OutboxId }): Undone | null => {
  const item = outboxItem(context.db, id);
  return item?.state === 'handed-over' ? giveBack(context, [item]) : null;
};

/** What happens to sends. */
export const outboxActions = {
  'outbox.queue': queueReply,
  'outbox.queuePieces': queuePieces,
  'outbox.release': release,
  'outbox.plan': plan,
  'outbox.begin': begin,
  'outbox.handOver': handOver,
  'outbox.step': (context: ActionContext, input: StepInput) => applyStep(context, input),
  'outbox.recover': recover,
  'outbox.filed': filed,
  'outbox.echoed': echoed,
  'outbox.undo': undo,
  'outbox.withdrawn': withdrawn,
  'outbox.retry': retry,
  'outbox.settle': settle,
} as const;
