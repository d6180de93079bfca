import type { UnreadableReason } from '../../kit/inbound.ts';

/** One mailbox of an address header. `address` keeps the local part as written and has its domain in lower case; '' when there is none. */
export type MailAddress = { readonly name: string; readonly address: string };

/** What a part is for: a plain file, a forwarded message, a signature or sealed body, an invitation, an Outlook container. */
export type MailPartKind = 'file' | 'message' | 'pgp' | 'smime' | 'calendar' | 'tnef';

/** One attachment, located but not decoded. `size` counts decoded bytes; `partId` is what `readPart` takes. */
export type MailPart = {
  readonly partId: string;
  /** Safe to show and to save under: no path, no control or bidi characters, never empty. */
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
  readonly contentId: string | null;
  readonly disposition: 'attachment' | 'inline';
  readonly kind: MailPartKind;
};

/** A point in an invitation: an instant (ms UTC), a whole day (`2024-05-01`) or a local time of no known zone (`2024-05-01T10:00:00`). */
export type CalendarTime =
  | { readonly kind: 'instant'; readonly at: number }
  | { readonly kind: 'day'; readonly day: string }
  | { readonly kind: 'floating'; readonly local: string };

/** The first event of a calendar part as plain text (RFC 5545, RFC 6047). */
export type CalendarPart = {
  readonly method: string | null;
  readonly uid: string | null;
  readonly summary: string;
  readonly description: string;
  readonly start: CalendarTime | null;
  readonly end: CalendarTime | null;
  readonly location: string;
  readonly organiser: MailAddress | null;
};

/** Why a mail was probably written by a machine (RFC 3834, RFC 2369, RFC 2919, RFC 3464). */
export type MailAutomatic = 'auto-reply' | 'bounce' | 'list' | 'bulk' | 'notification';

/** One recipient of a delivery report; `action` is failed, delayed, delivered, relayed or expanded (RFC 3464 section 2.3.3). */
export type BounceRecipient = {
  readonly recipient: string;
  readonly action: string;
  readonly status: string;
  readonly diagnostic: string;
};

/** What a delivery report says, and about which of our mails. */
export type MailBounce = {
  readonly failed: readonly BounceRecipient[];
  readonly originalMessageId: string | null;
  readonly stewardId: string | null;
};

/** One Authentication-Results header, topmost first (RFC 8601); who to believe is judged by the caller. */
export type MailAuthentication = { readonly authservId: string; readonly results: string };

/** Anything about a mail that a reader should know before trusting it. */
export type MailOddity =
  | 'two-from-headers'
  | 'two-subject-headers'
  | 'many-from-addresses'
  | 'empty-from'
  | 'malformed-from'
  | 'group-in-from'
  | 'address-in-display-name'
  | 'sender-differs'
  | 'reply-to-other-domain'
  | 'mixed-script'
  | 'punycode-domain'
  | 'bidi-in-name'
  | 'hidden-characters-in-name'
  | 'deceptive-attachment-name'
  | 'no-header'
  /** A byte order mark or blank lines stand before the header, where stricter programs see none. */
  | 'shifted-header'
  | 'missing-separator'
  | 'missing-boundary-end'
  | 'truncated'
  | 'limit-hit';

/** One mail, read as far as it could be. */
export type ReadMail = {
  readonly kind: 'mail';
  readonly messageId: string | null;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  readonly subject: string;
  readonly date: number | null;
  readonly receivedDate: number | null;
  readonly from: readonly MailAddress[];
  readonly sender: MailAddress | null;
  readonly replyTo: readonly MailAddress[];
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly bcc: readonly MailAddress[];
  readonly text: string;
  readonly html: string | null;
  readonly calendar: CalendarPart | null;
  readonly parts: readonly MailPart[];
  readonly automatic: MailAutomatic | null;
  readonly bounce: MailBounce | null;
  readonly stewardId: string | null;
  readonly authentication: readonly MailAuthentication[];
  readonly listUnsubscribe: string | null;
  readonly oddities: readonly MailOddity[];
  readonly charsetGuessed: boolean;
};

/** Bytes that are no mail at all, and why. */
export type UnreadableMail = { readonly kind: 'unreadable'; readonly reason: UnreadableReason };
