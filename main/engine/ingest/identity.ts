import { createHash } from 'node:crypto';
import type { MessageId } from '#shared/kit/brand.ts';

const hash = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex');

/** The id of a message: the same for every copy of it on a channel, on every device that pulls it. */
export const messageIdOf = (channel: string, dedupe: string): MessageId => hash(channel, dedupe) as MessageId;

/** The id of an unreadable item, so that pulling it again does not list it twice. */
export const quarantineIdOf = (account: string, stream: string, item: string): string =>
  hash('quarantine', account, stream, item);
