import type { ReceiptLevel, Visibility } from './message.ts';

/** What the outbox may do after an unknown outcome: send again, look first, or ask the agent. */
export type SendClass = 'key' | 'findable' | 'none';

/** One field of a channel's settings form; its words are in the catalogue under `channel.<kind>.<name>`. */
export type SettingsField = {
  readonly name: string;
  readonly type: 'text' | 'host' | 'port' | 'choice' | 'secret' | 'toggle' | 'url' | 'phone';
  readonly required: boolean;
  readonly choices: readonly string[];
  readonly initial: string | number | boolean | null;
  /** Needed by few: the form keeps it folded away. */
  readonly advanced?: boolean;
};

/** How long a text may be, and what counts as how much. */
export type TextLimit = {
  /** `characters` are code points, `graphemes` what a person takes for one letter (UAX 29). */
  readonly unit: 'bytes' | 'utf16' | 'characters' | 'graphemes';
  readonly count: number;
  /** A second limit in UTF-8 bytes, where there is one. */
  readonly bytes?: number;
  /** Every web address counts as so many, however long it is (Mastodon: 23). */
  readonly links?: number;
  /** In a mention such as `@ana@example.org` only the part before the host counts. */
  readonly shortMentions?: boolean;
  /** Sent and paid in segments: 160 or 153 letters of GSM 7 bit, 70 or 67 of UCS-2 (3GPP TS 23.038). */
  readonly segments?: boolean;
};

/** What a channel can show of rich text; the composer offers no more, and the rest is mapped to plain words. */
export const formats = ['bold', 'italic', 'strike', 'code', 'quote', 'list', 'link'] as const;
export type Format = (typeof formats)[number];

/** What a channel can do, as plain data; screens ask this and never compare the kind. */
export type Capabilities = {
  readonly pull: 'cursor' | 'ack-queue' | 'push-and-backfill' | 'relay';
  readonly readers: 'many' | 'one';
  readonly send: SendClass;
  readonly threads: boolean;
  readonly subject: boolean;
  /** True where the whole of what the composer makes is shown; then `formats` says nothing. */
  readonly html: boolean;
  readonly formats: readonly Format[];
  readonly copies: boolean;
  readonly forward: boolean;
  readonly newMessage: boolean;
  readonly edit: boolean;
  readonly remove: boolean;
  readonly receipts: readonly ReceiptLevel[];
  readonly maxText: TextLimit | null;
  /** Whether a text over the limit may go as several messages; elsewhere it has to be made shorter. */
  readonly split: boolean;
  readonly maxAttachmentBytes: number;
  /** How many files one message carries; null for any number. */
  readonly maxAttachments: number | null;
  /** How long the channel lets us answer after the customer's last message, in ms; null for ever. */
  readonly replyWindow: number | null;
  /** Whether prepared texts may be sent when the window is closed. */
  readonly templates: boolean;
  /** Who can be made to see a message, widest first; empty where only the other side ever does. */
  readonly visibilities: readonly Visibility[];
};

/** What people expect of a channel and do not get from some. */
export const channelLimits = [
  'no-history',
  'one-reader',
  'kept-briefly',
  'no-deletions',
  'no-receipts',
  'encrypted-unreadable',
  'polled',
  'no-first-word',
] as const;
export type ChannelLimit = (typeof channelLimits)[number];

/** Everything about a channel that may cross to the page. */
export type ChannelProfile = {
  readonly kind: string;
  /** Whether a person can connect it by hand; the sample channel cannot. */
  readonly connectable: boolean;
  readonly discovery: boolean;
  readonly oauth: boolean;
  /** How our own address is known: typed as an email address or something else, or found with the token alone. */
  readonly address: 'email' | 'text' | 'phone' | 'found';
  /** What proves who we are; its label is `channel.<kind>.credential`. */
  readonly credential: 'password' | 'token' | 'none';
  /** What it cannot do, said before it is connected; the words are under `channel.limit.<name>`. */
  readonly limits: readonly ChannelLimit[];
  /** Whether an address of this channel means something to a person; elsewhere only the name is shown. */
  readonly readableAddresses: boolean;
  readonly fields: readonly SettingsField[];
  readonly capabilities: Capabilities;
};
