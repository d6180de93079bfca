import type {
  ConversationId,
  FollowUpId,
  MemberId,
  MessageId,
  NoteId,
  OutboxId,
  ReviewId,
} from '../../kit/brand.ts';
import type { Presence, Role } from '../member.ts';
import type { Purpose } from './follow-up.ts';
import type { Picture, ReviewEnd, Verdict } from './review.ts';

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

/** A promise that somebody makes; the id comes from outside, as rules make none. */
export type NewFollowUp = {
  readonly id: FollowUpId;
  readonly dueAt: number;
  readonly ifNoReply: boolean;
  readonly every: number | null;
  readonly why: string;
};

/** What somebody, or something outside, wants of a conversation. Times are ms UTC. */
export type Command =
  /** A message from the channel belongs here. */
  | { readonly kind: 'take-in'; readonly message: Incoming }
  | { readonly kind: 'claim' }
  | { readonly kind: 'assign'; readonly to: MemberId | null; readonly note: string }
  | {
      readonly kind: 'transfer';
      readonly to: MemberId;
      readonly reason: string;
      readonly check: { readonly id: FollowUpId; readonly dueAt: number };
      /** Comes back to the giver if nobody takes it up by then. */
      readonly returns: { readonly id: FollowUpId; readonly dueAt: number } | null;
    }
  | { readonly kind: 'resolve' }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'snooze'; readonly until: number }
  | { readonly kind: 'wake'; readonly because: 'time' | 'agent' }
  | { readonly kind: 'tag'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | {
      readonly kind: 'note';
      readonly note: NoteId;
      readonly text: string;
      readonly mentions: readonly MemberId[];
    }
  | { readonly kind: 'promise'; readonly followUp: NewFollowUp }
  | { readonly kind: 'move-follow-up'; readonly id: FollowUpId; readonly dueAt: number }
  | { readonly kind: 'keep-follow-up'; readonly id: FollowUpId }
  | { readonly kind: 'cancel-follow-up'; readonly id: FollowUpId }
  /** A lead has somebody else keep a promise or a check, such as those of a member who is away. */
  | {
      readonly kind: 'give-follow-up';
      readonly id: FollowUpId;
      readonly to: MemberId;
      readonly note: string;
    }
  /** The clock has reached what is due; `late` when that was while the application was off or asleep. */
  | {
      readonly kind: 'fall-due';
      readonly id: FollowUpId;
      readonly now: number;
      readonly late: boolean;
      /** The IANA zone whose clock a daily repeat follows; UTC without it. */
      readonly zone?: string;
    }
  | {
      readonly kind: 'confirm-check';
      readonly id: FollowUpId;
      readonly how: 'customer-confirmed' | 'customer-words';
      readonly message: MessageId | null;
    }
  | { readonly kind: 'waive-check'; readonly id: FollowUpId; readonly reason: string }
  /** The owner is away: the substitute answers. Back again: it returns to whom it was covered for. */
  | { readonly kind: 'cover' }
  | { readonly kind: 'give-back' }
  /** An agent's reply is saved for sending; it claims what nobody owns. */
  | {
      readonly kind: 'queue-reply';
      readonly outbox: OutboxId;
      readonly message: MessageId;
      /** The rev that the agent last saw; null for a new conversation. */
      readonly seenRev: number | null;
      readonly resolve: boolean;
      readonly followUp?: NewFollowUp | null;
    }
  | {
      readonly kind: 'bounce';
      readonly message: MessageId;
      readonly recipient: string;
      readonly status: string;
      readonly historic: boolean;
    }
  /** Colleagues are to look at an answer that is being written. */
  | {
      readonly kind: 'ask-review';
      readonly review: ReviewId;
      readonly of: readonly MemberId[];
      readonly note: string;
      readonly answer: Picture;
    }
  /** `html` is a wording that is suggested instead. */
  | {
      readonly kind: 'give-review';
      readonly review: ReviewId;
      readonly verdict: Verdict;
      readonly note: string;
      readonly html: string | null;
    }
  /** One review, or all of whoever ends them. */
  | {
      readonly kind: 'end-review';
      readonly review: ReviewId | null;
      readonly reason: Exclude<ReviewEnd, 'again' | 'sent'>;
    }
  /** The customer named another address of theirs. */
  | { readonly kind: 'contact'; readonly channel: string; readonly address: string };

/** Why a command was refused; each has words under `refusal.<kind>`. */
export type ConversationRefusal =
  | { readonly kind: 'stale'; readonly rev: number }
  | { readonly kind: 'conversation-gone'; readonly mergedInto: ConversationId | null }
  | { readonly kind: 'owned'; readonly owner: MemberId }
  | { readonly kind: 'not-owner'; readonly owner: MemberId }
  | { readonly kind: 'already-owner'; readonly owner: MemberId }
  | { readonly kind: 'leads-only' }
  | { readonly kind: 'member-gone' }
  | { readonly kind: 'reason-missing' }
  | { readonly kind: 'not-open' }
  | { readonly kind: 'follow-up-gone' }
  | { readonly kind: 'not-yours'; readonly owner: MemberId; readonly purpose: Purpose }
  | { readonly kind: 'nothing-to-say' }
  | { readonly kind: 'review-of-whom' }
  | { readonly kind: 'review-too-large' }
  | { readonly kind: 'review-gone' }
  | { readonly kind: 'own-review' }
  /** `owner` is who asked. */
  | { readonly kind: 'not-asked'; readonly owner: MemberId }
  | { readonly kind: 'not-your-review'; readonly owner: MemberId };

/** What a decision depends on beside the state. */
export type Circumstances = {
  readonly me: MemberId;
  readonly role: Role;
  readonly presenceOf: (member: MemberId) => Presence;
  /** Whether the conversation was put to `done` by the import and not by a person. */
  readonly doneByImport: boolean;
};
