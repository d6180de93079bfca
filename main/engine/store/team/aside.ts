import type { DocumentKey, DocumentKind, RefusalCode } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { isHere, wordOf } from './known.ts';

/** Why something is set aside: the team would not have it, or it could not be written or done again here. */
export type WhyAside = RefusalCode | 'failed';

/** Conversations and what was said in them; of everything else there is little, and much stands on it. */
const isSaid = (kind: DocumentKind): boolean => kind === 'conversation' || kind === 'message';

/**
 * Sets documents aside, until somebody asks for them to be tried again. Where there are conversations among them, those
 * are what it is about: the people, accounts and texts that they need go on.
 */
export const setAside = (
  db: WritableDb,
  keys: readonly DocumentKey[],
  why: WhyAside,
  at: number,
): readonly DocumentKey[] => {
  const isWhole = keys.some(({ kind }) => kind === 'conversation');
  // A message that is not here comes with its conversation.
  const said = keys.filter(
    (key) => isSaid(key.kind) && (key.kind !== 'message' || !isWhole || isHere(db, key)),
  );
  const aside = said.length > 0 ? said : keys;
  for (const { kind, id } of aside) {
    db.run(
      `INSERT INTO team_aside (kind, id, why, at) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, id) DO UPDATE SET why = excluded.why`,
      [kind, id, why, at],
    );
  }
  for (const { kind, id } of keys) db.run('DELETE FROM team_behind WHERE kind = ? AND id = ?', [kind, id]);
  return aside;
};

/** Forgets that these were set aside: they are written, or tried anew. */
export const takeBack = (db: WritableDb, keys: readonly DocumentKey[]): void => {
  if (keys.length === 0) return;
  db.run("DELETE FROM team_aside WHERE kind || ' ' || id IN (SELECT value FROM json_each(?))", [
    JSON.stringify(keys.map(wordOf)),
  ]);
};

/** The words of everything that is set aside; most of the time there is nothing. */
export const asideWords = (db: ReadableDb): ReadonlySet<string> =>
  new Set(db.all<DocumentKey>('SELECT kind, id FROM team_aside').map(wordOf));

/** How many conversations, and other documents that belong to none, are set aside: what the team would not have, and what could not be done here. */
export const asideCount = (db: ReadableDb): { readonly refused: number; readonly failed: number } => {
  const rows = db.all<{ failed: number; n: number }>(
    `SELECT a.why = 'failed' AS failed, count(DISTINCT CASE a.kind
       WHEN 'message' THEN coalesce((SELECT 'conversation ' || c.id FROM message m JOIN conversation c ON c.num = m.conversation_num
         WHERE m.id = a.id), 'message ' || a.id)
       ELSE a.kind || ' ' || a.id END) AS n
     FROM team_aside a GROUP BY a.why = 'failed'`,
  );
  const of = (failed: number): number => rows.find((row) => row.failed === failed)?.n ?? 0;
  return { refused: of(0), failed: of(1) };
};

/** Lets everything that is set aside be fetched and tried again; answers how much that is. */
export const tryAsideAgain = (db: WritableDb): number => {
  db.run('INSERT OR IGNORE INTO team_behind (kind, id) SELECT kind, id FROM team_aside', []);
  return db.run('DELETE FROM team_aside', []);
};
