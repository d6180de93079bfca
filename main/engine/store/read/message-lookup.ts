import type { AccountId, BlobId, ConversationId, MessageId } from '#shared/kit/brand.ts';
import type { MessageFacts } from '#shared/domain/message.ts';
import type { ReadableDb } from '../driver.ts';
import { asMessageFacts, selectMessages } from './message-row.ts';
import { textColumns, unpackText } from '../packed-text.ts';
import type { StoredText } from '../packed-text.ts';
import type { MessageColumns } from './message-row.ts';

/** What the engine needs to get a message's body, parts and source. */
export type StoredMessage = {
  readonly seq: number;
  readonly id: MessageId;
  readonly conversation_num: number;
  readonly conversation: ConversationId;
  readonly channel: string;
  readonly account_id: AccountId | null;
  readonly external_id: string | null;
  readonly client_id: string | null;
  readonly from_address: string;
  readonly authenticated_from: string | null;
  readonly has_html: number;
  readonly source: BlobId | null;
  readonly source_partial: number;
  /** How its account's server calls it; null for email. */
  readonly name: string | null;
};

const columns = `m.seq, m.id, m.conversation_num, c.id AS conversation, m.channel, m.account_id, m.external_id,
  m.client_id, m.from_address, m.authenticated_from, m.has_html, m.source, m.source_partial, m.name`;

/** Finds a message by its id. */
export const findMessage = (db: ReadableDb, id: MessageId): StoredMessage | undefined =>
  db.get<StoredMessage>(
    `SELECT ${columns} FROM message m JOIN conversation c ON c.num = m.conversation_num WHERE m.id = ?`,
    [id],
  );

/** A message as the timeline shows it, by its number. */
export const messageFacts = (db: ReadableDb, seq: number): MessageFacts | undefined => {
  const row = db.get<MessageColumns>(`${selectMessages} WHERE m.seq = ?`, [seq]);
  return row === undefined ? undefined : asMessageFacts(db, row);
};

/** The whole stored text and, where the source cannot give it again, HTML of a message. */
export const messageText = (
  db: ReadableDb,
  seq: number,
): { readonly text: string; readonly html: string | null } | undefined => {
  const row = db.get<StoredText & { readonly html: string | null }>(
    `SELECT ${textColumns}, t.html FROM message_text t WHERE t.seq = ?`,
    [seq],
  );
  return row === undefined ? undefined : { text: unpackText(row), html: row.html };
};

/** A listed attachment whose bytes are elsewhere, and where they are kept once somebody wanted them. */
export const remoteAttachment = (
  db: ReadableDb,
  seq: number,
  part: string,
): { readonly name: string; readonly mime_type: string; readonly blob: BlobId | null } | undefined =>
  db.get<{ name: string; mime_type: string; blob: BlobId | null }>(
    'SELECT name, mime_type, blob FROM attachment WHERE seq = ? AND part = ? AND remote = 1',
    [seq, part],
  );

/** What a message said before it was changed, oldest first. */
export const versionsOf = (
  db: ReadableDb,
  seq: number,
): readonly { readonly at: number; readonly text: string }[] =>
  db.all<{ at: number; text: string }>(
    'SELECT at, text FROM message_version WHERE seq = ? ORDER BY version LIMIT 100',
    [seq],
  );

/** Where a message lies on servers, for fetching the rest of a partial source. */
export const placesOf = (
  db: ReadableDb,
  seq: number,
): readonly { readonly account_id: AccountId; readonly stream: string; readonly item: string }[] =>
  db.all<{ account_id: AccountId; stream: string; item: string }>(
    'SELECT account_id, stream, item FROM location WHERE seq = ?',
    [seq],
  );

/** External ids of a conversation up to a message, oldest first, for References (RFC 5322 3.6.4): the first and the last 20. */
export const referencesUpTo = (db: ReadableDb, conversation: number, seq: number): readonly string[] => {
  const rows = db
    .all<{ external_id: string }>(
      `SELECT external_id FROM message WHERE conversation_num = $num AND external_id IS NOT NULL
       AND (at, seq) <= (SELECT at, seq FROM message WHERE seq = $seq) ORDER BY at, seq`,
      { num: conversation, seq },
    )
    .map((row) => row.external_id);
  return rows.length <= 21 ? rows : [...rows.slice(0, 1), ...rows.slice(-20)];
};

/** Whether this sender's remote pictures are shown without asking; decided by the authenticated address alone. */
export const trustsImages = (db: ReadableDb, channel: string, authenticatedFrom: string | null): boolean =>
  authenticatedFrom !== null &&
  db.get<{ trusts_images: number }>('SELECT trusts_images FROM identity WHERE channel = ? AND address = ?', [
    channel,
    authenticatedFrom.trim().toLowerCase(),
  ])?.trusts_images === 1;

/** The number of the message that is here under one of these ids. */
export const messageKnownAs = (db: ReadableDb, ids: readonly MessageId[]): number | undefined => {
  for (const id of ids) {
    const found = db.get<{ seq: number }>('SELECT seq FROM message WHERE id = ?', [id]);
    if (found !== undefined) return found.seq;
  }
  return undefined;
};
