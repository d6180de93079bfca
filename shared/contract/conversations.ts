import * as v from 'valibot';
import type { AccountId, ConversationId, CustomerId, MemberId, MessageId, OutboxId } from '../kit/brand.ts';
import type { MessageFacts } from '../domain/message.ts';
import type { FollowUp } from '../domain/conversation/follow-up.ts';
import type { ConversationEventKind } from '../domain/conversation/events.ts';
import type { Turn, ConversationStatus } from '../domain/conversation/state.ts';
import type { Draft } from './compose.ts';
import { call } from './define.ts';
import type { Changed, Stale } from './refusals.ts';
import { accountId, conversationId, line, memberId, pageCursor, pageSize } from './schemas.ts';

/**
 * The queues of the rail. Where there is one member, `my-turn` and `waiting` hold what nobody owns as well; in a team
 * they hold what is mine. `member` is everything open of one member, `inbox` everything that is not done.
 */
export const views = [
  'my-turn',
  'waiting',
  'unowned',
  'member',
  'snoozed',
  'inbox',
  'unread',
  'drafts',
  'problems',
  'done',
  'all',
] as const;
export type View = (typeof views)[number];

/** Which conversations a list shows. */
export const listQuery = v.strictObject({
  view: v.picklist(views),
  account: v.nullable(accountId),
  /** Whose conversations, with the view `member`. */
  owner: v.optional(memberId),
  tag: v.optional(line),
});
export type ListQuery = v.InferOutput<typeof listQuery>;

/** A member with the name shown. */
export type MemberName = { readonly id: MemberId; readonly name: string };

/** Which target counts: the first answer, a later one, or the end. */
export type TargetKind = 'first-answer' | 'next-answer' | 'resolution';

/** What is known of a conversation's unsent words: the worst of its outbox items. */
export type OutboxMark = 'none' | 'waiting' | 'failed' | 'unknown';

/** One line of the list. Times are milliseconds UTC. */
export type ConversationRow = {
  readonly id: ConversationId;
  readonly rev: number;
  readonly channel: string;
  readonly account: AccountId | null;
  readonly subject: string;
  readonly snippet: string;
  readonly customer: { readonly id: CustomerId; readonly name: string; readonly address: string };
  readonly status: ConversationStatus;
  readonly owner: MemberName | null;
  /** Whom the owner answers for while that one is away. */
  readonly coveredFor: MemberName | null;
  /** Who had it, where nobody has it now. */
  readonly hadBy: MemberName | null;
  readonly snoozedUntil: number | null;
  /** The open promise or check that comes up first. */
  readonly followUp: Pick<FollowUp, 'id' | 'owner' | 'dueAt' | 'purpose' | 'fellAt'> | null;
  /** How many checks are open; while there are any it is resolved but not closed. */
  readonly checks: number;
  readonly tags: readonly string[];
  readonly turn: Turn;
  readonly waitingSince: number | null;
  /** The customer's clock: since when they wait in any of their open conversations, while it is our turn here. */
  readonly customerWaitingSince: number | null;
  /** What is to happen next by our own targets, from when it runs and when it is due. */
  readonly target: { readonly kind: TargetKind; readonly from: number; readonly at: number } | null;
  readonly lastAt: number;
  readonly messages: number;
  readonly unread: number;
  readonly attachments: boolean;
  readonly draft: boolean;
  readonly outbox: OutboxMark;
};

/**
 * A page of a list, where it begins (null at the top) and where the next one begins (null at the end). What ends where
 * this one begins is the page before it.
 */
export type ConversationPage = {
  readonly rows: readonly ConversationRow[];
  readonly after: string | null;
  readonly next: string | null;
};

/** Where in a list a page lies that is not asked for by where it begins. */
const listPlace = v.variant('kind', [
  /** Ends where a page begins; null: with the list. */
  v.strictObject({ kind: v.literal('until'), cursor: pageCursor }),
  /** About where this share of the list ends: its place is guessed, as a scroll bar guesses. */
  v.strictObject({ kind: v.literal('about'), share: v.pipe(v.number(), v.minValue(0), v.maxValue(1)) }),
]);
export type ListPlace = v.InferOutput<typeof listPlace>;

/** How many conversations each queue holds, over all accounts and for each account. */
export type Counts = {
  readonly views: Readonly<Record<View, number>>;
  readonly accounts: readonly { readonly id: AccountId; readonly inbox: number; readonly unread: number }[];
};

/** What happened to a message of ours on its way out. */
export type Delivery =
  /** `forTeam`: it also waits until the team has it, because somebody may have been first. */
  | {
      readonly kind: 'queued';
      readonly outbox: OutboxId;
      readonly sendsAt: number;
      readonly forTeam: boolean;
    }
  /** Leaves when the clock shows the time that the agent chose; `rev` is the conversation's, for `outbox.plan`. */
  | { readonly kind: 'planned'; readonly outbox: OutboxId; readonly at: number; readonly rev: number }
  /** Was to leave at that time; somebody wrote in the conversation since, so the agent has to look first. */
  | { readonly kind: 'held'; readonly outbox: OutboxId; readonly at: number; readonly rev: number }
  | { readonly kind: 'sending'; readonly outbox: OutboxId }
  /** `planned` is the time that was chosen for it; null for what was sent at once. */
  | { readonly kind: 'sent'; readonly at: number; readonly planned: number | null }
  | {
      readonly kind: 'failed';
      readonly outbox: OutboxId | null;
      readonly reason: FailureWords;
      readonly at: number;
    }
  | { readonly kind: 'unknown'; readonly outbox: OutboxId; readonly at: number };

/** A failure from outside: a kind with its catalogue entry, and the other side's own words where it gave any. */
export type FailureWords = {
  readonly kind: string;
  readonly said: string | null;
  readonly recipient: string | null;
};

/** One entry of a conversation's timeline, oldest first. */
export type TimelineItem =
  | ({ readonly kind: 'message'; readonly delivery: Delivery | null } & MessageFacts)
  | {
      readonly kind: 'event';
      readonly id: string;
      readonly at: number;
      readonly event: ConversationEventKind;
      readonly by: MemberName | null;
      /** Values for the catalogue entry `event.<kind>`; members by their names. */
      readonly values: Readonly<Record<string, string | number>>;
      /** The key for `conversation.undo`, where this can be taken back at any time. */
      readonly undo: string | null;
    };

/** The head of an open conversation. */
export type ConversationDetail = ConversationRow & {
  readonly participants: readonly {
    readonly name: string;
    readonly address: string;
    readonly role: 'customer' | 'us' | 'other';
  }[];
  readonly draftContent: Draft | null;
  /** The newest message that can be answered. */
  readonly lastMessage: MessageId | null;
  /** Who gave it to whoever sits here, and their words, until that one does something with it. */
  readonly handed: {
    readonly by: MemberName;
    readonly how: 'assigned' | 'transferred';
    readonly words: string;
    readonly at: number;
  } | null;
};

/** As many as may be selected, or none. */
const anyConversations = v.pipe(v.array(conversationId), v.maxLength(5_000));

type Gone = { readonly kind: 'conversation-gone'; readonly mergedInto: ConversationId | null };
/** With whether it was erased, here or for the whole team. */
type GoneAndWhy = Gone & { readonly erased: boolean };

export const conversationCalls = {
  'conversation.list': call(
    v.strictObject({ query: listQuery, after: pageCursor, limit: pageSize, at: v.optional(listPlace) }),
  ).answers<ConversationPage>(),
  'conversation.counts': call(v.strictObject({})).answers<Counts>(),
  'conversation.get': call(v.strictObject({ id: conversationId }))
    .answers<ConversationDetail>()
    .refuses<GoneAndWhy>(),
  /** The newest `limit` entries before a cursor, answered oldest first. */
  'conversation.timeline': call(v.strictObject({ id: conversationId, before: pageCursor, limit: pageSize }))
    .answers<{ readonly items: readonly TimelineItem[]; readonly earlier: string | null }>()
    .refuses<Gone>(),
  'conversation.seen': call(v.strictObject({ id: conversationId, seen: v.boolean() }))
    .answers<null>()
    .refuses<Gone>(),
  /** Solved: closed with that, unless a check is open. */
  'conversation.resolve': call(v.strictObject({ ids: anyConversations })).answers<Changed>(),
  'conversation.reopen': call(v.strictObject({ ids: anyConversations })).answers<Changed>(),
  /** Puts back what the change with this undo key did, wherever nothing has happened since. */
  'conversation.undo': call(v.strictObject({ undo: v.pipe(v.string(), v.maxLength(80)) }))
    .answers<{ readonly done: number }>()
    .refuses<Stale>(),
} as const;
