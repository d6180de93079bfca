import { hash as digest } from 'node:crypto';
import type { MessageId } from '#shared/kit/brand.ts';

/** 128 bits of SHA-256 in 22 characters: no two messages of any workspace meet, and its index stays small. */
const hash = (...parts: readonly string[]): string =>
  digest('sha256', parts.join('\n'), 'base64url').slice(0, 22);

/** The id of a message: the same for every copy of it on a channel, on every device that pulls it. */
export const messageIdOf = (channel: string, dedupe: string): MessageId => hash(channel, dedupe) as MessageId;

/** The id of an unreadable item, so that pulling it again does not list it twice. */
export const quarantineIdOf = (account: string, stream: string, item: string): string =>
  hash('quarantine', account, stream, item);
