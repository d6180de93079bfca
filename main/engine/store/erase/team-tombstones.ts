import { createHash } from 'node:crypto';
import type { DocumentKind, TombstoneKind } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** A tombstone as the team's database tells it: 32 hex digits, and what it stands on. */
export type TeamTombstone = { readonly hash: string; readonly kind: TombstoneKind };

/** As `tombstone_of` in the team's database. */
const hashOf = (salt: string, word: string): string =>
  createHash('sha256').update(`${salt}:${word}`).digest('hex').slice(0, 32);

/** Under which word a document is known as erased. */
export const documentWord = (kind: DocumentKind, id: string): string =>
  kind === 'message' ? `id:${id}` : `${kind}:${id}`;

/** Keeps what the team's database told of an erasure. */
export const keepTeamTombstones = (
  db: WritableDb,
  salt: string,
  erasure: string,
  rows: readonly TeamTombstone[],
): void => {
  db.run('INSERT OR IGNORE INTO team_salt (salt) VALUES (?)', [salt]);
  for (const { hash, kind } of rows) {
    db.run('INSERT OR REPLACE INTO team_tombstone (hash, erasure, kind) VALUES (?, ?, ?)', [
      ...[hash, erasure, kind],
    ]);
  }
};

type Standing = { readonly erasure: string; readonly kind: TombstoneKind };

/** Finds the team's tombstone for a word; reads the salts once, for a walk over many words. */
export const teamTombstones = (db: ReadableDb): ((word: string) => Standing | undefined) => {
  const salts = db.all<{ salt: string }>('SELECT salt FROM team_salt');
  return (word) => {
    for (const { salt } of salts) {
      const found = db.get<Standing>('SELECT erasure, kind FROM team_tombstone WHERE hash = ?', [
        hashOf(salt, word),
      ]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
};

/** The customers here that an erasure of the team is about. */
export const customersErased = (db: ReadableDb, erasure: string): readonly string[] => {
  const find = teamTombstones(db);
  return db
    .all<{ id: string }>('SELECT id FROM customer')
    .filter(({ id }) => find(documentWord('customer', id))?.erasure === erasure)
    .map(({ id }) => id);
};
