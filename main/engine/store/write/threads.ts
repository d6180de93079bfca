import { hash } from 'node:crypto';
import { subjectWindowMs } from '#shared/domain/threading/decide-thread.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

const short = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);

/** Conversations that these names lead to; the name of a mail never seen leads somewhere too. */
export const conversationsByName = (db: ReadableDb, names: readonly string[]): readonly number[] =>
  names
    .map((name) =>
      db.get<{ num: number }>('SELECT conversation_num AS num FROM thread_name WHERE name = ?', [
        short(name),
      ]),
    )
    .filter((row) => row !== undefined)
    .map((row) => row.num);

/** Makes names lead to a conversation; those that lead somewhere already must lead there. */
export const nameConversation = (db: WritableDb, names: readonly string[], conversation: number): void => {
  for (const name of names) {
    db.run('INSERT OR IGNORE INTO thread_name (name, conversation_num) VALUES (?, ?)', [
      short(name),
      conversation,
    ]);
  }
};

/** Lets a name lead elsewhere: its message has left the conversation. */
export const unnameConversation = (db: WritableDb, name: string, conversation: number): void => {
  db.run('DELETE FROM thread_name WHERE name = ? AND conversation_num = ?', [short(name), conversation]);
};

/** What joins by subject: the bare subject, the outside people, and the time in ms UTC. */
export type SubjectKey = {
  readonly subject: string;
  readonly people: string;
  readonly at: number;
  /** An answer whose headers do not say what it answers. */
  readonly loose: boolean;
};

/** The fortnight of a time in four hexadecimal digits: what may join is in the same one or in the next. */
const fortnight = (at: number): string =>
  Math.max(0, Math.floor(at / subjectWindowMs))
    .toString(16)
    .padStart(4, '0');

const subjectName = (key: SubjectKey, at: number): string =>
  `${fortnight(at)}${short(`${key.subject}\n${key.people}`).slice(0, 16)}`;

/** The key of a subject as devices of before told it, without its fortnight: as it stands here. */
export const subjectKeyHere = (told: string, at: number): string =>
  told.length === 22 ? `${fortnight(at)}${told.slice(0, 16)}` : told;

/**
 * Conversations with the same subject between the same people within days. A loose answer is looked for in what
 * came before it, and every mail is looked at by the loose answers that were here before it: either way round the
 * same pairs are found.
 */
export const conversationsBySubject = (db: ReadableDb, key: SubjectKey): readonly number[] => {
  const among = (loose: number, from: number, to: number) =>
    db.all<{ num: number }>(
      `SELECT DISTINCT conversation_num AS num FROM thread_subject
       WHERE key IN (?, ?) AND loose = ? AND at BETWEEN ? AND ?`,
      [subjectName(key, from), subjectName(key, to), loose, from, to],
    );
  const later = among(1, key.at, key.at + subjectWindowMs);
  const earlier = key.loose
    ? [...among(0, key.at - subjectWindowMs, key.at), ...among(1, key.at - subjectWindowMs, key.at)]
    : [];
  return [...later, ...earlier].map((row) => row.num);
};

/** Lets a message be found by its subject and people. */
export const noteSubject = (db: WritableDb, key: SubjectKey, conversation: number, seq: number): void => {
  db.run(
    'INSERT OR IGNORE INTO thread_subject (key, loose, at, seq, conversation_num) VALUES (?, ?, ?, ?, ?)',
    [subjectName(key, key.at), Number(key.loose), key.at, seq, conversation],
  );
};
