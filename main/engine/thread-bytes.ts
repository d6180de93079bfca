import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

/** A view of a larger buffer (Node's pool, a network chunk) is not ours to move. */
const own = (bytes: Uint8Array): ArrayBuffer | null =>
  bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : null;

const collect = (value: unknown, found: Set<ArrayBuffer>, depth: number): void => {
  if (value instanceof Uint8Array) {
    const buffer = own(value);
    if (buffer !== null) found.add(buffer);
  } else if (Array.isArray(value)) {
    for (const entry of value) collect(entry, found, depth + 1);
  } else if (value !== null && typeof value === 'object' && depth < 6) {
    for (const entry of Object.values(value)) collect(entry, found, depth + 1);
  }
};

/** The buffers of binary values in what goes to another thread, so that mails move there instead of being copied. */
export const movableBuffers = (value: unknown): ArrayBuffer[] => {
  const found = new Set<ArrayBuffer>();
  collect(value, found, 0);
  return [...found];
};

let nowhere: MessagePort | null = null;

const portToNowhere = (): MessagePort => {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
};

/** Smaller ones are left to the garbage collector. */
const worthIt = 4 * 1024;

/**
 * Gives the memory of bytes back that nobody here reads any more; what reads them afterwards finds nothing. Bytes lie outside of the heap,
 * and the garbage collector, which hardly knows of them, would let tens of megabytes pile up. What is moved to a port that is closed is
 * gone at once (html.spec.whatwg.org, "message port post message steps").
 */
export const letGo = (pieces: readonly Uint8Array[]): void => {
  const buffers = new Set<ArrayBuffer>();
  for (const piece of pieces) {
    const buffer = piece.byteLength < worthIt ? null : own(piece);
    if (buffer !== null) buffers.add(buffer);
  }
  if (buffers.size === 0) return;
  nowhere ??= portToNowhere();
  nowhere.postMessage(null, [...buffers]);
};
