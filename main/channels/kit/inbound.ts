import type {
  Automatic,
  Correspondent,
  Direction,
  Invitation,
  Oddity,
  PartKind,
  ReceiptLevel,
  Visibility,
} from '#shared/domain/message.ts';

/** What pull brings for one message, before it is understood: bytes and the server's facts about them. */
export type RawItem = {
  /** The server's own name of the item within its stream, e.g. `uidvalidity:uid`. */
  readonly key: string;
  readonly bytes: Uint8Array;
  /** True when `bytes` is only the beginning; the rest can be fetched later by `Session.source`. */
  readonly partial: boolean;
  /** Size of the whole item in bytes. */
  readonly size: number;
  /** When the server received it, in ms UTC; null when it does not say. */
  readonly receivedAt: number | null;
  readonly seen: boolean;
  readonly answered: boolean;
};

/** What a mapper is told beside the item. */
export type MapContext = {
  /** Addresses of ours on this channel, lower case; they decide the direction. */
  readonly own: readonly string[];
  readonly streamRole: StreamRole;
  /** The server whose Authentication-Results may be believed (RFC 8601), or null. */
  readonly trustedAuthserv: string | null;
  readonly now: number;
};

export type StreamRole = 'inbox' | 'sent' | 'archive' | 'drafts' | 'junk' | 'trash' | 'all' | 'other';

/** A file that came along. `part` names it within its message for {@link Mapper.part}. */
export type InboundPart = {
  readonly part: string;
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
  readonly contentId: string | null;
  readonly inline: boolean;
  readonly kind: PartKind;
  /** True when the item only says where the bytes are; `Session.file` fetches them when somebody wants them. */
  readonly remote?: boolean;
};

/** How a message hangs together with others; threading decides from these facts alone. */
export type ThreadHint = {
  /** The channel-wide name of this message, such as its Message-ID; null when it has none. */
  readonly self: string | null;
  /** Names of messages before it, oldest first (References, then In-Reply-To). */
  readonly parents: readonly string[];
  /** Where a room or a thread key alone decides (chat); null for email. */
  readonly room: string | null;
};

/** One message, understood. Every text is as it came, bounded in length, and safe only as text. */
export type Inbound = {
  readonly kind: 'message';
  /** Equal for every copy of the same message on this channel; hashed into the message id. */
  readonly dedupe: string;
  /** A time that is part of `dedupe`, in ms UTC: messages of one day get ids that lie together. */
  readonly dedupeAt?: number | null;
  readonly key: string;
  readonly direction: Direction;
  /** Our own id when this is the echo of something we sent. */
  readonly clientId: string | null;
  /** ms UTC, plausible: never in the future, never before 1970. */
  readonly at: number;
  readonly atSource: 'server' | 'sender';
  readonly from: Correspondent;
  readonly sender: Correspondent | null;
  readonly replyTo: readonly Correspondent[];
  readonly to: readonly Correspondent[];
  readonly cc: readonly Correspondent[];
  readonly bcc: readonly Correspondent[];
  readonly subject: string;
  readonly text: string;
  readonly snippet: string;
  readonly hasHtml: boolean;
  /** Set only where the raw item cannot give it again (channels without a source). */
  readonly html: string | null;
  readonly thread: ThreadHint;
  readonly parts: readonly InboundPart[];
  readonly invitation: Invitation | null;
  readonly automatic: Automatic | null;
  readonly bounce: Bounce | null;
  readonly oddities: readonly Oddity[];
  /** The From address when the account's own server vouches for it (RFC 8601 dmarc/dkim/spf pass), else null. */
  readonly authenticatedFrom: string | null;
  readonly listUnsubscribe: string | null;
  readonly seen: boolean;
  readonly answered: boolean;
  /**
   * How this account's server calls the message when it speaks of it again: in edits, removals and receipts, and when it is answered.
   * Unique within the account. Absent where nothing is ever said of a message again (email).
   */
  readonly name?: string;
  readonly visibility?: Visibility;
  readonly warning?: string;
  readonly permalink?: string;
  /** When it was last changed before we ever saw it, in ms UTC. */
  readonly editedAt?: number;
  /** True for what was said to others before we were addressed: it is shown for what it explains, and nobody waits because of it. */
  readonly aside?: boolean;
  /** Whether `bytes` of the raw item are kept as the message's source. */
  readonly keepSource: boolean;
  /** Its text as the database keeps it: the parser makes it on its own thread. Mappers leave it out. */
  readonly packed?: { readonly bytes: Uint8Array<ArrayBuffer>; readonly size: number };
};

/** A report that something we sent did not arrive (RFC 3464). */
export type Bounce = {
  readonly originalExternalId: string | null;
  readonly clientId: string | null;
  readonly failures: readonly {
    readonly recipient: string;
    readonly action: string;
    readonly status: string;
    readonly diagnostic: string;
  }[];
};

/** Why an item could not be understood; each has words in the catalogue under `quarantine.reason.<reason>`. */
export const unreadableReasons = [
  'empty',
  'binary-without-header',
  'foreign',
  'fault',
  'overdue',
  'crashed',
] as const;
export type UnreadableReason = (typeof unreadableReasons)[number];

/** An item that could not be understood; it is kept raw and shown. */
export type Unreadable = {
  readonly kind: 'unreadable';
  readonly key: string;
  readonly reason: UnreadableReason;
};

/** Which message a fact is about: by the server's name, or by our own id for what we sent. */
export type About = { readonly name: string } | { readonly clientId: string };

/**
 * Something the server says of a message that may or may not be here yet: it is kept until the message comes, and told twice it changes
 * nothing. Times are ms UTC, plausible as those of {@link Inbound}. What the author may do is decided before: an edit or removal is
 * only to be believed from whoever wrote the message, and that is for the mapper to bind into the name.
 */
export type InboundFact =
  | {
      readonly kind: 'edit';
      readonly key: string;
      readonly about: About;
      /** Equal for the same version told again, greater as text for later ones. */
      readonly version: string;
      readonly at: number;
      readonly text: string;
      readonly snippet: string;
      readonly html: string | null;
    }
  | { readonly kind: 'remove'; readonly key: string; readonly about: About; readonly at: number }
  | {
      readonly kind: 'receipt';
      readonly key: string;
      readonly about: About;
      readonly level: ReceiptLevel;
      /** True when everything of ours before it in the same room is meant as well. */
      readonly upTo: boolean;
      readonly at: number;
    }
  /** It was accepted at first and did not arrive in the end. */
  | {
      readonly kind: 'undelivered';
      readonly key: string;
      readonly about: About;
      readonly recipient: string;
      readonly said: string;
      readonly at: number;
    }
  | {
      readonly kind: 'reaction';
      readonly key: string;
      readonly about: About;
      readonly by: Correspondent;
      readonly emoji: string;
      readonly on: boolean;
      readonly at: number;
    }
  /** A person named another address of theirs, such as a mail address in a website chat. */
  | {
      readonly kind: 'contact';
      readonly key: string;
      readonly room: string;
      readonly person: Correspondent;
      readonly channel: string;
      readonly address: string;
      readonly at: number;
    }
  /** Facts of a person's own about where they are: page, language, first visit. The newest replaces what was known. */
  | {
      readonly kind: 'visit';
      readonly key: string;
      readonly room: string;
      readonly person: Correspondent;
      readonly facts: Readonly<Record<string, string>>;
      readonly at: number;
    }
  /** Understood, and nothing to keep. */
  | { readonly kind: 'nothing'; readonly key: string };

/** What an item turns out to be. */
export type Understood = Inbound | InboundFact | Unreadable;

/** The body of a message made again from its source. */
export type SourceBody = {
  readonly text: string;
  readonly html: string | null;
  readonly inline: readonly {
    readonly contentId: string;
    readonly part: string;
    readonly mimeType: string;
  }[];
};

/**
 * The pure half of a channel: no network, no clock, no store. It runs in the parser thread and throws on nothing,
 * whatever the bytes.
 */
export interface Mapper {
  map(item: RawItem, context: MapContext): Understood;
  body(source: Uint8Array): SourceBody | null;
  part(
    source: Uint8Array,
    part: string,
  ): { readonly bytes: Uint8Array; readonly mimeType: string; readonly name: string } | null;
  /** A made-up item that needs most of what mapping needs: read once beforehand, it spares the first real one the wait for code. */
  readonly sample?: Uint8Array;
}
