import type { BlobId } from '#shared/kit/brand.ts';
import type { ReadableDb, SqlValue, WritableDb } from '../driver.ts';
import { deleteMessage } from '../write/message.ts';
import { subjectKeyHere } from '../write/threads.ts';
import { snippetIn, textColumns, unpackText } from '../packed-text.ts';
import type { StoredText } from '../packed-text.ts';
import { insertText, replaceText } from '../write/message-text.ts';
import { removeFromIndex } from '../write/search-index.ts';
import { freeSequence } from '../write/sequence.ts';
import { contentOf } from './message-content.ts';
import type { MessageContent } from './message-content.ts';

/** What became of a message's rows. */
export type WrittenMessage = {
  readonly seq: number;
  readonly isNew: boolean;
  /** The conversations whose rows have to be counted anew. */
  readonly conversations: readonly number[];
};

const columnsOf = (body: MessageContent, conversation: number): Readonly<Record<string, SqlValue>> => ({
  conversation_num: conversation,
  direction: body.direction,
  channel: body.channel,
  account_id: body.account,
  external_id: body.externalId,
  client_id: body.clientId,
  at: body.at,
  from_name: body.fromName,
  from_address: body.fromAddress,
  people: body.people,
  subject: body.subject,
  ...snippetIn(body.text, body.snippet),
  has_html: Number(body.hasHtml),
  automatic: body.automatic,
  oddities: body.oddities,
  authenticated_from: body.authenticatedFrom,
  invitation: body.invitation,
  source_partial: Number(body.sourcePartial),
  attachments: body.files.length,
  bounced: body.bounced,
  name: body.name,
  room: body.room,
  visibility: body.visibility,
  warning: body.warning,
  permalink: body.permalink,
  version: body.version,
  edited_at: body.editedAt,
  removed_at: body.removedAt,
  receipt: body.receipt,
  receipt_at: body.receiptAt,
});

type Here = StoredText & {
  readonly seq: number;
  readonly conversation_num: number;
  readonly source: BlobId | null;
  readonly people: string;
  readonly attachments: number;
};

const hereAs = (db: ReadableDb, id: string): Here | undefined =>
  db.get<Here>(
    `SELECT m.seq, m.conversation_num, m.source, m.people, m.attachments, ${textColumns} FROM message m JOIN message_text t ON t.seq = m.seq
     WHERE m.id = ?`,
    [id],
  );

/**
 * Writes a message's body into its rows. What this device alone knows stays: places, what was read, bytes. `unreadFrom`
 * (ms UTC) says from when on a message that comes from a colleague's device is news.
 */
export const writeMessage = (
  db: WritableDb,
  id: string,
  body: MessageContent,
  conversation: number,
  unreadFrom: number,
): WrittenMessage => {
  const here = hereAs(db, id);
  const columns = Object.entries(columnsOf(body, conversation));
  const seq = here?.seq ?? freeSequence(db, body.at);
  if (here === undefined) {
    const seen = Number(body.direction === 'out' || body.at < unreadFrom);
    const all = [...columns, ['seq', seq] as const, ['id', id] as const, ['seen', seen] as const];
    db.run(
      `INSERT INTO message (${all.map(([name]) => name).join(', ')}) VALUES (${all.map(() => '?').join(', ')})`,
      all.map(([, value]) => value),
    );
    insertText(db, seq, body);
  } else {
    db.run(`UPDATE message SET ${columns.map(([name]) => `${name} = ?`).join(', ')} WHERE seq = ?`, [
      ...columns.map(([, value]) => value),
      seq,
    ]);
    replaceText(db, seq, body);
    const isSame = unpackText(here) === body.text && here.people === body.people;
    if (!isSame || here.attachments !== body.files.length) {
      removeFromIndex(db, seq);
      db.run('UPDATE message SET indexed = 0 WHERE seq = ?', [seq]);
    }
    if (here.conversation_num !== conversation) {
      db.run('UPDATE outbox SET conversation_num = ? WHERE seq = ?', [conversation, seq]);
    }
    db.run('DELETE FROM thread_subject WHERE conversation_num = ? AND seq = ?', [here.conversation_num, seq]);
  }
  writeSubject(db, seq, body, conversation);
  writeBlobs(db, seq, body, here === undefined);
  writeSaid(db, seq, body, here === undefined);
  return {
    seq,
    isNew: here === undefined,
    conversations: here === undefined ? [conversation] : [...new Set([conversation, here.conversation_num])],
  };
};

const writeSubject = (
  db: WritableDb,
  seq: number,
  { subjectKey }: MessageContent,
  conversation: number,
): void => {
  if (subjectKey === null) return;
  const { key, loose, at } = subjectKey;
  db.run(
    'INSERT OR REPLACE INTO thread_subject (key, loose, at, seq, conversation_num) VALUES (?, ?, ?, ?, ?)',
    [subjectKeyHere(key, at), Number(loose), at, seq, conversation],
  );
};

/** Bytes that are here stay where they are; of others it is kept what they would be. */
const writeBlobs = (db: WritableDb, seq: number, body: MessageContent, isNew: boolean): void => {
  const own = isNew
    ? new Map<string, BlobId>()
    : new Map(
        db
          .all<{ part: string; blob: BlobId }>(
            `SELECT part, blob FROM attachment WHERE seq = $seq AND blob IS NOT NULL
             UNION ALL SELECT '', source FROM message WHERE seq = $seq AND source IS NOT NULL`,
            { seq },
          )
          .map(({ part, blob }) => [part, blob]),
      );
  if (!isNew) {
    db.run('DELETE FROM attachment WHERE seq = ?', [seq]);
    db.run('DELETE FROM team_blob WHERE seq = ?', [seq]);
  }
  const kept = (part: string, hash: string | null): BlobId | null => {
    const blob = own.get(part) ?? null;
    if (blob !== null && contentOf(blob) === hash) return blob;
    if (hash !== null) db.run('INSERT INTO team_blob (seq, part, hash) VALUES (?, ?, ?)', [seq, part, hash]);
    return null;
  };
  const source = kept('', body.source);
  if (!isNew) db.run('UPDATE message SET source = ? WHERE seq = ?', [source, seq]);
  for (const file of body.files) {
    db.run(
      `INSERT OR IGNORE INTO attachment (seq, part, name, mime_type, size, content_id, inline, kind, dangerous, blob, remote)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[
          seq,
          file.part,
          file.name,
          file.mimeType,
          file.size,
          file.contentId,
          Number(file.inline),
          file.kind,
        ],
        ...[Number(file.dangerous), kept(file.part, file.hash), Number(file.remote)],
      ],
    );
  }
};

const writeSaid = (db: WritableDb, seq: number, body: MessageContent, isNew: boolean): void => {
  if (!isNew) {
    db.run('DELETE FROM message_version WHERE seq = ?', [seq]);
    db.run('DELETE FROM reaction WHERE seq = ?', [seq]);
  }
  for (const one of body.versions) {
    db.run('INSERT OR IGNORE INTO message_version (seq, version, at, text, html) VALUES (?, ?, ?, ?, ?)', [
      ...[seq, one.version, one.at, one.text, one.html],
    ]);
  }
  for (const one of body.reactions) {
    db.run(
      'INSERT OR IGNORE INTO reaction (seq, address, emoji, name, given, at) VALUES (?, ?, ?, ?, ?, ?)',
      [...[seq, one.address, one.emoji, one.name, Number(one.given), one.at]],
    );
  }
};

/** Takes a message out that the team has no more; answers the conversation that has to be counted anew. */
export const removeMessage = (db: WritableDb, id: string): readonly number[] => {
  const here = db.get<{ seq: number; conversation_num: number }>(
    'SELECT seq, conversation_num FROM message WHERE id = ?',
    [id],
  );
  if (here === undefined) return [];
  // A send whose message was taken back elsewhere is over.
  db.run('DELETE FROM outbox WHERE seq = ?', [here.seq]);
  db.run('DELETE FROM location WHERE seq = ?', [here.seq]);
  deleteMessage(db, here.seq);
  return [here.conversation_num];
};
