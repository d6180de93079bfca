import { hash as digest } from 'node:crypto';
import type { Inbound } from '#main/channels/kit/inbound.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../store/driver.ts';

/** 128 bits of SHA-256 in 22 characters: no two messages of any workspace meet, and its index stays small. */
const hash = (...parts: readonly string[]): string =>
  digest('sha256', parts.join('\n'), 'base64url').slice(0, 22);

const dayMs = 24 * 60 * 60 * 1_000;

/** The day of a time (ms UTC) in four hexadecimal digits, which grow as time does until 2149. */
const dayOf = (at: number): string =>
  Math.min(Math.max(0, Math.floor(at / dayMs)), 0xffff)
    .toString(16)
    .padStart(4, '0');

/** What of a message says which one it is. */
type Known = Pick<Inbound, 'dedupe' | 'dedupeAt'>;

/**
 * The id of a message: the same for every copy of it on a channel, on every device that pulls it. It begins with the day where the
 * channel says that all copies agree on it, so that what came at one time lies together in the index.
 */
export const messageIdOf = (channel: string, { dedupe, dedupeAt }: Known): MessageId => {
  const digest = hash(channel, dedupe);
  return (
    dedupeAt === undefined || dedupeAt === null ? digest : `${dayOf(dedupeAt)}${digest.slice(0, 18)}`
  ) as MessageId;
};

/** All ids by which a workspace may know a message: its own first, and where messages of before are in it what they would have had. */
export const messageIdsOf = (
  db: ReadableDb,
  channel: string,
  known: Known,
): readonly [MessageId, ...MessageId[]] => {
  const id = messageIdOf(channel, known);
  const hasUndated = db.get(`SELECT 1 AS yes FROM setting WHERE name = 'undated-ids'`) !== undefined;
  const undated = hasUndated ? messageIdOf(channel, { dedupe: known.dedupe }) : id;
  return undated === id ? [id] : [id, undated];
};

/** The id of an unreadable item, so that pulling it again does not list it twice. */
export const quarantineIdOf = (account: string, stream: string, item: string): string =>
  hash('quarantine', account, stream, item);
