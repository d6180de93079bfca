import type { Cursor, StreamChange } from '#main/channels/kit/channel.ts';
import type { StreamRole } from '#main/channels/kit/inbound.ts';
import type { AccountId, ConversationId, MessageId } from '#shared/kit/brand.ts';
import type { ParsedItem } from '../../ingest/parsed-item.ts';
import type { StreamState } from '../../store/write/streams.ts';

/** One batch of a stream, parsed. Items, changes and cursor are committed together or not at all. */
export type IngestBatch = {
  readonly account: AccountId;
  readonly channel: string;
  readonly stream: string;
  readonly role: StreamRole;
  /** Addresses of ours on this channel, in any case. */
  readonly own: readonly string[];
  readonly items: readonly ParsedItem[];
  readonly changes: readonly StreamChange[];
  /** Whether slices of the same run of pulls went before: without them this one must not be committed. */
  readonly continues: boolean;
  /** Whether more slices of the same run follow, with which this one may be committed. */
  readonly followed: boolean;
  /** The cursor that these items and changes reach; null for a slice that is not the last of its pull. */
  readonly next: Cursor | null;
  readonly more: boolean;
  readonly onServer: number | null;
  readonly remaining: number | null;
  readonly gap: { readonly reason: string; readonly from: number | null } | null;
};

/** A new customer message that came while the agent was there, for notification and live region. */
export type Arrival = {
  readonly conversation: ConversationId;
  readonly message: MessageId;
  readonly from: string;
  readonly subject: string;
  readonly snippet: string;
};

/** Something of ours seen again on the server: proof that it was accepted, and where the role is `sent` that it is filed. */
export type Echo = {
  readonly seq: number;
  readonly clientId: string;
  readonly role: StreamRole;
  /** Only the account itself can have put it there. */
  readonly vouched: boolean;
};

export type Ingested = {
  readonly added: number;
  readonly quarantined: number;
  readonly arrived: readonly Arrival[];
  readonly echoes: readonly Echo[];
};

/** The batch with what taking in one of its items needs to know. */
export type Intake = {
  readonly batch: IngestBatch;
  readonly own: ReadonlySet<string>;
  readonly stream: StreamState;
  /** True while the first import of the stream runs. */
  readonly importing: boolean;
  /** Whether something written at `at` (ms UTC) is history. */
  readonly historic: (at: number) => boolean;
};

/** What became of one item. */
export type Taken =
  | { readonly kind: 'known' }
  | { readonly kind: 'echo'; readonly echo: Echo }
  | { readonly kind: 'quarantined' }
  | { readonly kind: 'added'; readonly seq: number; readonly at: number; readonly arrival: Arrival | null };
