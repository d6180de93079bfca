import type { OutgoingFile } from './outgoing.ts';

/** A wire form in one piece: what is said as JSON, and the files that go along. */
export type Packed = {
  readonly said: unknown;
  readonly files: readonly OutgoingFile[];
};

type Entry = {
  readonly name: string;
  readonly mimeType: string;
  readonly contentId: string | null;
  readonly size: number;
};

/** A form of our own, for channels that send files apart from words: a line of JSON, and the files one after another. */
export function pack(said: unknown, files: readonly OutgoingFile[]): Uint8Array<ArrayBuffer> {
  const entries: readonly Entry[] = files.map(({ name, mimeType, contentId, bytes }) => ({
    name,
    mimeType,
    contentId,
    size: bytes.byteLength,
  }));
  const head = new TextEncoder().encode(`${JSON.stringify({ steward: 1, said, files: entries })}\n`);
  const whole = new Uint8Array(head.byteLength + files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0));
  whole.set(head);
  let at = head.byteLength;
  for (const { bytes } of files) {
    whole.set(bytes, at);
    at += bytes.byteLength;
  }
  return whole;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;

const entryOf = (value: unknown): Entry | null => {
  const [name, mimeType, contentId, size] = ['name', 'mimeType', 'contentId', 'size'].map((one) =>
    field(value, one),
  );
  if (typeof name !== 'string' || typeof mimeType !== 'string' || typeof size !== 'number') return null;
  if (!Number.isSafeInteger(size) || size < 0) return null;
  return { name, mimeType, contentId: typeof contentId === 'string' ? contentId : null, size };
};

/** What {@link pack} made, or null for any other bytes. */
export function unpack(bytes: Uint8Array): Packed | null {
  const end = bytes.indexOf(0x0a);
  if (end < 0) return null;
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end)));
  } catch {
    return null;
  }
  const listed = field(head, 'files');
  if (field(head, 'steward') !== 1 || !Array.isArray(listed)) return null;
  const files: OutgoingFile[] = [];
  let at = end + 1;
  for (const one of listed) {
    const entry = entryOf(one);
    if (entry === null || at + entry.size > bytes.byteLength) return null;
    files.push({
      name: entry.name,
      mimeType: entry.mimeType,
      contentId: entry.contentId,
      bytes: bytes.subarray(at, at + entry.size),
    });
    at += entry.size;
  }
  return at === bytes.byteLength ? { said: field(head, 'said'), files } : null;
}

/** A file of what we packed, as mappers are asked for it: parts count from 1. */
export function packedPart(
  source: Uint8Array,
  part: string,
): { readonly bytes: Uint8Array; readonly mimeType: string; readonly name: string } | null {
  const file = /^[1-9]\d{0,3}$/.test(part) ? unpack(source)?.files[Number(part) - 1] : undefined;
  return file === undefined ? null : { bytes: file.bytes, mimeType: file.mimeType, name: file.name };
}
