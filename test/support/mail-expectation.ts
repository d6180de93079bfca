/** What a mail must be read as; what is left out is not looked at. */
export type MailExpectation = {
  readonly from?: string;
  readonly fromName?: string;
  readonly to?: readonly string[];
  readonly subject?: string;
  readonly messageId?: string | null;
  readonly references?: readonly string[];
  /** Must occur in the text. */
  readonly text?: string;
  readonly notText?: string;
  /** Must occur in the HTML; null when there must be none. */
  readonly html?: string | null;
  /** `partId name kind size` of each part; a size of '*' is not looked at. */
  readonly parts?: readonly string[];
  readonly automatic?: string | null;
  readonly oddities?: readonly string[];
  readonly date?: string | null;
  readonly failed?: readonly string[];
  readonly originalMessageId?: string | null;
  readonly stewardId?: string | null;
  readonly calendar?: string;
  /** Set where an independent parser is known to read the mail differently, with the reason. */
  readonly judgesDiffer?: string;
};

/** One mail of the corpus. */
export type CorpusMail = { readonly name: string; readonly raw: Buffer; readonly expect: MailExpectation };
