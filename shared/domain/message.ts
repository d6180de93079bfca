import type { AccountId, MessageId } from '../kit/brand.ts';

/** Who said a message: somebody outside, or one of us. */
export type Direction = 'in' | 'out';

/** Mail that a machine sent by itself (RFC 3834, RFC 3464, RFC 2369); it never starts a wait and is never answered by a machine. */
export type Automatic = 'auto-reply' | 'bounce' | 'list' | 'bulk' | 'notification';

/** What is odd about who a message says it is from; each has words in the catalogue under `oddity.<kind>`. */
export const oddities = [
  'empty-from',
  'malformed-from',
  'two-from',
  'address-in-name',
  'reply-to-elsewhere',
  'sender-differs',
  'mixed-script',
  'bidi-in-name',
  'authentication-failed',
  'stranger',
  'limit-hit',
  'truncated',
  'encrypted',
] as const;
export type Oddity = (typeof oddities)[number];

/** Who can read a message beside the two sides, on channels where others can; each has words under `visibility.<name>`. */
export const visibilities = ['public', 'unlisted', 'followers', 'direct'] as const;
export type Visibility = (typeof visibilities)[number];

/** How far a message of ours is known to have come, in rising order; each has words under `receipt.<level>`. */
export const receiptLevels = ['server', 'delivered', 'read'] as const;
export type ReceiptLevel = (typeof receiptLevels)[number];

/** What a part of a message is, beyond its type. */
export type PartKind = 'file' | 'message' | 'calendar' | 'pgp' | 'smime' | 'tnef';

/** A file that came with a message. Sizes are decoded bytes. */
export type Attachment = {
  readonly part: string;
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
  readonly contentId: string | null;
  readonly inline: boolean;
  readonly kind: PartKind;
  /** True when the name or type is one that the system would run; such files are saved but never opened. */
  readonly dangerous: boolean;
};

/** One sort of reaction to a message, and who gave it. */
export type Reaction = { readonly emoji: string; readonly by: readonly string[] };

/** A person or mailbox with the name shown beside the address. */
export type Correspondent = { readonly name: string; readonly address: string };

/** An invitation inside a message, as plain text (RFC 5545). */
export type Invitation = {
  readonly method: string;
  readonly summary: string;
  readonly start: number | null;
  readonly end: number | null;
  readonly location: string;
  readonly organiser: string;
};

/** One message as the timeline shows it. Times are milliseconds UTC. */
export type MessageFacts = {
  readonly id: MessageId;
  readonly direction: Direction;
  readonly channel: string;
  readonly account: AccountId | null;
  readonly at: number;
  readonly from: Correspondent;
  readonly replyTo: readonly Correspondent[];
  readonly to: readonly Correspondent[];
  readonly cc: readonly Correspondent[];
  readonly bcc: readonly Correspondent[];
  readonly subject: string;
  /** The first words, without quote and signature. */
  readonly snippet: string;
  /** The whole plain text, quotes included; at most 64 KiB here, the rest by `message.body`. */
  readonly text: string;
  readonly hasHtml: boolean;
  readonly seen: boolean;
  readonly automatic: Automatic | null;
  readonly oddities: readonly Oddity[];
  readonly attachments: readonly Attachment[];
  readonly invitation: Invitation | null;
  /** The channel's own name of the talk this belongs to (a room, a chat, a visitor); null for email. */
  readonly room: string | null;
  /** Null where nobody but the two sides could read it anyway. */
  readonly visibility: Visibility | null;
  /** The author's own warning of what is inside; empty for none. */
  readonly warning: string;
  /** The page of the message on the web, if it has one. */
  readonly permalink: string | null;
  /** When its author last changed it, in ms UTC; the versions before are kept. */
  readonly editedAt: number | null;
  /** When its author took it back, in ms UTC; what it said is kept, folded away. */
  readonly removedAt: number | null;
  /** What the other side's server or program has told of a message of ours. */
  readonly receipt: { readonly level: ReceiptLevel; readonly at: number } | null;
  readonly reactions: readonly Reaction[];
};
