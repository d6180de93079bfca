import * as v from 'valibot';
import { readEvent } from '../api/events.ts';
import type { MatrixEvent } from '../api/events.ts';

const name = v.fallback(v.string(), '');
const person = v.object({ name, address: v.string() });

const rawEvent = v.object({
  steward: v.literal('matrix-event'),
  room: v.object({ id: v.string(), name, others: v.fallback(v.array(person), []) }),
  sender: name,
  event: v.unknown(),
  /** Who wrote the message that this event wants to change; null when nobody could say. */
  target: v.optional(v.nullable(v.object({ sender: v.string() }))),
  /** The reaction that this event takes back, where it was one and we knew it. */
  undone: v.optional(v.object({ about: v.string(), emoji: v.string(), sender: v.string() })),
});

const rawReceipt = v.object({
  steward: v.literal('matrix-receipt'),
  room: v.string(),
  event: v.string(),
  reader: person,
  at: v.fallback(v.number(), 0),
  /** True where the reader has read everything before as well, not only one thread. */
  upTo: v.fallback(v.boolean(), false),
});

/** An event with what belongs to understanding it and does not stand in it: names, and whose message it is about. */
export type RawEvent = Omit<v.InferOutput<typeof rawEvent>, 'event'> & { readonly event: MatrixEvent };
export type RawReceipt = v.InferOutput<typeof rawReceipt>;

/** The bytes of an item: the event as the server told it, and its circumstances. */
export const encodeItem = (raw: RawEvent | RawReceipt): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(raw));

/** Reads the bytes of an item; null for any others. */
export function decodeItem(bytes: Uint8Array): RawEvent | RawReceipt | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  const receipt = v.safeParse(rawReceipt, value);
  if (receipt.success) return receipt.output;
  const read = v.safeParse(rawEvent, value);
  const event = read.success ? readEvent(read.output.event) : null;
  return read.success && event !== null ? { ...read.output, event } : null;
}
