import type { AccountId, ConversationId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { documentWord, teamTombstones } from './team-tombstones.ts';

/** Turns a name into the hash that may be kept of it; keyed, so that nobody can try out names without the workspace's key. */
export type KeyedHash = (word: string) => string;

/** By which names a message may come back. */
export type MessageNames = {
  /** Its id, and where it may have been known by another that one too. */
  readonly ids: readonly string[];
  readonly channel: string;
  readonly account: AccountId | null;
  readonly direction: 'in' | 'out';
  readonly externalId: string | null;
  readonly clientId: string | null;
  /** What the account's server calls it in edits and receipts. */
  readonly name: string | null;
};

const idWord = (id: string): string => `id:${id}`;
const nameWord = (account: string, name: string): string => `name:${account}:${name}`;

/**
 * The words under which a message is known as erased. What its channel calls it counts only for what we sent ourselves:
 * others choose such names, and a new mail must not be lost because it bears an old one.
 */
export const wordsOf = (names: MessageNames): readonly string[] => [
  ...names.ids.map(idWord),
  ...(names.externalId === null || names.direction === 'in'
    ? []
    : [`sent:${names.channel}:${names.externalId}`]),
  ...(names.clientId === null ? [] : [`client:${names.clientId}`]),
  ...(names.name === null || names.account === null ? [] : [nameWord(names.account, names.name)]),
];

/** Under which word an unreadable item is known as erased. */
export const quarantineWord = (id: string): string => `quarantine:${id}`;

/** Whether a conversation of this id was erased as a whole. */
export const isErasedConversation = (db: ReadableDb, hash: KeyedHash, id: ConversationId): boolean =>
  isErased(db, hash, [documentWord('conversation', id)]);

/** Puts up tombstones for what goes. */
export const putTombstones = (
  db: WritableDb,
  hash: KeyedHash,
  erasure: string,
  words: readonly string[],
): void => {
  for (const word of words)
    db.run('INSERT OR IGNORE INTO tombstone (hash, erasure) VALUES (?, ?)', [hash(word), erasure]);
};

const hasTombstones = (db: ReadableDb): boolean =>
  db.get('SELECT 1 AS yes FROM tombstone LIMIT 1') !== undefined;

const isErasedHere = (db: ReadableDb, hash: KeyedHash, words: readonly string[]): boolean =>
  hasTombstones(db) &&
  words.some((word) => db.get('SELECT 1 AS yes FROM tombstone WHERE hash = ?', [hash(word)]) !== undefined);

const isErasedInTeam = (db: ReadableDb, words: readonly string[]): boolean => {
  const find = teamTombstones(db);
  return words.some((word) => find(word) !== undefined);
};

/** Whether any of these words stands on a tombstone, of this workspace or of its team. */
export const isErased = (db: ReadableDb, hash: KeyedHash, words: readonly string[]): boolean =>
  isErasedHere(db, hash, words) || isErasedInTeam(db, words);

/** Whether the message that a fact of an account is about was erased. */
export const isErasedName = (db: ReadableDb, hash: KeyedHash, account: string, name: string): boolean =>
  isErased(db, hash, [nameWord(account, name)]);

/** Whether a message of this id was erased. */
export const isErasedMessage = (db: ReadableDb, hash: KeyedHash, id: string): boolean =>
  isErased(db, hash, [idWord(id)]);
