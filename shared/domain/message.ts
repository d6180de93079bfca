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
] as const;
export type Oddity = (typeof oddities)[number];

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
};
