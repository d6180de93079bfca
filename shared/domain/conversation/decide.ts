import { assertNever } from '../../kit/assert-never.ts';
import type { ConversationId, MemberId, MessageId, OutboxId } from '../../kit/brand.ts';
import { fail, ok } from '../../kit/result.ts';
import type { Result } from '../../kit/result.ts';
import type { ConversationEvent } from './events.ts';
import type { ConversationState } from './state.ts';

/** What somebody, or something outside, wants of a conversation. */
export type Command =
  /** A message from the channel belongs here. */
  | { readonly kind: 'take-in'; readonly message: Incoming }
  | { readonly kind: 'resolve' }
  | { readonly kind: 'reopen' }
  /** An agent's reply is saved for sending; it claims what nobody owns. */
  | {
      readonly kind: 'queue-reply';
      readonly outbox: OutboxId;
      readonly message: MessageId;
      /** The rev that the agent last saw; null for a new conversation. */
      readonly seenRev: number | null;
      readonly resolve: boolean;
    }
  | { readonly kind: 'merge-into'; readonly into: ConversationId }
  | { readonly kind: 'absorb'; readonly from: ConversationId }
  | {
      readonly kind: 'bounce';
      readonly message: MessageId;
      readonly recipient: string;
      readonly status: string;
      readonly historic: boolean;
    };

/** A message from a channel, as far as the rules care. */
export type Incoming = {
  readonly id: MessageId;
  readonly direction: 'in' | 'out';
  readonly automatic: boolean;
  /** True when it is so old that it is history: it opens nothing (see `isHistoric`). */
  readonly historic: boolean;
  /** True while the first import of its folder runs. */
  readonly imported: boolean;
};

/** Why a command was refused. */
export type ConversationRefusal =
  | { readonly kind: 'stale'; readonly rev: number }
  | { readonly kind: 'conversation-gone'; readonly mergedInto: ConversationId | null };

/** What a decision depends on beside the state. */
export type Circumstances = {
  readonly me: MemberId;
  /** Whether the conversation was put to `done` by the import and not by a person. */
  readonly doneByImport: boolean;
};

/** Fourteen days: what has been quiet for longer when an account is connected is history, not work. */
const historyAfterMs = 14 * 24 * 60 * 60 * 1_000;

/** Whether a message written at `at` is history, seen from `reference`: the start of the first import, later the present. */
export const isHistoric = (at: number, reference: number): boolean => at < reference - historyAfterMs;

/** Decides what happens, or why not. Pure. */
export const decide = (
  state: ConversationState,
  command: Command,
  circumstances: Circumstances,
): Result<readonly ConversationEvent[], ConversationRefusal> => {
  if (state.status === 'merged') return fail({ kind: 'conversation-gone', mergedInto: state.mergedInto });
  switch (command.kind) {
    case 'take-in':
      return ok(takeIn(state, command.message, circumstances));
    case 'resolve':
      return ok(state.status === 'done' ? [] : [{ kind: 'conversation.resolved' }]);
    case 'reopen':
      return ok(state.status === 'open' ? [] : [{ kind: 'conversation.reopened', because: 'agent' }]);
    case 'queue-reply':
      return queueReply(state, command, circumstances.me);
    case 'merge-into':
      return ok([{ kind: 'conversation.merged', into: command.into }]);
    case 'absorb':
      return ok([{ kind: 'conversation.absorbed', from: command.from }]);
    case 'bounce':
      return ok(bounce(state, command));
    default:
      return assertNever(command);
  }
};

const takeIn = (
  state: ConversationState,
  message: Incoming,
  { doneByImport }: Circumstances,
): readonly ConversationEvent[] => {
  const fresh = state.rev === 0;
  const told: ConversationEvent = {
    kind: message.direction === 'in' ? 'message.received' : 'message.answered',
    message: message.id,
    automatic: message.automatic,
  };
  if (fresh) {
    const opened: readonly ConversationEvent[] = [{ kind: 'conversation.opened', message: message.id }, told];
    return message.historic ? [...opened, { kind: 'conversation.resolved' }] : opened;
  }
  return reopens(state, message, doneByImport)
    ? [told, { kind: 'conversation.reopened', because: message.direction === 'in' ? 'customer' : 'agent' }]
    : [told];
};

/**
 * A new customer message reopens. What the first import finds reopens only what the import itself had closed, so
 * that the result does not depend on the order in which folders are read.
 */
const reopens = (state: ConversationState, message: Incoming, doneByImport: boolean): boolean => {
  if (state.status !== 'done' || message.historic) return false;
  if (message.imported) return doneByImport;
  return message.direction === 'in' && !message.automatic;
};

const queueReply = (
  state: ConversationState,
  command: Extract<Command, { kind: 'queue-reply' }>,
  me: MemberId,
): Result<readonly ConversationEvent[], ConversationRefusal> => {
  if (command.seenRev !== null && state.spokenRev > command.seenRev) {
    return fail({ kind: 'stale', rev: state.rev });
  }
  const events: ConversationEvent[] = [];
  if (state.rev === 0) events.push({ kind: 'conversation.opened', message: command.message });
  if (state.owner === null) events.push({ kind: 'conversation.claimed', by: me });
  events.push({ kind: 'reply.queued', outbox: command.outbox, message: command.message });
  if (command.resolve && state.status === 'open') events.push({ kind: 'conversation.resolved' });
  if (!command.resolve && state.status === 'done') {
    events.push({ kind: 'conversation.reopened', because: 'agent' });
  }
  return ok(events);
};

const bounce = (
  state: ConversationState,
  { message, recipient, status, historic }: Extract<Command, { kind: 'bounce' }>,
): readonly ConversationEvent[] => {
  if (historic) return [];
  const bounced: ConversationEvent = { kind: 'reply.bounced', message, recipient, status };
  return state.status === 'done'
    ? [bounced, { kind: 'conversation.reopened', because: 'bounce' }]
    : [bounced];
};
