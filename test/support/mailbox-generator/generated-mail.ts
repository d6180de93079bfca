/** One mail of a made mailbox. */
export type GeneratedMail = {
  readonly raw: Buffer;
  readonly folder: 'INBOX' | 'Sent' | 'Archive';
  readonly date: Date;
  /** Mails with the same number belong to one conversation. */
  readonly thread: number;
  readonly kind: 'question' | 'reply' | 'answer' | 'newsletter' | 'auto-reply' | 'bounce';
  readonly messageId: string;
  readonly flags: readonly string[];
};
