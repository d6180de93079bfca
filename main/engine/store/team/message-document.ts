import * as v from 'valibot';
import { receiptLevels, visibilities } from '#shared/domain/message.ts';
import type { BlobId } from '#shared/kit/brand.ts';
import type { JsonObject, TeamDocument } from '../../team/wire.ts';
import type { ReadableDb, SqlValue, WritableDb } from '../driver.ts';
import { deleteMessage } from '../write/message.ts';
import { removeFromIndex } from '../write/search-index.ts';
import { freeSequence } from '../write/sequence.ts';

const text = v.nullable(v.string());
const number = v.nullable(v.number());

const shape = v.object({
  conversation: v.string(),
  direction: v.picklist(['in', 'out']),
  channel: v.string(),
  account: text,
  externalId: text,
  clientId: text,
  at: v.number(),
  fromName: v.string(),
  fromAddress: v.string(),
  people: v.string(),
  subject: v.string(),
  snippet: v.string(),
  text: v.string(),
  html: text,
  hasHtml: v.boolean(),
  automatic: text,
  oddities: v.string(),
  authenticatedFrom: text,
  invitation: text,
  source: text,
  sourcePartial: v.boolean(),
  bounced: text,
  name: text,
  room: text,
  visibility: v.nullable(v.picklist(visibilities)),
  warning: v.string(),
  permalink: text,
  version: text,
  editedAt: number,
  removedAt: number,
  receipt: v.nullable(v.picklist(receiptLevels)),
  receiptAt: number,
  files: v.array(
    v.object({
      part: v.string(),
      name: v.string(),
      mimeType: v.string(),
      size: v.number(),
      contentId: text,
      inline: v.boolean(),
      kind: v.string(),
      dangerous: v.boolean(),
      remote: v.boolean(),
      hash: text,
    }),
  ),
  versions: v.array(v.object({ version: v.string(), at: v.number(), text: v.string(), html: text })),
  reactions: v.array(
    v.object({
      address: v.string(),
      emoji: v.string(),
      name: v.string(),
      given: v.boolean(),
      at: v.number(),
    }),
  ),
  /** By what it may be found without headers; null for what only headers tie. */
  subjectKey: v.nullable(v.object({ key: v.string(), loose: v.boolean(), at: v.number() })),
});

/** A message as its document says it. */
export type MessageContent = v.InferOutput<typeof shape>;
type Body = MessageContent;

/** The part of a blob's id that says what its bytes are, wherever they lie. */
export const contentOf = (blob: string): string => blob.split('.').at(-1) ?? '';

type Columns = {
  readonly seq: number;
  readonly conversation: string;
  readonly direction: 'in' | 'out';
  readonly channel: string;
  readonly account_id: string | null;
  readonly external_id: string | null;
  readonly client_id: string | null;
  readonly at: number;
  readonly from_name: string;
  readonly from_address: string;
  readonly people: string;
  readonly subject: string;
  readonly snippet: string;
  readonly has_html: number;
  readonly automatic: string | null;
  readonly oddities: string;
  readonly authenticated_from: string | null;
  readonly invitation: string | null;
  readonly source: string | null;
  readonly source_partial: number;
  readonly bounced: string | null;
  readonly name: string | null;
  readonly room: string | null;
  readonly visibility: Body['visibility'];
  readonly warning: string;
  readonly permalink: string | null;
  readonly version: string | null;
  readonly edited_at: number | null;
  readonly removed_at: number | null;
  readonly receipt: Body['receipt'];
  readonly receipt_at: number | null;
  readonly text: string;
  readonly html: string | null;
};

type FileRow = {
  readonly part: string;
  readonly name: string;
  readonly mime_type: string;
  readonly size: number;
  readonly content_id: string | null;
  readonly inline: number;
  readonly kind: string;
  readonly dangerous: number;
  readonly remote: number;
  readonly blob: string | null;
};

const elsewhere = (db: ReadableDb, seq: number): ReadonlyMap<string, string> =>
  new Map(
    db
      .all<{ part: string; hash: string }>('SELECT part, hash FROM team_blob WHERE seq = ?', [seq])
      .map(({ part, hash }) => [part, hash]),
  );

/** Reads a message's document out of its rows; a body of null where there are none. */
export const readMessage = (db: ReadableDb, id: string): TeamDocument => {
  const row = db.get<Columns>(
    `SELECT m.*, c.id AS conversation, t.text, t.html FROM message m JOIN conversation c ON c.num = m.conversation_num
     JOIN message_text t ON t.seq = m.seq WHERE m.id = ?`,
    [id],
  );
  if (row === undefined) return { kind: 'message', id, account: null, activeAt: 0, body: null };
  const { seq } = row;
  const hashes = elsewhere(db, seq);
  const hashOf = (part: string, blob: string | null): string | null =>
    blob === null ? (hashes.get(part) ?? null) : contentOf(blob);
  const subject = db.get<{ key: string; loose: number; at: number }>(
    'SELECT key, loose, at FROM thread_subject WHERE conversation_num = (SELECT conversation_num FROM message WHERE seq = $seq) AND seq = $seq',
    { seq },
  );
  const body: Body = {
    conversation: row.conversation,
    direction: row.direction,
    channel: row.channel,
    account: row.account_id,
    externalId: row.external_id,
    clientId: row.client_id,
    at: row.at,
    fromName: row.from_name,
    fromAddress: row.from_address,
    people: row.people,
    subject: row.subject,
    snippet: row.snippet,
    text: row.text,
    html: row.html,
    hasHtml: row.has_html === 1,
    automatic: row.automatic,
    oddities: row.oddities,
    authenticatedFrom: row.authenticated_from,
    invitation: row.invitation,
    source: hashOf('', row.source),
    sourcePartial: row.source_partial === 1,
    bounced: row.bounced,
    name: row.name,
    room: row.room,
    visibility: row.visibility,
    warning: row.warning,
    permalink: row.permalink,
    version: row.version,
    editedAt: row.edited_at,
    removedAt: row.removed_at,
    receipt: row.receipt,
    receiptAt: row.receipt_at,
    files: db
      .all<FileRow>(
        `SELECT part, name, mime_type, size, content_id, inline, kind, dangerous, remote, blob FROM attachment
         WHERE seq = ? ORDER BY part`,
        [seq],
      )
      .map((file) => ({
        part: file.part,
        name: file.name,
        mimeType: file.mime_type,
        size: file.size,
        contentId: file.content_id,
        inline: file.inline === 1,
        kind: file.kind,
        dangerous: file.dangerous === 1,
        remote: file.remote === 1,
        hash: hashOf(file.part, file.blob),
      })),
    versions: [
      ...db.all<Body['versions'][number]>(
        'SELECT version, at, text, html FROM message_version WHERE seq = ? ORDER BY version',
        [seq],
      ),
    ],
    reactions: db
      .all<{ address: string; emoji: string; name: string; given: number; at: number }>(
        'SELECT address, emoji, name, given, at FROM reaction WHERE seq = ? ORDER BY address, emoji',
        [seq],
      )
      .map((one) => ({ ...one, given: one.given === 1 })),
    subjectKey: subject === undefined ? null : { ...subject, loose: subject.loose === 1 },
  };
  return { kind: 'message', id, account: row.account_id, activeAt: row.at, body };
};

/** Reads a body that came from the team; throws on one that is none. */
export const messageBody = (body: JsonObject): Body => v.parse(shape, body);

/** What became of a message's rows. */
export type WrittenMessage = {
  readonly seq: number;
  readonly isNew: boolean;
  /** The conversations whose rows have to be counted anew. */
  readonly conversations: readonly number[];
};

const columnsOf = (body: Body, conversation: number): Readonly<Record<string, SqlValue>> => ({
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
  snippet: body.snippet,
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

type Here = {
  readonly seq: number;
  readonly conversation_num: number;
  readonly source: BlobId | null;
  readonly people: string;
  readonly text: string;
  readonly attachments: number;
};

const hereAs = (db: ReadableDb, id: string): Here | undefined =>
  db.get<Here>(
    `SELECT m.seq, m.conversation_num, m.source, m.people, m.attachments, t.text FROM message m JOIN message_text t ON t.seq = m.seq
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
  body: Body,
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
    db.run('INSERT INTO message_text (seq, text, html) VALUES (?, ?, ?)', [seq, body.text, body.html]);
  } else {
    db.run(`UPDATE message SET ${columns.map(([name]) => `${name} = ?`).join(', ')} WHERE seq = ?`, [
      ...columns.map(([, value]) => value),
      seq,
    ]);
    db.run('UPDATE message_text SET text = ?, html = ? WHERE seq = ?', [body.text, body.html, seq]);
    const isSame = here.text === body.text && here.people === body.people;
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

const writeSubject = (db: WritableDb, seq: number, { subjectKey }: Body, conversation: number): void => {
  if (subjectKey === null) return;
  db.run(
    'INSERT OR REPLACE INTO thread_subject (key, loose, at, seq, conversation_num) VALUES (?, ?, ?, ?, ?)',
    [...[subjectKey.key, Number(subjectKey.loose), subjectKey.at, seq, conversation]],
  );
};

/** Bytes that are here stay where they are; of others it is kept what they would be. */
const writeBlobs = (db: WritableDb, seq: number, body: Body, isNew: boolean): void => {
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

const writeSaid = (db: WritableDb, seq: number, body: Body, isNew: boolean): void => {
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
