import type { Inbound } from '#main/channels/kit/inbound.ts';
import type {
  Attachment,
  Automatic,
  Correspondent,
  Direction,
  Invitation,
  Oddity,
  Visibility,
} from '#shared/domain/message.ts';
import type { AccountId, BlobId, MessageId } from '#shared/kit/brand.ts';
import type { WritableDb } from '../driver.ts';
import { snippetIn } from '../packed-text.ts';
import { insertText } from './message-text.ts';
import { removeFromIndex } from './search-index.ts';
import { freeSequence } from './sequence.ts';

/** A message about to become a row. Times are ms UTC. */
export type NewMessage = {
  readonly id: MessageId;
  readonly conversation: number;
  readonly direction: Direction;
  readonly channel: string;
  readonly account: AccountId | null;
  /** The channel's own name of it, such as its Message-ID. */
  readonly externalId: string | null;
  /** Our own id, for what we send; the echo is recognised by it. */
  readonly clientId: string | null;
  readonly at: number;
  readonly from: Correspondent;
  readonly replyTo: readonly Correspondent[];
  readonly to: readonly Correspondent[];
  readonly cc: readonly Correspondent[];
  readonly bcc: readonly Correspondent[];
  readonly subject: string;
  readonly snippet: string;
  readonly text: string;
  /** Kept only where the source cannot give it again. */
  readonly html: string | null;
  /** The text packed, where somebody did that before. */
  readonly packed?: Inbound['packed'] | undefined;
  readonly hasHtml: boolean;
  readonly seen: boolean;
  readonly answered: boolean;
  readonly automatic: Automatic | null;
  readonly oddities: readonly Oddity[];
  readonly authenticatedFrom: string | null;
  readonly invitation: Invitation | null;
  readonly source: BlobId | null;
  readonly sourcePartial: boolean;
  readonly attachments: readonly (Attachment & { readonly blob: BlobId | null; readonly remote: boolean })[];
  /** How the account's server calls it; null where nothing is ever said of a message again. */
  readonly name: string | null;
  readonly room: string | null;
  readonly visibility: Visibility | null;
  readonly warning: string;
  readonly permalink: string | null;
  readonly editedAt: number | null;
};

/** Writes a message with its text and attachments, not yet searchable; answers its `seq`, which grows with its date. */
export const insertMessage = (db: WritableDb, message: NewMessage): number => {
  const seq = freeSequence(db, message.at);
  const { replyTo, to, cc, bcc } = message;
  const kept = snippetIn(message.text, message.snippet);
  db.run(
    `INSERT INTO message (seq, id, conversation_num, direction, channel, account_id, external_id, client_id, at,
       from_name, from_address, people, subject, snippet, has_html, seen, answered, automatic, oddities,
       authenticated_from, invitation, source, source_partial, attachments, name, room, visibility, warning, permalink,
       edited_at, lead)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      seq,
      message.id,
      message.conversation,
      message.direction,
      message.channel,
      message.account,
      message.externalId,
      message.clientId,
      message.at,
      message.from.name,
      message.from.address,
      JSON.stringify({ replyTo, to, cc, bcc }),
      message.subject,
      kept.snippet,
      Number(message.hasHtml),
      Number(message.seen || message.direction === 'out'),
      Number(message.answered),
      message.automatic,
      JSON.stringify(message.oddities),
      message.authenticatedFrom,
      message.invitation === null ? null : JSON.stringify(message.invitation),
      message.source,
      Number(message.sourcePartial),
      message.attachments.length,
      message.name,
      message.room,
      message.visibility,
      message.warning,
      message.permalink,
      message.editedAt,
      kept.lead,
    ],
  );
  insertText(db, seq, message);
  for (const file of message.attachments) insertAttachment(db, seq, file);
  return seq;
};

const insertAttachment = (db: WritableDb, seq: number, file: NewMessage['attachments'][number]): void => {
  db.run(
    `INSERT OR IGNORE INTO attachment (seq, part, name, mime_type, size, content_id, inline, kind, dangerous, blob, remote)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      seq,
      file.part,
      file.name,
      file.mimeType,
      file.size,
      file.contentId,
      Number(file.inline),
      file.kind,
      Number(file.dangerous),
      file.blob,
      Number(file.remote),
    ],
  );
};

/** Notes where the bytes of a remote file are kept. */
export const keepAttachment = (db: WritableDb, seq: number, part: string, blob: BlobId): void => {
  db.run('UPDATE attachment SET blob = ? WHERE seq = ? AND part = ? AND remote = 1', [blob, seq, part]);
};

/** The same bytes lie elsewhere from now on: for the message, and for whatever of it still waits to be sent. */
export const replaceSource = (db: WritableDb, seq: number, from: BlobId, to: BlobId): void => {
  db.run('UPDATE message SET source = ? WHERE seq = ? AND source = ?', [to, seq, from]);
  db.run('UPDATE outbox SET source = ? WHERE seq = ? AND source = ?', [to, seq, from]);
};

/** Takes a message of ours out again, as a withdrawn reply is; its conversation must be refreshed afterwards. */
export const deleteMessage = (db: WritableDb, seq: number): void => {
  removeFromIndex(db, seq);
  db.run(
    'DELETE FROM thread_subject WHERE conversation_num = (SELECT conversation_num FROM message WHERE seq = $seq) AND seq = $seq',
    { seq },
  );
  db.run('DELETE FROM message WHERE seq = ?', [seq]);
};
