import { createHash } from 'node:crypto';
import type { NewFollowUp } from '#shared/contract/new-follow-up.ts';
import type { NotOwner, Stale } from '#shared/contract/refusals.ts';
import { decide } from '#shared/domain/conversation/decide.ts';
import { closingAfterWorkingDays } from '#shared/domain/business-hours/business-time.ts';
import { unopened } from '#shared/domain/conversation/state.ts';
import type { ConversationState } from '#shared/domain/conversation/state.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import { otherSide } from '#shared/domain/contact/correspondent.ts';
import type { Attachment, Correspondent, Visibility } from '#shared/domain/message.ts';
import { threadNames } from '#shared/domain/threading/names.ts';
import type {
  AccountId,
  BlobId,
  ConversationId,
  DraftId,
  FollowUpId,
  MessageId,
  OutboxId,
} from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { Draft } from '#shared/contract/compose.ts';
import type { ActionContext } from '../action.ts';
import { circumstancesOf } from '../circumstances.ts';
import { appendEvents, stateOf } from '../../store/project/append-events.ts';
import { connectedAccount } from '../../store/read/account.ts';
import { memberName } from '../../store/read/members.ts';
import { readDraft, draftFiles } from '../../store/read/draft.ts';
import { readSchedule } from '../../store/read/targets.ts';
import { addToConversation, insertConversation } from '../../store/write/conversation.ts';
import { meet } from '../../store/write/customer.ts';
import { deleteDraft } from '../../store/write/draft.ts';
import { insertMessage } from '../../store/write/message.ts';
import { insertOutboxItem, markOutbox } from '../../store/write/outbox.ts';
import { indexMessages } from '../../store/write/search-index.ts';
import { conversationsByName, nameConversation } from '../../store/write/threads.ts';

/** Everything a send is, frozen at the click. Times are ms UTC. */
export type QueueReply = {
  readonly draft: DraftId;
  readonly outbox: OutboxId;
  readonly account: AccountId;
  readonly channel: string;
  readonly at: number;
  readonly undoMs: number;
  /** The time on the wall at which it is to leave; null for as soon as the undo window has run. */
  readonly plannedAt: number | null;
  /** What the agent last saw of the conversation; null for a new one. */
  readonly seenRev: number | null;
  readonly resolve: boolean;
  /** A promise to come back, made with the reply. */
  readonly followUp: NewFollowUp | null;
  readonly from: Correspondent;
  readonly to: readonly Correspondent[];
  readonly cc: readonly Correspondent[];
  readonly bcc: readonly Correspondent[];
  readonly subject: string;
  readonly text: string;
  readonly snippet: string;
  readonly references: readonly string[];
  readonly attachments: readonly Attachment[];
  readonly externalId: string | null;
  /** The talk it belongs to on its channel; null where messages alone say what belongs together. */
  readonly room: string | null;
  readonly visibility: Visibility | null;
  readonly warning: string;
  /** Ties the messages together that one long text was cut into; null for one that went whole. */
  readonly bundle: OutboxId | null;
  /** Whether the draft's files go with it; of several pieces the last one has them. */
  readonly carriesFiles: boolean;
  /** The editor's HTML of this piece, where it is one of several. */
  readonly piece: string | null;
  readonly recipients: readonly string[];
  readonly bytes: Uint8Array;
  /** Whether the wire form has more than bare text to show. */
  readonly hasHtml: boolean;
  /** That, where the wire form cannot give it again. */
  readonly html: string | null;
};

type Queued = { readonly outbox: OutboxId; readonly conversation: ConversationId; readonly sendsAt: number };
type Refused = { readonly kind: 'draft-gone' } | Stale | NotOwner;

const messageIdOf = (outbox: OutboxId): MessageId =>
  createHash('sha256').update(`sent ${outbox}`).digest('hex') as MessageId;

type Place = { readonly id: ConversationId; readonly num: number };

const placeOf = (context: ActionContext, id: ConversationId): Place | null => {
  const row = context.db.get<{ num: number }>('SELECT num FROM conversation WHERE id = ?', [id]);
  return row === undefined ? null : { id, num: row.num };
};

/** A first word in a room where something was said already goes on there. */
const roomOf = ({ db }: ActionContext, input: QueueReply): Place | null => {
  if (input.room === null) return null;
  const { parents } = threadNames(input.channel, input.account, {
    self: null,
    parents: [],
    room: input.room,
  });
  const [num] = conversationsByName(db, parents);
  return num === undefined
    ? null
    : (db.get<Place>('SELECT id, num FROM conversation WHERE num = ?', [num]) ?? null);
};

/** Notes everybody it goes to and opens the conversation where there is none yet. */
const openPlace = (context: ActionContext, input: QueueReply, message: MessageId): Place => {
  const { db, ids } = context;
  const meeting = { channel: input.channel, at: input.at, how: 'named' as const };
  const envelope = { ...input, direction: 'out' as const, replyTo: [] };
  const person = otherSide(envelope, new Set([input.from.address]));
  const customer = meet(context, person, meeting);
  const id = ids.next() as ConversationId;
  const num = insertConversation(db, {
    id,
    channel: input.channel,
    account: input.account,
    customer,
    customerAddress: comparable(person.address),
    subject: input.subject,
    firstAt: input.at,
    firstMessage: message,
  });
  return { id, num };
};

const writeMessage = (
  context: ActionContext,
  input: QueueReply,
  place: Place,
  { id, source }: { readonly id: MessageId; readonly source: BlobId },
): number => {
  const { db } = context;
  for (const person of [...input.to, ...input.cc, ...input.bcc]) {
    meet(context, person, { channel: input.channel, at: input.at, how: 'written' });
  }
  const seq = insertMessage(db, {
    ...input,
    id,
    conversation: place.num,
    direction: 'out',
    clientId: input.outbox,
    replyTo: [],
    hasHtml: input.hasHtml,
    seen: true,
    answered: false,
    automatic: null,
    oddities: [],
    authenticatedFrom: null,
    invitation: null,
    source,
    sourcePartial: false,
    attachments: input.attachments.map((file) => ({ ...file, blob: null, remote: false })),
    name: input.externalId,
    permalink: null,
    editedAt: null,
  });
  const envelope = { ...input, direction: 'out' as const, replyTo: [] };
  const person = otherSide(envelope, new Set([input.from.address]));
  addToConversation(db, place.num, {
    id,
    at: input.at,
    subject: input.subject,
    snippet: input.snippet,
    unseen: false,
    files: input.attachments.length > 0,
    customer: meet(context, person, { channel: input.channel, at: input.at, how: 'named' }),
    customerAddress: comparable(person.address),
    stranger: false,
  });
  // The customer's answer refers to this name, and must lead here before it has been sent anywhere.
  const { self, parents } = threadNames(input.channel, input.account, {
    self: input.externalId,
    parents: input.references,
    room: input.room,
  });
  nameConversation(db, self === null ? parents : [self, ...parents], place.num);
  indexMessages(db, [seq]);
  return seq;
};

/**
 * The promise that an account's replies make by themselves: to come back when nobody has answered by the end of so many
 * working days after the reply leaves. Not with a reply that resolves, nor beside a promise that is still to come up.
 */
const promisedByAccount = (
  { db }: ActionContext,
  input: QueueReply,
  state: ConversationState,
): NewFollowUp | null => {
  const days = connectedAccount(db, input.account)?.noReplyDays ?? null;
  const isToCome = state.followUps.some(({ purpose, fellAt }) => purpose === 'promise' && fellAt === null);
  if (days === null || input.resolve || isToCome) return null;
  const due = closingAfterWorkingDays(readSchedule(db), input.plannedAt ?? input.at, days);
  return due.ok ? { dueAt: due.value, ifNoReply: true, every: null, why: '' } : null;
};

/**
 * Saves a reply, or the first message of a new conversation, before anything is tried: message, outbox item and events
 * in one transaction, and the draft is gone. Refuses when somebody has written since the agent looked.
 */
export const queueReply = (context: ActionContext, input: QueueReply): Result<Queued, Refused> => {
  const draft = readDraft(context.db, input.draft);
  if (draft === null) return fail({ kind: 'draft-gone' });
  const queued = queueOne(context, input, draft);
  if (!queued.ok) return queued;
  forgetDraft(context, draft);
  return queued;
};

/** Saves one long text as several messages, in order, all in one transaction; each is a send of its own from then on. */
export const queuePieces = (
  context: ActionContext,
  { pieces }: { readonly pieces: readonly QueueReply[] },
): Result<Queued, Refused> => {
  const [first, ...rest] = pieces;
  const draft = first === undefined ? null : readDraft(context.db, first.draft);
  if (first === undefined || draft === null) return fail({ kind: 'draft-gone' });
  const queued = queueOne(context, first, draft);
  if (!queued.ok) return queued;
  for (const piece of rest) {
    // What the agent had seen was judged with the first; since then only the pieces before have been said.
    const next = queueOne(
      context,
      { ...piece, seenRev: null },
      { ...draft, conversation: queued.value.conversation },
    );
    if (!next.ok) throw new Error(`a piece was refused after the first: ${next.failure.kind}`);
  }
  forgetDraft(context, draft);
  return queued;
};

const forgetDraft = (context: ActionContext, draft: Draft): void => {
  deleteDraft(context.db, draft.id);
  context.changed({ topic: 'drafts', conversation: draft.conversation });
};

const queueOne = (context: ActionContext, input: QueueReply, draft: Draft): Result<Queued, Refused> => {
  const { db, me, ids } = context;
  const message = messageIdOf(input.outbox);
  const known = draft.conversation === null ? roomOf(context, input) : placeOf(context, draft.conversation);
  const state = known === null ? unopened : (stateOf(db, known.num) ?? unopened);
  const promised = input.followUp ?? promisedByAccount(context, input, state);
  const command = {
    kind: 'queue-reply',
    outbox: input.outbox,
    message,
    seenRev: input.seenRev,
    resolve: input.resolve,
    followUp: promised === null ? null : { ...promised, id: ids.next() as FollowUpId },
  } as const;
  const decided = decide(state, command, circumstancesOf(context));
  if (!decided.ok) {
    const { failure } = decided;
    if (failure.kind === 'stale') return fail(failure);
    if (failure.kind === 'not-owner') return fail({ ...failure, name: memberName(db, failure.owner) });
    return fail({ kind: 'draft-gone' });
  }
  const place = known ?? openPlace(context, input, message);
  const source = context.vault.put(input.bytes);
  const seq = writeMessage(context, input, place, { id: message, source });
  const events = decided.value.map((event) => ({ event, at: input.at }));
  appendEvents(context, place.num, events, { author: me });
  const sendsAt = input.plannedAt ?? input.at + input.undoMs;
  insertOutboxItem(db, {
    id: input.outbox,
    conversation: place.num,
    seq,
    account: input.account,
    draft: JSON.stringify({
      // A piece of a longer text comes back as that piece; taken back with all the others, the whole does.
      draft: input.piece === null ? draft : { ...draft, html: input.piece },
      whole: input.piece === null ? null : draft.html,
      files: input.carriesFiles ? draftFiles(db, input.draft) : [],
      resolved: input.resolve,
      followUp: command.followUp?.id ?? null,
    }),
    envelopeFrom: input.from.address,
    recipients: input.recipients,
    externalId: input.externalId,
    source,
    sendsAt,
    plannedAt: input.plannedAt,
    bundle: input.bundle,
    createdAt: input.at,
  });
  context.team?.save({
    kind: 'reply',
    conversation: place.id,
    opens: known === null,
    command,
    account: input.account,
    channel: input.channel,
    at: input.at,
    externalId: input.externalId,
    references: input.references,
    room: input.room,
  });
  markOutbox(db, place.num);
  tellOutbox(context, place.id);
  if (promised !== null) context.changed({ topic: 'follow-ups' });
  return ok({ outbox: input.outbox, conversation: place.id, sendsAt });
};

/** What a change of an outbox item touches. */
export const tellOutbox = ({ changed }: ActionContext, conversation: ConversationId): void => {
  changed({ topic: 'outbox' });
  changed({ topic: 'conversation', id: conversation });
  changed({ topic: 'lists' });
};
