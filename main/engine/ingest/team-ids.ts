import { createHash } from 'node:crypto';
import type { ConversationId, CustomerId, MessageId } from '#shared/kit/brand.ts';

/** A UUID of our own making (RFC 9562, version 8) from a hash, so that two devices make the same of the same. */
const derived = (...parts: readonly string[]): string => {
  const hex = createHash('sha256').update(parts.join('\n')).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
};

/** In a team: the conversation that a message opens, on whichever device it comes in first. */
export const conversationIdOf = (message: MessageId): ConversationId =>
  derived('conversation', message) as ConversationId;

/** In a team: the customer who is met at an address for the first time. */
export const customerIdOf = (channel: string, address: string): CustomerId =>
  derived('customer', channel, address) as CustomerId;
