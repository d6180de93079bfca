import type { Draft, DraftAttachment, DraftEdit } from '#shared/contract/compose.ts';
import type { BlobId, DraftId } from '#shared/kit/brand.ts';
import type { WritableDb } from '../driver.ts';
import { hasContent, readDraft } from '../read/draft.ts';

/** What a new draft starts with. */
export type NewDraft = Omit<Draft, 'attachments' | 'updatedAt' | 'widest' | 'windowUntil'>;

const recipientsJson = (draft: Pick<Draft, 'to' | 'cc' | 'bcc'>): string =>
  JSON.stringify({ to: draft.to, cc: draft.cc, bcc: draft.bcc });

const templateJson = (template: Draft['template']): string | null =>
  template === null ? null : JSON.stringify(template);

/** Writes a draft, or starts the one with the same id anew; its files stay. */
export const putDraft = (db: WritableDb, draft: NewDraft, now: number): void => {
  db.run(
    `INSERT INTO draft (id, conversation_num, account_id, mode, in_reply_to, recipients, subject, html, quote, plain, visibility, warning, template, created_at, updated_at)
     VALUES ($id, (SELECT num FROM conversation WHERE id = $conversation), $account, $mode,
       (SELECT seq FROM message WHERE id = $message), $recipients, $subject, $html, $quote, $plain, $visibility, $warning, $template, $now, $now)
     ON CONFLICT (id) DO UPDATE SET account_id = excluded.account_id, mode = excluded.mode, in_reply_to = excluded.in_reply_to,
       recipients = excluded.recipients, subject = excluded.subject, html = excluded.html, quote = excluded.quote, plain = excluded.plain,
       visibility = excluded.visibility, warning = excluded.warning, template = excluded.template,
       updated_at = excluded.updated_at`,
    {
      id: draft.id,
      conversation: draft.conversation,
      account: draft.account,
      mode: draft.mode,
      message: draft.inReplyTo,
      recipients: recipientsJson(draft),
      subject: draft.subject,
      html: draft.html,
      quote: Number(draft.quote),
      plain: Number(draft.plain),
      visibility: draft.visibility,
      warning: draft.warning,
      template: templateJson(draft.template),
      now,
    },
  );
  markDraft(db, draft.id);
};

/** Saves what was typed. */
export const saveDraft = (db: WritableDb, id: DraftId, edit: DraftEdit, now: number): void => {
  db.run(
    `UPDATE draft SET account_id = ?, recipients = ?, subject = ?, html = ?, quote = ?, plain = ?,
       visibility = CASE WHEN ? THEN ? ELSE visibility END, warning = ifnull(?, warning),
       template = CASE WHEN ? THEN ? ELSE template END, updated_at = ? WHERE id = ?`,
    [
      edit.account,
      recipientsJson(edit),
      edit.subject,
      edit.html,
      Number(edit.quote),
      Number(edit.plain),
      Number(edit.visibility !== undefined),
      edit.visibility ?? null,
      edit.warning ?? null,
      Number(edit.template !== undefined),
      templateJson(edit.template ?? null),
      now,
      id,
    ],
  );
  markDraft(db, id);
};

/** Adds a file to a draft. */
export const putDraftFile = (
  db: WritableDb,
  id: DraftId,
  file: DraftAttachment & { readonly blob: BlobId },
  now: number,
): void => {
  db.run(
    'INSERT OR REPLACE INTO draft_attachment (draft_id, id, name, mime_type, size, content_id, blob) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [id, file.id, file.name, file.mimeType, file.size, file.contentId, file.blob],
  );
  db.run('UPDATE draft SET updated_at = ? WHERE id = ?', [now, id]);
  markDraft(db, id);
};

/** Takes a file out of a draft; its bytes stay in the vault. */
export const dropDraftFile = (db: WritableDb, id: DraftId, file: string): void => {
  db.run('DELETE FROM draft_attachment WHERE draft_id = ? AND id = ?', [id, file]);
  markDraft(db, id);
};

/** Removes a draft and its mark in the list. */
export const deleteDraft = (db: WritableDb, id: DraftId): void => {
  db.run('UPDATE conversation SET draft = 0 WHERE num = (SELECT conversation_num FROM draft WHERE id = ?)', [
    id,
  ]);
  db.run('DELETE FROM draft WHERE id = ?', [id]);
};

/** Shows or hides the draft's mark on its conversation by whether it holds anything. */
const markDraft = (db: WritableDb, id: DraftId): void => {
  const draft = readDraft(db, id);
  const conversation = draft?.conversation ?? null;
  if (draft === null || conversation === null) return;
  const mark = Number(hasContent(draft));
  db.run('UPDATE conversation SET draft = ? WHERE id = ? AND draft <> ?', [mark, conversation, mark]);
};
