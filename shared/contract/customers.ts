import * as v from 'valibot';
import type { SameReason } from '../domain/contact/same-person.ts';
import type {
  CustomerChanged,
  CustomerGone,
  IdentityElsewhere,
  NoAddressLeft,
  NothingToUndo,
  PreviewOld,
} from '../domain/customer/refusals.ts';
import type { Purpose } from '../domain/conversation/follow-up.ts';
import type { ConversationId, CustomerId, FollowUpId, MemberId } from '../kit/brand.ts';
import type { ConversationRow } from './conversations.ts';
import { call } from './define.ts';
import { customerId, line, pageCursor, pageSize } from './schemas.ts';

/** One address of a customer. Times are ms UTC. */
export type CustomerIdentity = {
  readonly channel: string;
  readonly address: string;
  /** What they call themselves there. */
  readonly name: string;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Where they were when they last wrote, as far as their browser said: page, title, language, first visit; null where nothing is known. */
  readonly visit: { readonly at: number; readonly facts: Readonly<Record<string, string>> } | null;
  /** True when they named this address themselves and nothing has come from it yet. */
  readonly named: boolean;
};

/** A customer in a line: for choosing one, and for saying whom something is about. */
export type CustomerLine = {
  readonly id: CustomerId;
  readonly rev: number;
  readonly name: string;
  readonly company: string;
  /** The address last heard from or written to, and how many there are. */
  readonly address: string;
  readonly addresses: number;
};

/** A merge that can be taken back: who came, when, with how many addresses, and by whom. */
export type CustomerMerge = {
  readonly undo: string;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly at: number;
  readonly by: { readonly id: MemberId; readonly name: string } | null;
};

/** The customer panel. */
export type CustomerDetail = {
  readonly id: CustomerId;
  readonly rev: number;
  /** As agents called them, else as they call themselves. */
  readonly name: string;
  readonly company: string;
  readonly note: string;
  /** Newest contact first. */
  readonly identities: readonly CustomerIdentity[];
  readonly firstSeenAt: number | null;
  readonly lastSeenAt: number | null;
  readonly received: number;
  readonly sent: number;
  /** The first unanswered message of theirs in all that is open, on every channel. */
  readonly waitingSince: number | null;
  /** Newest first. */
  readonly merges: readonly CustomerMerge[];
};

/** One of the two customers of a merge, as the preview shows them. */
export type MergeSide = CustomerLine & {
  readonly note: string;
  readonly identities: readonly { readonly channel: string; readonly address: string }[];
  readonly conversations: number;
  readonly lastSeenAt: number | null;
};

/** Two customers who may be one, and why: the address, company or domain that they share. */
export type Suggestion = {
  readonly reason: SameReason;
  readonly shared: string;
  readonly one: CustomerLine;
  readonly other: CustomerLine;
};

/** A time in which a customer waited, in which conversation. */
export type CustomerWait = {
  readonly conversation: ConversationId;
  readonly subject: string;
  readonly since: number;
  readonly answeredAt: number | null;
  readonly first: boolean;
};

/** How long a customer waited in their newest conversations. */
export type WaitingHistory = {
  /** Newest first. */
  readonly waits: readonly CustomerWait[];
  /** The middle of the first answers' times, in ms, and of how many. */
  readonly medianFirst: number | null;
  readonly answeredFirst: number;
};

/** Something that was promised to a customer, or is to be checked with them. */
export type CustomerPromise = {
  readonly id: FollowUpId;
  readonly conversation: ConversationId;
  readonly subject: string;
  readonly owner: { readonly id: MemberId; readonly name: string };
  readonly purpose: Purpose;
  readonly dueAt: number;
  /** It vanishes when the customer answers. */
  readonly ifNoReply: boolean;
  readonly why: string;
  /** Its time has come and it was told. */
  readonly fell: boolean;
};

/** What goes with a customer, counted, and what stays. */
export type ErasePreview = {
  /** What has to be typed. */
  readonly name: string;
  readonly conversations: number;
  readonly messages: number;
  readonly files: number;
  readonly drafts: number;
  readonly notes: number;
  /** Conversations that stay, because other customers wrote in them, and how many messages go from these. */
  readonly shared: number;
  readonly sharedMessages: number;
  /** Something of theirs is being sent or waits for a word of ours: it has to be settled first. */
  readonly unsettled: boolean;
  /** The workspace belongs to a team: it goes for everybody. */
  readonly inTeam: boolean;
  /** Why it cannot be erased here and now; null where it can. */
  readonly refused: EraseInTeam['kind'] | null;
};

/**
 * Why nobody is erased for a team: agents do not erase; some of it is in accounts that are not shared with whoever asks;
 * the team's database is not there, or was not told of the customer yet; its owner has not upgraded it yet.
 */
export type EraseInTeam = {
  readonly kind: 'erase-leads-only' | 'erase-hidden' | 'erase-team-away' | 'erase-team-old';
};

type EraseRefusal =
  | CustomerGone
  /** What was typed is not the name. */
  | { readonly kind: 'erase-name' }
  /** Something of theirs is being sent, or failed and nobody has said what becomes of it. */
  | { readonly kind: 'erase-unsettled' }
  | EraseInTeam;

type NotUndone = NothingToUndo | NoAddressLeft | CustomerChanged | CustomerGone;
type Same = { readonly kind: 'same-customer' };
type Undoable = { readonly undo: string };

const rev = v.pipe(v.number(), v.integer(), v.minValue(0));
const undoKey = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
const address = v.pipe(v.string(), v.maxLength(1_000));
const side = v.picklist(['into', 'from']);

export const customerCalls = {
  'customer.get': call(v.strictObject({ id: customerId }))
    .answers<CustomerDetail>()
    .refuses<CustomerGone>(),
  /** Customers by the beginning of their names and addresses, those last in contact first. */
  'customer.find': call(v.strictObject({ text: line, limit: pageSize })).answers<{
    readonly customers: readonly CustomerLine[];
  }>(),
  /**
   * Writes name, company or note; what is left out stays. `seenRev` is what the agent looked at (null: whatever is
   * there). With the `undo` of an earlier answer it goes on with that edit, and undo takes back all of it; the answer's
   * is null where nothing was changed.
   */
  'customer.update': call(
    v.strictObject({
      id: customerId,
      seenRev: v.nullable(rev),
      undo: v.optional(undoKey),
      name: v.optional(line),
      company: v.optional(line),
      note: v.optional(v.pipe(v.string(), v.maxLength(20_000))),
    }),
  )
    .answers<{ readonly rev: number; readonly undo: string | null }>()
    .refuses<CustomerGone | CustomerChanged>(),
  'customer.conversations': call(
    v.strictObject({ id: customerId, after: pageCursor, limit: pageSize }),
  ).answers<{
    readonly rows: readonly ConversationRow[];
    readonly next: string | null;
  }>(),
  /** Follow-ups and checks in all of a customer's conversations, what is due first before the rest. */
  'customer.promises': call(v.strictObject({ id: customerId })).answers<{
    readonly promises: readonly CustomerPromise[];
  }>(),
  'customer.waits': call(v.strictObject({ id: customerId })).answers<WaitingHistory>(),
  /** What would come together if these two were made one. Changes nothing. */
  'customer.mergePreview': call(v.strictObject({ into: customerId, from: customerId }))
    .answers<{ readonly into: MergeSide; readonly from: MergeSide }>()
    .refuses<CustomerGone | Same>(),
  /** Makes two customers one, with the words chosen in a preview of exactly these revisions. Can be undone for ever. */
  'customer.merge': call(
    v.strictObject({
      into: v.strictObject({ id: customerId, rev }),
      from: v.strictObject({ id: customerId, rev }),
      choice: v.strictObject({ name: side, company: side, note: v.picklist(['into', 'from', 'both']) }),
    }),
  )
    .answers<Undoable>()
    .refuses<CustomerGone | Same | PreviewOld>(),
  /** Gives one address, with all that was said there, to another customer; `to` null makes a new one. */
  'customer.moveIdentity': call(
    v.strictObject({ channel: line, address, from: customerId, to: v.nullable(customerId) }),
  )
    .answers<Undoable & { readonly to: CustomerId }>()
    .refuses<CustomerGone | Same | NoAddressLeft | IdentityElsewhere>(),
  /** Takes back an edit, a merge, a move or a dismissal by its key, as far as nobody wrote something else since. */
  'customer.undo': call(v.strictObject({ undo: undoKey }))
    .answers<null>()
    .refuses<NotUndone>(),
  /** Who may be the same person as this customer, by what they share. */
  'customer.suggested': call(v.strictObject({ id: customerId })).answers<{
    readonly suggestions: readonly Suggestion[];
  }>(),
  /** All suggestions of the workspace. `limit` counts what is shared; a page may be empty and not the last one. */
  'customer.suggestions': call(v.strictObject({ after: pageCursor, limit: pageSize })).answers<{
    readonly rows: readonly Suggestion[];
    readonly next: string | null;
  }>(),
  /** What erasing a customer would take with it, and what must be typed for it. Changes nothing. */
  'customer.erasePreview': call(v.strictObject({ id: customerId }))
    .answers<ErasePreview>()
    .refuses<CustomerGone>(),
  /** Erases a customer for good, in the background; `typed` is the name as the preview shows it. Cannot be undone. */
  'customer.erase': call(v.strictObject({ id: customerId, typed: line }))
    .answers<{ readonly id: string }>()
    .refuses<EraseRefusal>(),
  /** Remembers that two customers are two people. */
  'customer.dismissSuggestion': call(v.strictObject({ one: customerId, other: customerId }))
    .answers<Undoable>()
    .refuses<CustomerGone | Same>(),
} as const;
