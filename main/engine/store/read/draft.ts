import * as v from 'valibot';
import type { ChosenTemplate, Draft, DraftAttachment, DraftMode } from '#shared/contract/compose.ts';
import type { AccountId, BlobId, ConversationId, DraftId, MessageId } from '#shared/kit/brand.ts';
import type { Visibility } from '#shared/domain/message.ts';
import type { ReadableDb } from '../driver.ts';

const people = v.array(v.object({ name: v.string(), address: v.string() }));
const recipients = v.object({ to: people, cc: people, bcc: people });

/** Reads the `recipients` column of a draft. */
const readRecipients = (json: string): v.InferOutput<typeof recipients> =>
  v.parse(recipients, JSON.parse(json));

type DraftRow = {
  readonly id: DraftId;
  readonly conversation: ConversationId | null;
  readonly account_id: AccountId | null;
  readonly mode: DraftMode;
  readonly in_reply_to: MessageId | null;
  readonly recipients: string;
  readonly subject: string;
  readonly html: string;
  readonly quote: number;
  readonly plain: number;
  readonly updated_at: number;
  readonly visibility: Visibility | null;
  readonly warning: string;
  readonly template: string | null;
  readonly answered_visibility: Visibility | null;
};

const columns = `SELECT d.id, c.id AS conversation, d.account_id, d.mode, m.id AS in_reply_to, d.recipients, d.subject, d.html,
    d.quote, d.plain, d.updated_at, d.visibility, d.warning, d.template,
    CASE WHEN m.account_id = d.account_id THEN m.visibility END AS answered_visibility
  FROM draft d LEFT JOIN conversation c ON c.num = d.conversation_num LEFT JOIN message m ON m.seq = d.in_reply_to`;

type AttachmentRow = {
  readonly id: string;
  readonly name: string;
  readonly mime_type: string;
  readonly size: number;
  readonly content_id: string | null;
  readonly blob: BlobId;
};

/** A file of a draft with where its bytes are. */
export type StoredDraftFile = DraftAttachment & { readonly blob: BlobId };

const templateShape = v.object({ id: v.string(), values: v.record(v.string(), v.string()) });

const readTemplate = (json: string | null): ChosenTemplate | null =>
  json === null ? null : v.parse(templateShape, JSON.parse(json));

/** The files of a draft in the order they were attached. */
export const draftFiles = (db: ReadableDb, id: DraftId): readonly StoredDraftFile[] =>
  db
    .all<AttachmentRow>(
      'SELECT id, name, mime_type, size, content_id, blob FROM draft_attachment WHERE draft_id = ? ORDER BY id',
      [id],
    )
    .map((row) => ({
      id: row.id,
      name: row.name,
      mimeType: row.mime_type,
      size: row.size,
      contentId: row.content_id,
      blob: row.blob,
    }));

const toDraft = (db: ReadableDb, row: DraftRow): Draft => ({
  id: row.id,
  conversation: row.conversation,
  account: row.account_id,
  mode: row.mode,
  inReplyTo: row.in_reply_to,
  ...readRecipients(row.recipients),
  subject: row.subject,
  html: row.html,
  attachments: draftFiles(db, row.id).map(({ blob: _blob, ...file }) => file),
  quote: row.quote === 1,
  plain: row.plain === 1,
  visibility: row.visibility,
  widest: row.answered_visibility,
  warning: row.warning,
  template: readTemplate(row.template),
  windowUntil: null,
  updatedAt: row.updated_at,
});

/** One draft; null when it is gone. */
export const readDraft = (db: ReadableDb, id: DraftId): Draft | null => {
  const row = db.get<DraftRow>(`${columns} WHERE d.id = ?`, [id]);
  return row === undefined ? null : toDraft(db, row);
};

/** The draft of a conversation, if there is one. */
export const draftOfConversation = (db: ReadableDb, conversation: ConversationId): Draft | null => {
  const row = db.get<DraftRow>(`${columns} WHERE c.id = ?`, [conversation]);
  return row === undefined ? null : toDraft(db, row);
};

/** The newest draft of a message that belongs to no conversation yet. */
export const newestLooseDraft = (db: ReadableDb): Draft | null => {
  const row = db.get<DraftRow>(
    `${columns} WHERE d.conversation_num IS NULL ORDER BY d.updated_at DESC LIMIT 1`,
  );
  return row === undefined ? null : toDraft(db, row);
};

/** Whether a draft holds anything that a person put there; an untouched one is not worth a mark in the list. */
export const hasContent = (draft: Pick<Draft, 'html' | 'attachments'>): boolean =>
  draft.attachments.length > 0 ||
  /<img/i.test(draft.html) ||
  draft.html.replace(/<[^>]*>|&nbsp;|\s/g, '') !== '';
