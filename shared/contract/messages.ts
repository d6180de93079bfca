import * as v from 'valibot';
import type { Managed } from '../domain/policy/policy.ts';
import { call } from './define.ts';
import { messageId, pageCursor, pageSize } from './schemas.ts';

/** The words of one message; HTML is as it came and must be sanitised by the page before it is shown. */
export type MessageBody = {
  readonly text: string;
  readonly html: string | null;
  /** Parts that the HTML refers to by `cid:`. */
  readonly inline: readonly {
    readonly contentId: string;
    readonly part: string;
    readonly mimeType: string;
  }[];
  /** True when this sender's remote images are to be shown without asking. */
  readonly remoteImagesTrusted: boolean;
};

type NoMessage = { readonly kind: 'message-gone' };
type NotHere = {
  readonly kind: 'source-unavailable';
  /** `damaged`: what is kept here was changed on the disk or is gone from it, and its server does not give it again now. */
  readonly reason: 'offline' | 'deleted' | 'too-large' | 'unreadable' | 'damaged';
};
/** The machine's admin lets nobody open or save files of this type. */
type Blocked = { readonly kind: 'attachment-blocked'; readonly name: string; readonly by: string };
type Dangerous = { readonly kind: 'attachment-dangerous'; readonly name: string };

/** An image fetched on the agent's behalf, or why it was not. */
export type RemoteImage =
  | { readonly url: string; readonly kind: 'image'; readonly mimeType: string; readonly bytes: Uint8Array }
  | {
      readonly url: string;
      readonly kind: 'refused';
      readonly reason: 'address' | 'type' | 'size' | 'time' | 'network';
    };

const part = v.pipe(v.string(), v.maxLength(200));

/** `withheld`: only what stands above the first empty line, because files below it are blocked on this computer. */
type ShownSource = { readonly text: string; readonly truncated: boolean; readonly withheld: boolean };

export const messageCalls = {
  'message.body': call(v.strictObject({ id: messageId }))
    .answers<MessageBody>()
    .refuses<NoMessage | NotHere>(),
  /** Bytes of an inline picture; only raster images up to 10 MiB are answered. */
  'message.inlinePart': call(v.strictObject({ id: messageId, part }))
    .answers<{ readonly mimeType: string; readonly bytes: Uint8Array }>()
    .refuses<NoMessage | NotHere | { readonly kind: 'not-an-image' }>(),
  /** Fetches pictures that the message refers to by http(s), without cookies or referrer, never from private networks. */
  'message.remoteImages': call(
    v.strictObject({
      id: messageId,
      urls: v.pipe(v.array(v.pipe(v.string(), v.maxLength(4_000))), v.maxLength(200)),
    }),
  )
    .answers<{ readonly images: readonly RemoteImage[] }>()
    .refuses<NoMessage | Managed>(),
  /** From now on this message's authenticated sender may show remote pictures, or no longer. */
  'message.trustImages': call(v.strictObject({ id: messageId, trust: v.boolean() }))
    .answers<null>()
    .refuses<NoMessage | Managed | { readonly kind: 'sender-not-authenticated' }>(),
  /** The message as it came over the wire, decoded byte for byte as latin1 where it is not UTF-8; at most 1 MiB. */
  'message.source': call(v.strictObject({ id: messageId }))
    .answers<ShownSource>()
    .refuses<NoMessage | NotHere>(),
  /** What a message said before its author changed it, oldest first. */
  'message.versions': call(v.strictObject({ id: messageId }))
    .answers<{ readonly versions: readonly { readonly at: number; readonly text: string }[] }>()
    .refuses<NoMessage>(),
  /** Asks where to save an attachment and saves it there, marked as coming from the internet. */
  'attachment.save': call(v.strictObject({ id: messageId, part }))
    .answers<{ readonly kind: 'saved'; readonly name: string } | { readonly kind: 'cancelled' }>()
    .refuses<NoMessage | NotHere | Blocked>(),
  /** Opens an attachment with the system's application for it; what could run is refused. */
  'attachment.open': call(v.strictObject({ id: messageId, part }))
    .answers<null>()
    .refuses<NoMessage | NotHere | Dangerous | Blocked>(),
  /** Asks the system's browser or mail program to follow a link the agent has confirmed; only http, https and mailto. */
  'link.open': call(v.strictObject({ url: v.pipe(v.string(), v.maxLength(8_000)) }))
    .answers<null>()
    .refuses<{ readonly kind: 'link-refused'; readonly scheme: string }>(),
  'quarantine.list': call(v.strictObject({ after: pageCursor, limit: pageSize })).answers<{
    readonly rows: readonly {
      readonly id: string;
      readonly at: number;
      readonly account: string;
      readonly where: string;
      readonly reason: string;
      readonly size: number;
    }[];
    readonly next: string | null;
  }>(),
  'quarantine.source': call(v.strictObject({ id: v.pipe(v.string(), v.maxLength(80)) }))
    .answers<ShownSource>()
    .refuses<NoMessage | NotHere>(),
} as const;
