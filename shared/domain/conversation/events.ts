import type { ConversationId, MemberId, MessageId, OutboxId } from '../../kit/brand.ts';

/** What can happen in the life of a conversation, in the past tense. Old schema numbers are upcast when read. */
export type ConversationEvent =
  | { readonly kind: 'conversation.opened'; readonly message: MessageId | null }
  | { readonly kind: 'message.received'; readonly message: MessageId; readonly automatic: boolean }
  | { readonly kind: 'message.answered'; readonly message: MessageId; readonly automatic: boolean }
  | { readonly kind: 'conversation.claimed'; readonly by: MemberId }
  | { readonly kind: 'conversation.resolved' }
  | { readonly kind: 'conversation.reopened'; readonly because: 'agent' | 'customer' | 'bounce' }
  | { readonly kind: 'conversation.merged'; readonly into: ConversationId }
  | { readonly kind: 'conversation.absorbed'; readonly from: ConversationId }
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
  | {
      readonly kind: 'reply.bounced';
      readonly message: MessageId;
      readonly recipient: string;
      readonly status: string;
    };

export type ConversationEventKind = ConversationEvent['kind'];

/** The schema number that new events carry. */
export const eventSchema = 1;
