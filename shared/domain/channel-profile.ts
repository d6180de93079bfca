/** What the outbox may do after an unknown outcome: send again, look first, or ask the agent. */
export type SendClass = 'key' | 'findable' | 'none';

/** One field of a channel's settings form; its words are in the catalogue under `channel.<kind>.<name>`. */
export type SettingsField = {
  readonly name: string;
  readonly type: 'text' | 'host' | 'port' | 'choice' | 'secret' | 'toggle';
  readonly required: boolean;
  readonly choices: readonly string[];
  readonly initial: string | number | boolean | null;
  /** Needed by few: the form keeps it folded away. */
  readonly advanced?: boolean;
};

/** What a channel can do, as plain data; screens ask this and never compare the kind. */
export type Capabilities = {
  readonly pull: 'cursor' | 'ack-queue' | 'push-and-backfill' | 'relay';
  readonly readers: 'many' | 'one';
  readonly send: SendClass;
  readonly threads: boolean;
  readonly subject: boolean;
  readonly html: boolean;
  readonly copies: boolean;
  readonly forward: boolean;
  readonly newMessage: boolean;
  readonly edit: boolean;
  readonly remove: boolean;
  readonly receipts: readonly ('server' | 'delivered' | 'read')[];
  readonly maxText: { readonly unit: 'bytes' | 'utf16' | 'graphemes'; readonly count: number } | null;
  readonly maxAttachmentBytes: number;
  /** How long the channel lets us answer after the customer's last message, in ms; null for ever. */
  readonly replyWindow: number | null;
};

/** Everything about a channel that may cross to the page. */
export type ChannelProfile = {
  readonly kind: string;
  /** Whether a person can connect it by hand; the sample channel cannot. */
  readonly connectable: boolean;
  readonly discovery: boolean;
  readonly oauth: boolean;
  readonly fields: readonly SettingsField[];
  readonly capabilities: Capabilities;
};
