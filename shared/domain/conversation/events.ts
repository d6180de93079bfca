import type {
  ConversationId,
  FollowUpId,
  MemberId,
  MessageId,
  NoteId,
  OutboxId,
  ReviewId,
} from '../../kit/brand.ts';
import type { Promised, Purpose } from './follow-up.ts';
import type { Picture, ReviewEnd, Verdict } from './review.ts';

/** What can happen in the life of a conversation, in the past tense. Old schema numbers are upcast when read. Times are ms UTC. */
export type ConversationEvent =
  | { readonly kind: 'conversation.opened'; readonly message: MessageId | null }
  | { readonly kind: 'message.received'; readonly message: MessageId; readonly automatic: boolean }
  | { readonly kind: 'message.answered'; readonly message: MessageId; readonly automatic: boolean }
  | { readonly kind: 'conversation.claimed'; readonly by: MemberId }
  /** A lead gave it to somebody, or to nobody. */
  | {
      readonly kind: 'conversation.assigned';
      readonly from: MemberId | null;
      readonly to: MemberId | null;
      readonly note: string;
    }
  /** The check that the giver is left with is a follow-up of its own, promised right after. */
  | {
      readonly kind: 'conversation.transferred';
      readonly from: MemberId | null;
      readonly to: MemberId;
      readonly reason: string;
      readonly check: FollowUpId;
      readonly checkAt: number;
    }
  /** Nobody took it up in time, so the return timer gave it back. */
  | { readonly kind: 'conversation.returned'; readonly from: MemberId | null; readonly to: MemberId }
  /** The owner is away and somebody else answers meanwhile. */
  | { readonly kind: 'conversation.covered'; readonly from: MemberId; readonly to: MemberId }
  | { readonly kind: 'conversation.given-back'; readonly from: MemberId | null; readonly to: MemberId }
  /** The customer came back and the one who had it is not there. */
  | { readonly kind: 'conversation.orphaned'; readonly from: MemberId }
  /** The owner says it is solved; it is closed with that unless a check is open. */
  | { readonly kind: 'conversation.resolved' }
  /** The last open check of a resolved conversation has ended. */
  | { readonly kind: 'conversation.closed' }
  | { readonly kind: 'conversation.reopened'; readonly because: 'agent' | 'customer' | 'bounce' }
  | { readonly kind: 'conversation.snoozed'; readonly until: number }
  | { readonly kind: 'conversation.woken'; readonly because: 'time' | 'customer' | 'agent' }
  | { readonly kind: 'conversation.merged'; readonly into: ConversationId }
  /** `rev` is the other's revision when it was taken over. */
  | { readonly kind: 'conversation.absorbed'; readonly from: ConversationId; readonly rev: number }
  /** A merge was taken back, on the one that is its own again; `messages` are those it had and that are elsewhere by now. */
  | {
      readonly kind: 'conversation.restored';
      readonly from: ConversationId;
      readonly messages: readonly MessageId[];
    }
  /** The same on the one that had absorbed it; what was told here of `messages` is told there from now on. */
  | {
      readonly kind: 'conversation.released';
      readonly to: ConversationId;
      readonly messages: readonly MessageId[];
    }
  /** Messages left for a conversation of their own. */
  | {
      readonly kind: 'conversation.split';
      readonly into: ConversationId;
      readonly messages: readonly MessageId[];
    }
  /** A split was taken back before anything else had happened to what left. */
  | { readonly kind: 'conversation.rejoined'; readonly from: ConversationId }
  /** Everything after the revision `back` was taken back; nothing else has happened since. */
  | { readonly kind: 'conversation.undone'; readonly back: number }
  | ({ readonly kind: 'follow-up.promised' } & Promised)
  | { readonly kind: 'follow-up.moved'; readonly id: FollowUpId; readonly dueAt: number }
  /** Its time has come and its owner is told. `late` when the application was off or asleep then; `next` for one that repeats. */
  | {
      readonly kind: 'follow-up.fell-due';
      readonly id: FollowUpId;
      readonly late: boolean;
      readonly next: number | null;
    }
  /** A lead gave a promise or a check to somebody else, who is reminded from now on. */
  | {
      readonly kind: 'follow-up.given';
      readonly id: FollowUpId;
      readonly purpose: Purpose;
      readonly from: MemberId;
      readonly to: MemberId;
      readonly note: string;
    }
  | { readonly kind: 'follow-up.kept'; readonly id: FollowUpId }
  | {
      readonly kind: 'follow-up.cancelled';
      readonly id: FollowUpId;
      readonly because: 'agent' | 'customer' | 'taken-up' | 'returned' | 'reassigned';
    }
  /** `customer-words` points at the message in which the customer said so. */
  | {
      readonly kind: 'check.confirmed';
      readonly id: FollowUpId;
      readonly how: 'customer-confirmed' | 'customer-words';
      readonly message: MessageId | null;
    }
  | { readonly kind: 'check.waived'; readonly id: FollowUpId; readonly reason: string }
  | { readonly kind: 'tag.added'; readonly tag: string }
  | { readonly kind: 'tag.removed'; readonly tag: string }
  /** Said inside, never sent. Those who are mentioned are told. */
  | {
      readonly kind: 'note.added';
      readonly note: NoteId;
      readonly text: string;
      readonly mentions: readonly MemberId[];
    }
  /** Somebody showed an answer to colleagues before it is sent. An earlier review of theirs has ended with that. */
  | {
      readonly kind: 'review.asked';
      readonly review: ReviewId;
      readonly by: MemberId;
      readonly of: readonly MemberId[];
      readonly note: string;
      readonly answer: Picture;
    }
  /** `html` is a suggested wording. Given again by the same member, the later one counts. */
  | {
      readonly kind: 'review.given';
      readonly review: ReviewId;
      readonly by: MemberId;
      readonly verdict: Verdict;
      readonly note: string;
      readonly html: string | null;
    }
  | { readonly kind: 'review.ended'; readonly review: ReviewId; readonly reason: ReviewEnd }
  | { readonly kind: 'reply.queued'; readonly outbox: OutboxId; readonly message: MessageId }
  | { readonly kind: 'reply.withdrawn'; readonly outbox: OutboxId; readonly message: MessageId }
  /** `writtenAt` is the message's own time: what the customer wrote after it is not answered by it. */
  | {
      readonly kind: 'reply.sent';
      readonly outbox: OutboxId;
      readonly message: MessageId;
      readonly writtenAt: number;
    }
  | {
      readonly kind: 'reply.failed';
      readonly outbox: OutboxId;
      readonly message: MessageId;
      readonly reason: string;
    }
  | { readonly kind: 'reply.uncertain'; readonly outbox: OutboxId; readonly message: MessageId }
  /** The customer named another address of theirs. */
  | { readonly kind: 'contact.named'; readonly channel: string; readonly address: string }
  | {
      readonly kind: 'reply.bounced';
      readonly message: MessageId;
      readonly recipient: string;
      readonly status: string;
    };

export type ConversationEventKind = ConversationEvent['kind'];

/** The schema number that new events carry. */
export const eventSchema = 1;
