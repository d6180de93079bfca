import * as v from 'valibot';
import type {
  AccountId,
  ConversationId,
  CustomerId,
  DraftId,
  FollowUpId,
  MemberId,
  MessageId,
  OutboxId,
  ReviewId,
} from '../kit/brand.ts';

/** The longest id we make ourselves is a SHA-256 in hex. */
const idText = v.pipe(v.string(), v.minLength(1), v.maxLength(80));
const idOf = <Id extends string>() =>
  v.pipe(
    idText,
    v.transform((text) => text as Id),
  );

export const conversationId = idOf<ConversationId>();
export const messageId = idOf<MessageId>();
export const accountId = idOf<AccountId>();
export const customerId = idOf<CustomerId>();
export const draftId = idOf<DraftId>();
export const outboxId = idOf<OutboxId>();
export const memberId = idOf<MemberId>();
export const followUpId = idOf<FollowUpId>();
export const reviewId = idOf<ReviewId>();

/** A time in ms UTC. */
export const time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000));

/** What a person writes about something: a reason, a note. */
export const words = v.pipe(v.string(), v.maxLength(20_000));

/** Conversations that something is done to at once. */
export const conversationIds = v.pipe(v.array(conversationId), v.minLength(1), v.maxLength(5_000));

/** One line that a person typed. */
export const line = v.pipe(v.string(), v.maxLength(2_000));

/** How many rows a page asks for at once. */
export const pageSize = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200));

/** Where the next page starts; opaque to the page, made by the engine. */
export const pageCursor = v.nullable(v.pipe(v.string(), v.maxLength(400)));

/** A mail or chat address with the name shown beside it. */
export const peer = v.strictObject({ name: line, address: v.pipe(v.string(), v.maxLength(1_000)) });
