import * as v from 'valibot';
import type { RawItem } from '../kit/inbound.ts';
import { dateOf, mediaResource, messageResource, readable } from './api/resources.ts';
import type { MediaResource, MessageResource } from './api/resources.ts';
import { standingOf } from './api/statuses.ts';

const ourId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const twilioItem = v.object({
  twilio: v.literal(1),
  /** A message, or only how one of ours stands. */
  what: v.picklist(['message', 'standing']),
  own: v.string(),
  clientId: v.nullable(v.pipe(v.string(), v.regex(ourId))),
  message: v.unknown(),
  media: v.array(v.unknown()),
});

/** What one raw item holds: the resource as the server gave it, with what belongs to it. */
export type TwilioItem = {
  readonly what: 'message' | 'standing';
  readonly own: string;
  /** Our own id, where the sessions of this account know it. */
  readonly clientId: string | null;
  readonly message: MessageResource;
  readonly media: readonly MediaResource[];
};

/** A resource as it came and as it was read. */
export type Listed = { readonly raw: unknown; readonly message: MessageResource };

const mostFiles = 50;

/** Reads an item; null for bytes that are none. */
export function readItem(bytes: Uint8Array): TwilioItem | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  const item = v.safeParse(twilioItem, parsed);
  const message = item.success ? v.safeParse(messageResource, item.output.message) : null;
  if (!item.success || message?.success !== true) return null;
  const { what, own, clientId, media } = item.output;
  const files = readable(mediaResource, media.slice(0, mostFiles));
  return { what, own, clientId, message: message.output, media: files };
}

const rawItem = (
  key: string,
  said: unknown,
  { message }: Listed,
  flags: { readonly seen: boolean; readonly answered: boolean },
): RawItem => {
  const bytes = new TextEncoder().encode(JSON.stringify(said));
  return {
    key,
    bytes,
    partial: false,
    size: bytes.byteLength,
    receivedAt: dateOf(message.date_created),
    ...flags,
  };
};

/** A message as an item. */
export const messageItem = (
  listed: Listed,
  facts: { readonly own: string; readonly clientId: string | null; readonly media: readonly unknown[] },
  flags: { readonly seen: boolean; readonly answered: boolean },
): RawItem =>
  rawItem(listed.message.sid, { twilio: 1, what: 'message', ...facts, message: listed.raw }, listed, flags);

/** How a message of ours stands, as an item; the same standing has the same key. */
export const standingItem = (listed: Listed, own: string): RawItem =>
  rawItem(
    `${listed.message.sid}:${standingOf(listed.message.status)}`,
    { twilio: 1, what: 'standing', own, clientId: null, message: listed.raw, media: [] },
    listed,
    { seen: true, answered: false },
  );
