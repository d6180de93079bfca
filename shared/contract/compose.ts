import * as v from 'valibot';
import type { AccountId, ConversationId, DraftId, MessageId, OutboxId } from '../kit/brand.ts';
import type { Visibility } from '../domain/message.ts';
import { visibilities } from '../domain/message.ts';
import { call } from './define.ts';
import { followUpOfReply } from './new-follow-up.ts';
import type { NotOwner, Stale } from './refusals.ts';
import { accountId, conversationId, draftId, line, messageId, outboxId, peer } from './schemas.ts';

/** What a draft will become. A note is never sent. */
export const draftModes = ['reply', 'reply-all', 'forward', 'new'] as const;
export type DraftMode = (typeof draftModes)[number];

/** A person or mailbox with the name shown beside the address. */
export type Peer = { readonly name: string; readonly address: string };

/** A file that waits in a draft. `contentId` is set for pictures inside the text (RFC 2392). */
export type DraftAttachment = {
  readonly id: string;
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
  readonly contentId: string | null;
};

/** What an agent has typed so far. There is at most one draft for each conversation. */
export type Draft = {
  readonly id: DraftId;
  readonly conversation: ConversationId | null;
  readonly account: AccountId | null;
  readonly mode: DraftMode;
  /** The message that is answered or forwarded. */
  readonly inReplyTo: MessageId | null;
  readonly to: readonly Peer[];
  readonly cc: readonly Peer[];
  readonly bcc: readonly Peer[];
  readonly subject: string;
  /** What the agent typed, as the editor's HTML; pictures refer to attachments by `cid:`. Without quote and signature. */
  readonly html: string;
  readonly attachments: readonly DraftAttachment[];
  /** Whether the answered message is quoted below what was typed. */
  readonly quote: boolean;
  /** True when it goes out as text alone; then `html` is one `pre` element with the text as it was typed. */
  readonly plain: boolean;
  /** Who will see it; null on channels without a choice. Never wider than what is answered. */
  readonly visibility: Visibility | null;
  /** The widest that may be chosen: that of the answered message. */
  readonly widest: Visibility | null;
  /** Our own warning of what is inside, shown before it; empty for none. */
  readonly warning: string;
  /** A prepared text that goes instead of what was typed. */
  readonly template: ChosenTemplate | null;
  /** Until when the channel lets us answer freely, in ms UTC; null where it always does. Past: only a prepared text goes. */
  readonly windowUntil: number | null;
  readonly updatedAt: number;
};

/** A prepared text of the account, and what fills its variables by name. */
export type ChosenTemplate = { readonly id: string; readonly values: Readonly<Record<string, string>> };

/** A way to reach the customer of a conversation: an account of ours, and their address on its channel. */
export type Way = {
  readonly account: AccountId;
  readonly channel: string;
  readonly to: Peer;
  /** When they last wrote to us there, in ms UTC; null for never. */
  readonly heardAt: number | null;
  /** True for the one that the draft takes now. */
  readonly chosen: boolean;
};

/** A time on the wall, ms UTC. */
/** Which file of a draft; ours. */
const attachmentId = v.pipe(v.string(), v.maxLength(80));
const wallTime = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000));

const recipients = v.pipe(v.array(peer), v.maxLength(500));
/** What the page may change of a draft. */
export const draftEdit = v.strictObject({
  account: v.nullable(accountId),
  to: recipients,
  cc: recipients,
  bcc: recipients,
  subject: line,
  html: v.pipe(v.string(), v.maxLength(5_000_000)),
  quote: v.boolean(),
  plain: v.boolean(),
  /** What is left out stays as it is. */
  visibility: v.optional(v.nullable(v.picklist(visibilities))),
  warning: v.optional(line),
  template: v.optional(
    v.nullable(
      v.strictObject({
        id: v.pipe(v.string(), v.maxLength(200)),
        values: v.record(v.pipe(v.string(), v.maxLength(100)), v.pipe(v.string(), v.maxLength(2_000))),
      }),
    ),
  ),
});
export type DraftEdit = v.InferOutput<typeof draftEdit>;

type NoDraft = { readonly kind: 'draft-gone' };
type NotSendable =
  | { readonly kind: 'no-recipient' }
  | { readonly kind: 'bad-recipient'; readonly address: string }
  | { readonly kind: 'no-account' }
  | { readonly kind: 'too-large'; readonly bytes: number; readonly limit: number }
  | { readonly kind: 'too-many-files'; readonly count: number; readonly limit: number }
  /** Counted in the channel's own unit. `parts` is how many messages it would make, where it may be split. */
  | {
      readonly kind: 'too-long';
      readonly count: number;
      readonly limit: number;
      readonly parts: number | null;
    }
  /** The channel lets us answer only for so long; `templates` says whether a prepared text may still go. */
  | { readonly kind: 'window-closed'; readonly since: number; readonly templates: boolean }
  | { readonly kind: 'empty-message' };
type NoItem = { readonly kind: 'outbox-gone' };
/** A time to send at that has passed already. */
type PastTime = { readonly kind: 'past-time'; readonly at: number };
/** Variables of an inserted text that nobody filled in; they are never sent as they are. */
type Unfilled = { readonly kind: 'unfilled'; readonly variables: readonly string[] };

/** What an agent should look at before a draft is sent; all but `unfilled` may be sent anyway. */
export type SendStop =
  /** The text speaks of an attachment (`word` is how) and there is none. */
  | { readonly kind: 'attachment-forgotten'; readonly word: string }
  /** A typed address that was neither heard from nor written to; `alike` is a known one that differs in one letter. */
  | { readonly kind: 'stranger'; readonly address: string; readonly alike: string | null }
  | { readonly kind: 'no-subject' }
  | Unfilled;

/** One thing on its way out, as Settings and the problems queue list it. */
export type OutboxRow = {
  readonly id: OutboxId;
  readonly conversation: ConversationId;
  readonly subject: string;
  readonly to: readonly Peer[];
  readonly state:
    | 'queued'
    /** Leaves once the team has it. */
    | 'for-team'
    /** Waits for the time that the agent chose, `sendsAt`. */
    | 'planned'
    /** A planned one that does not leave by itself: somebody wrote since. */
    | 'held'
    | 'sending'
    | 'handed-over'
    | 'retrying'
    | 'failed'
    | 'unknown'
    | 'sent';
  readonly sendsAt: number;
  readonly attempts: number;
  readonly failure: { readonly kind: string; readonly said: string | null } | null;
};

export const composeCalls = {
  /** Opens the conversation's draft, or starts one with recipients and subject filled in for the mode. */
  'draft.start': call(
    v.strictObject({
      conversation: v.nullable(conversationId),
      message: v.nullable(messageId),
      mode: v.picklist(draftModes),
      account: v.nullable(accountId),
    }),
  )
    .answers<Draft>()
    .refuses<{ readonly kind: 'conversation-gone' } | { readonly kind: 'no-account' }>(),
  'draft.get': call(v.strictObject({ id: draftId }))
    .answers<Draft>()
    .refuses<NoDraft>(),
  'draft.save': call(v.strictObject({ id: draftId, edit: draftEdit }))
    .answers<{ readonly updatedAt: number }>()
    .refuses<NoDraft>(),
  /** Changes reply to reply-all, forward and back, keeping what was typed. */
  'draft.mode': call(v.strictObject({ id: draftId, mode: v.picklist(draftModes) }))
    .answers<Draft>()
    .refuses<NoDraft>(),
  /** The ways in which the conversation's customer can be reached, the one they wrote last first. */
  'draft.ways': call(v.strictObject({ id: draftId }))
    .answers<{ readonly ways: readonly Way[] }>()
    .refuses<NoDraft>(),
  /** Lets the draft go another way: account, recipient, subject and visibility follow, what was typed stays. */
  'draft.through': call(
    v.strictObject({ id: draftId, account: accountId, to: v.pipe(v.string(), v.maxLength(1_000)) }),
  )
    .answers<Draft>()
    .refuses<NoDraft | { readonly kind: 'no-account' }>(),
  'draft.discard': call(v.strictObject({ id: draftId }))
    .answers<null>()
    .refuses<NoDraft>(),
  'draft.attach': call(
    v.strictObject({
      id: draftId,
      name: line,
      mimeType: v.pipe(v.string(), v.maxLength(200)),
      inline: v.boolean(),
      bytes: v.instance(Uint8Array),
    }),
  )
    .answers<DraftAttachment>()
    .refuses<NoDraft | NotSendable>(),
  /** Asks which files to attach and attaches them; the page never sees a path. */
  'draft.attachFiles': call(v.strictObject({ id: draftId }))
    .answers<{ readonly attachments: readonly DraftAttachment[] }>()
    .refuses<NoDraft | NotSendable>(),
  'draft.detach': call(v.strictObject({ id: draftId, attachment: attachmentId }))
    .answers<null>()
    .refuses<NoDraft>(),
  /** Bytes of a picture that the draft shows. */
  'draft.picture': call(v.strictObject({ id: draftId, attachment: attachmentId }))
    .answers<{ readonly mimeType: string; readonly bytes: Uint8Array }>()
    .refuses<NoDraft>(),
  /** Turns a draft into plain text, or back into rich text; the engine keeps the choice for the account's next drafts. */
  'draft.plain': call(v.strictObject({ id: draftId, plain: v.boolean() }))
    .answers<Draft>()
    .refuses<NoDraft>(),
  /** What to look at before the draft is sent, in the order in which it is said. */
  'draft.check': call(v.strictObject({ id: draftId }))
    .answers<{ readonly stops: readonly SendStop[] }>()
    .refuses<NoDraft>(),
  /**
   * Saves the send before anything is tried; it leaves when the undo window has run, at once with `now`, or with `at`
   * when the clock on the wall shows that time (ms UTC). `seenRev` is what the agent last saw.
   */
  'draft.send': call(
    v.strictObject({
      id: draftId,
      seenRev: v.nullable(v.number()),
      resolve: v.boolean(),
      now: v.optional(v.boolean()),
      at: v.optional(wallTime),
      /** A text over the channel's limit goes as several messages, in order; undone, they come back as one draft. */
      split: v.optional(v.boolean()),
      /** A promise to come back, made in the same transaction. */
      followUp: followUpOfReply,
    }),
  )
    .answers<{ readonly outbox: OutboxId; readonly conversation: ConversationId; readonly sendsAt: number }>()
    .refuses<NoDraft | NotSendable | Stale | NotOwner | PastTime | Unfilled>(),
  /** Takes a send back inside its undo window; the draft is there again. */
  'outbox.undo': call(v.strictObject({ id: outboxId }))
    .answers<{ readonly draft: DraftId; readonly conversation: ConversationId | null }>()
    .refuses<NoItem | { readonly kind: 'too-late' }>(),
  /**
   * Gives a planned send another time, or lets it leave now (null). It also releases one that is held: the agent says
   * with `seenRev` what of the conversation was looked at.
   */
  'outbox.plan': call(
    v.strictObject({ id: outboxId, at: v.nullable(wallTime), seenRev: v.nullable(v.number()) }),
  )
    .answers<{ readonly sendsAt: number }>()
    .refuses<NoItem | PastTime | Stale | { readonly kind: 'too-late' }>(),
  'outbox.list': call(v.strictObject({})).answers<{ readonly rows: readonly OutboxRow[] }>(),
  /** Tries a failed send again now; for an unknown outcome this is the agent's own decision to send once more. */
  'outbox.retry': call(v.strictObject({ id: outboxId }))
    .answers<null>()
    .refuses<NoItem>(),
  /** The agent says what became of a send whose outcome is unknown, or gives a failed one back to the drafts. */
  'outbox.settle': call(v.strictObject({ id: outboxId, as: v.picklist(['was-sent', 'back-to-draft']) }))
    .answers<null>()
    .refuses<NoItem>(),
} as const;
