import type { TeamDocument } from '../../team/wire.ts';
import type { ReadableDb } from '../driver.ts';
import { contentOf } from './message-content.ts';
import { snippetFrom, textColumns, unpackText } from '../packed-text.ts';
import type { KeptSnippet, StoredText } from '../packed-text.ts';
import type { MessageContent } from './message-content.ts';

type Columns = StoredText &
  KeptSnippet & {
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
    readonly visibility: MessageContent['visibility'];
    readonly warning: string;
    readonly permalink: string | null;
    readonly version: string | null;
    readonly edited_at: number | null;
    readonly removed_at: number | null;
    readonly receipt: MessageContent['receipt'];
    readonly receipt_at: number | null;
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
    `SELECT m.*, c.id AS conversation, ${textColumns}, t.html FROM message m JOIN conversation c ON c.num = m.conversation_num
     JOIN message_text t ON t.seq = m.seq WHERE m.id = ?`,
    [id],
  );
  if (row === undefined) return { kind: 'message', id, account: null, activeAt: 0, body: null };
  const { seq } = row;
  const text = unpackText(row);
  const hashes = elsewhere(db, seq);
  const hashOf = (part: string, blob: string | null): string | null =>
    blob === null ? (hashes.get(part) ?? null) : contentOf(blob);
  const subject = db.get<{ key: string; loose: number; at: number }>(
    'SELECT key, loose, at FROM thread_subject WHERE conversation_num = (SELECT conversation_num FROM message WHERE seq = $seq) AND seq = $seq',
    { seq },
  );
  const body: MessageContent = {
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
    snippet: snippetFrom(row, () => text),
    text,
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
      ...db.all<MessageContent['versions'][number]>(
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
