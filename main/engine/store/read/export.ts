import type { MessageFacts } from '#shared/domain/message.ts';
import type { BlobId, ConversationId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import { textColumns, unpackText } from '../packed-text.ts';
import type { StoredText } from '../packed-text.ts';
import { asMessageFacts, selectMessages } from './message-row.ts';
import type { MessageColumns } from './message-row.ts';

/** A message as it is taken out of the workspace: what the timeline shows, its whole text, and where its source is. */
export type ExportRow = MessageFacts & {
  readonly conversation: ConversationId;
  readonly externalId: string | null;
  readonly html: string | null;
  readonly source: BlobId | null;
  readonly sourcePartial: boolean;
};

type ExportColumns = StoredText & {
  readonly seq: number;
  readonly conversation: ConversationId;
  readonly external_id: string | null;
  readonly html: string | null;
  readonly source: BlobId | null;
  readonly source_partial: number;
};

const columns = `SELECT m.seq, c.id AS conversation, m.external_id, ${textColumns}, t.html, m.source, m.source_partial
  FROM message m JOIN conversation c ON c.num = m.conversation_num JOIN message_text t ON t.seq = m.seq`;

/** How many messages are read at once; texts are a few KiB each. */
const pageSize = 100;

const whole = (db: ReadableDb, row: ExportColumns): ExportRow => {
  const facts = db.get<MessageColumns>(`${selectMessages} WHERE m.seq = ?`, [row.seq]);
  if (facts === undefined) throw new Error('a message went away while it was read');
  return {
    ...asMessageFacts(db, facts),
    text: unpackText(row),
    html: row.html,
    conversation: row.conversation,
    externalId: row.external_id,
    source: row.source,
    sourcePartial: row.source_partial === 1,
  };
};

/** All messages in the order of their dates, or those of one conversation; in flat memory. */
export const exportRows = function* (
  db: ReadableDb,
  conversation: ConversationId | null,
): Generator<ExportRow> {
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows =
      conversation === null
        ? db.all<ExportColumns>(`${columns} WHERE m.seq > ? ORDER BY m.seq LIMIT ?`, [after, pageSize])
        : db.all<ExportColumns>(
            `${columns} WHERE m.conversation_num = (SELECT num FROM conversation WHERE id = ?) AND m.seq > ?
             ORDER BY m.seq LIMIT ?`,
            [conversation, after, pageSize],
          );
    for (const row of rows) {
      yield whole(db, row);
      after = row.seq;
    }
    if (rows.length < pageSize) return;
  }
};
