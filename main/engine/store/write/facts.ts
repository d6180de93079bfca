import { createHash } from 'node:crypto';
import type { About, InboundFact } from '#main/channels/kit/inbound.ts';
import type { Direction, ReceiptLevel } from '#shared/domain/message.ts';
import type { AccountId, MessageId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';
import { messageText } from '../read/message-lookup.ts';
import { snippetIn } from '../packed-text.ts';
import { replaceText } from './message-text.ts';
import { indexMessages, removeFromIndex } from './search-index.ts';

/** The message that a fact is about. */
export type Subject = {
  readonly seq: number;
  readonly id: MessageId;
  readonly conversation_num: number;
  readonly direction: Direction;
  readonly at: number;
  readonly room: string | null;
  readonly version: string | null;
  readonly edited_at: number | null;
};

/** Statements that run for every fact; the test of query plans explains them. */
export const factSql = {
  byName: `SELECT seq, id, conversation_num, direction, at, room, version, edited_at FROM message
    WHERE account_id = ? AND name = ?`,
  byClientId: `SELECT seq, id, conversation_num, direction, at, room, version, edited_at FROM message
    WHERE client_id = ? AND account_id = ?`,
  receiptsUpTo: `UPDATE message SET receipt = $level, receipt_at = $at
    WHERE account_id = $account AND room = $room AND direction = 'out' AND at <= $until
      AND (receipt IS NULL OR receipt IN (SELECT value FROM json_each($lower)))`,
  parkedAbout: 'SELECT fact, hash FROM parked_fact WHERE account_id = ? AND about = ? ORDER BY at, hash',
} as const;

/** Finds what a fact is about, among the messages of one account. */
export const subjectOf = (db: ReadableDb, account: AccountId, about: About): Subject | undefined =>
  'name' in about
    ? db.get<Subject>(factSql.byName, [account, about.name])
    : db.get<Subject>(factSql.byClientId, [about.clientId, account]);

/** Under which word a fact waits for its message. */
export const parkingWord = (about: About | { readonly room: string }): string => {
  if ('room' in about) return `room:${about.room}`;
  return 'name' in about ? `name:${about.name}` : `client:${about.clientId}`;
};

/** A fact that nothing came for in this time never will. */
const parkedForMs = 90 * 24 * 60 * 60_000;

/** Keeps a fact until its message is here; told twice it is kept once. */
export const parkFact = (
  db: WritableDb,
  account: AccountId,
  word: string,
  fact: InboundFact,
  now: number,
): void => {
  // The place it was told in says nothing about the fact.
  const { key: _key, ...said } = fact;
  const hash = createHash('sha256').update(JSON.stringify(said)).digest('base64url').slice(0, 22);
  db.run('DELETE FROM parked_fact WHERE account_id = ? AND at < ?', [account, now - parkedForMs]);
  db.run('INSERT OR IGNORE INTO parked_fact (account_id, about, hash, fact, at) VALUES (?, ?, ?, ?, ?)', [
    account,
    word,
    hash,
    JSON.stringify(fact),
    now,
  ]);
};

/** Takes the facts out that wait under a word, oldest first. */
export const unparkFacts = (db: WritableDb, account: AccountId, word: string): readonly InboundFact[] => {
  const rows = db.all<{ fact: string }>(factSql.parkedAbout, [account, word]);
  if (rows.length === 0) return [];
  db.run('DELETE FROM parked_fact WHERE account_id = ? AND about = ?', [account, word]);
  return rows.map(({ fact }) => JSON.parse(fact) as InboundFact);
};

type Edit = Extract<InboundFact, { kind: 'edit' }>;

/**
 * Gives a message the words of a version, whatever the order in which versions are told: the greatest is shown, the others are kept.
 * Answers whether what is shown has changed.
 */
export const applyEdit = (db: WritableDb, subject: Subject, edit: Edit): boolean => {
  const { seq } = subject;
  if (edit.version === subject.version) return false;
  const now = messageText(db, seq);
  if (now === undefined) return false;
  if (subject.version !== null && edit.version < subject.version) {
    keepVersion(db, seq, edit);
    return false;
  }
  if (now.text === edit.text && (now.html ?? null) === edit.html) {
    db.run('UPDATE message SET version = ?, edited_at = max(ifnull(edited_at, 0), ?) WHERE seq = ?', [
      edit.version,
      edit.at,
      seq,
    ]);
    return false;
  }
  keepVersion(db, seq, { version: subject.version ?? '', at: subject.edited_at ?? subject.at, ...now });
  replaceText(db, seq, edit);
  const kept = snippetIn(edit.text, edit.snippet);
  db.run(
    `UPDATE message SET version = ?, edited_at = ?, snippet = ?, lead = ?, has_html = ?, indexed = 0 WHERE seq = ?`,
    [edit.version, edit.at, kept.snippet, kept.lead, Number(edit.html !== null), seq],
  );
  removeFromIndex(db, seq);
  indexMessages(db, [seq]);
  return true;
};

type Version = Pick<Edit, 'version' | 'at' | 'text' | 'html'>;

const keepVersion = (db: WritableDb, seq: number, { version, at, text, html }: Version): void => {
  db.run('INSERT OR IGNORE INTO message_version (seq, version, at, text, html) VALUES (?, ?, ?, ?, ?)', [
    seq,
    version,
    at,
    text,
    html,
  ]);
};

/** Notes that its author took a message back; answers whether that was news. The words stay, folded away by the page. */
export const applyRemoval = (db: WritableDb, { seq }: Subject, at: number): boolean =>
  db.run(
    "UPDATE message SET removed_at = ?, snippet = '', lead = NULL WHERE seq = ? AND removed_at IS NULL",
    [at, seq],
  ) > 0;

const rank: Readonly<Record<ReceiptLevel, readonly ReceiptLevel[]>> = {
  server: [],
  delivered: ['server'],
  read: ['server', 'delivered'],
};

/** Raises how far a message of ours has come; it never falls. With `upTo` everything of ours before it in the room rises too. */
export const applyReceipt = (
  db: WritableDb,
  account: AccountId,
  subject: Subject,
  { level, at, upTo }: { readonly level: ReceiptLevel; readonly at: number; readonly upTo: boolean },
): boolean => {
  if (subject.direction !== 'out' && !upTo) return false;
  const lower = JSON.stringify(rank[level]);
  const own =
    subject.direction === 'out' &&
    db.run(
      `UPDATE message SET receipt = ?, receipt_at = ? WHERE seq = ?
       AND (receipt IS NULL OR receipt IN (SELECT value FROM json_each(?)))`,
      [level, at, subject.seq, lower],
    ) > 0;
  const before =
    upTo &&
    subject.room !== null &&
    db.run(factSql.receiptsUpTo, { level, at, account, room: subject.room, until: subject.at, lower }) > 0;
  return own || before;
};

/** Notes a reaction, or that it was taken back; the newest word of a person on a sort of reaction counts. */
export const applyReaction = (
  db: WritableDb,
  { seq }: Subject,
  { by, emoji, on, at }: Extract<InboundFact, { kind: 'reaction' }>,
): boolean =>
  db.run(
    `INSERT INTO reaction (seq, address, emoji, name, given, at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET given = excluded.given, at = excluded.at, name = excluded.name
     WHERE excluded.at > reaction.at OR (excluded.at = reaction.at AND excluded.given < reaction.given)`,
    [seq, by.address.slice(0, 500), emoji.slice(0, 100), by.name.slice(0, 200), Number(on), at],
  ) > 0;
