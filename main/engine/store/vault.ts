import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
  writevSync,
} from 'node:fs';
import { join } from 'node:path';
import type { BlobId } from '#shared/kit/brand.ts';
import { letGo } from '../thread-bytes.ts';
import { withStoreErrors } from './failure.ts';

/** Puts bytes away. What was put counts only after `sync` and the commit of the transaction it was put in. */
export interface VaultWriter {
  /** Appends the bytes; answers the id that says where they lie and what they must be. */
  put(bytes: Uint8Array): BlobId;
  /** Makes everything put so far survive a power cut; to be called before the commit that refers to it. */
  sync(): void;
  /** Overwrites a record with zeros, on disk when this returns; the records beside it stay as they are. Nothing where there is none. */
  wipe(blob: BlobId): void;
  /** Takes back what was put since the last `sync`: its transaction was rolled back. */
  discard(): void;
  close(): void;
}

/** Gets bytes back. */
export interface VaultReader {
  /** The plain bytes; throws {@link VaultError} when they are not there or are not what they were. */
  read(blob: BlobId): Uint8Array;
  close(): void;
}

/** Bytes that are not there, or were changed on disk. */
export class VaultError extends Error {
  readonly kind: 'missing' | 'damaged';
  readonly blob: BlobId;

  constructor(kind: 'missing' | 'damaged', blob: BlobId, cause?: unknown) {
    super(`blob ${kind}: ${blob}`, { cause });
    this.name = 'VaultError';
    this.kind = kind;
    this.blob = blob;
  }
}

/** A record is nonce, ciphertext, tag; AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D 8.2.2). */
const nonceBytes = 12;
const tagBytes = 16;
/** Small enough to copy in a backup without a second thought, large enough that there are few files. */
const segmentBytes = 256 * 1024 * 1024;

/**
 * Who appends to a vault: the writer thread with its transactions, and the vault's own thread with the sources of large pulls. Each has
 * segments of its own, with odd and with even numbers, so that no file has two that append to it.
 */
export type Appender = 'writer' | 'bulk';
const firstSegment: Readonly<Record<Appender, number>> = { writer: 1, bulk: 2 };
const appenders = Object.keys(firstSegment).length;

/** Of all segments of a vault those that may still grow: each appender's newest one. */
export const growingSegments = (numbers: readonly number[]): readonly number[] => {
  const there = new Set(numbers);
  return numbers.filter((number) => !there.has(number + appenders));
};

/** The file of a segment; numbers start at 1. */
export const segmentPath = (folder: string, segment: number): string =>
  join(folder, `${String(segment).padStart(4, '0')}.seg`);

const hashOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

/** Where a record lies, in bytes, and the SHA-256 of its plain content; this is what a blob's id says. */
export type BlobPlace = {
  readonly segment: number;
  readonly position: number;
  readonly stored: number;
  readonly hash: string;
};

const idForm = /^(\d{1,9})\.(\d{1,15})\.(\d{1,10})\.([0-9a-f]{64})$/u;

/** Reads a blob's id; null for anything else. */
export const placeOfBlob = (id: string): BlobPlace | null => {
  const [, segment, position, stored, hash] = idForm.exec(id) ?? [];
  if (hash === undefined) return null;
  return { segment: Number(segment), position: Number(position), stored: Number(stored), hash };
};

/** Drawn for many records at once: each call for random bytes costs as much as sealing a short mail. */
const drawnAtOnce = 256;
let drawn = Buffer.alloc(0);

const drawNonce = (): Uint8Array => {
  if (drawn.byteLength === 0) drawn = randomBytes(nonceBytes * drawnAtOnce);
  const nonce = drawn.subarray(0, nonceBytes);
  drawn = drawn.subarray(nonceBytes);
  return nonce;
};

const seal = (key: Uint8Array, hash: string, plain: Uint8Array): readonly Uint8Array[] => {
  const nonce = drawNonce();
  // The hash is authenticated with the content, so that two records cannot change places.
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(hash, 'hex'));
  return [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
};

/** Writes all of it at a position; a write may take only part of what it is given (pwritev(2)). */
const writeAll = (file: number, pieces: readonly Uint8Array[], position: number): void => {
  let at = position;
  let left = pieces.filter((piece) => piece.byteLength > 0);
  while (left.length > 0) {
    let written = writevSync(file, left, at);
    at += written;
    left = left.flatMap((piece) => {
      const taken = Math.min(written, piece.byteLength);
      written -= taken;
      return taken === piece.byteLength ? [] : [piece.subarray(taken)];
    });
  }
};

const unseal = (key: Uint8Array, hash: string, record: Uint8Array): Uint8Array => {
  const end = record.byteLength - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, record.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
    .setAAD(Buffer.from(hash, 'hex'))
    .setAuthTag(record.subarray(end));
  const head = decipher.update(record.subarray(nonceBytes, end));
  const tail = decipher.final();
  const plain = tail.byteLength === 0 ? head : Buffer.concat([head, tail]);
  if (hashOf(plain) !== hash) throw new Error('content does not have its name');
  return plain;
};

/** Where a vault lies and its 32-byte key. */
export type VaultOptions = { readonly folder: string; readonly key: Uint8Array };

type OpenSegment = { readonly number: number; readonly file: number; end: number; synced: number };

type AppendOptions = VaultOptions & { readonly appender?: Appender; readonly segmentBytes?: number };

class Segments implements VaultWriter {
  readonly #options: Required<AppendOptions>;
  #segment: OpenSegment | null = null;

  constructor(options: Required<AppendOptions>) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
  }

  put(bytes: Uint8Array): BlobId {
    const hash = hashOf(bytes);
    const record = seal(this.#options.key, hash, bytes);
    const size = nonceBytes + bytes.byteLength + tagBytes;
    const segment = this.#segmentFor(size);
    withStoreErrors(() => writeAll(segment.file, record, segment.end));
    letGo(record);
    const id = [segment.number, segment.end, size, hash].join('.') as BlobId;
    segment.end += size;
    return id;
  }

  sync(): void {
    const segment = this.#segment;
    if (segment === null || segment.synced === segment.end) return;
    withStoreErrors(() => fdatasyncSync(segment.file));
    segment.synced = segment.end;
  }

  wipe(blob: BlobId): void {
    const place = placeOfBlob(blob);
    if (place === null) return;
    const path = segmentPath(this.#options.folder, place.segment);
    if (!existsSync(path)) return;
    withStoreErrors(() => {
      const file = openSync(path, 'r+');
      try {
        const length = Math.min(place.stored, Math.max(0, fstatSync(file).size - place.position));
        const zeros = new Uint8Array(Math.min(length, 1024 * 1024));
        for (let wiped = 0; wiped < length;) {
          wiped += writeSync(
            file,
            zeros,
            0,
            Math.min(zeros.byteLength, length - wiped),
            place.position + wiped,
          );
        }
        fdatasyncSync(file);
      } finally {
        closeSync(file);
      }
    });
  }

  discard(): void {
    const segment = this.#segment;
    if (segment === null || segment.synced === segment.end) return;
    segment.end = segment.synced;
    withStoreErrors(() => ftruncateSync(segment.file, segment.end));
  }

  close(): void {
    if (this.#segment === null) return;
    closeSync(this.#segment.file);
    this.#segment = null;
  }

  #segmentFor(bytes: number): OpenSegment {
    const current = this.#segment ?? this.#open(this.#lastNumber());
    this.#segment = current;
    if (current.end === 0 || current.end + bytes <= this.#options.segmentBytes) return current;
    // What is behind us must be safe before its file is closed; `sync` only looks at the newest one.
    this.sync();
    this.close();
    const next = this.#open(current.number + appenders);
    this.#segment = next;
    return next;
  }

  #lastNumber(): number {
    let number = firstSegment[this.#options.appender];
    while (existsSync(segmentPath(this.#options.folder, number + appenders))) number += appenders;
    return number;
  }

  #open(number: number): OpenSegment {
    return withStoreErrors(() => {
      const path = segmentPath(this.#options.folder, number);
      const isNew = !existsSync(path);
      const file = openSync(path, isNew ? 'wx+' : 'r+', 0o600);
      if (isNew) syncFolder(this.#options.folder);
      // After a crash the file may end in a record that nobody refers to; it is left alone.
      const end = fstatSync(file).size;
      return { number, file, end, synced: end };
    });
  }
}

/** Makes the name of a new file survive a power cut; systems that cannot open a folder (Windows) do it by themselves. */
const syncFolder = (folder: string): void => {
  let handle: number;
  try {
    handle = openSync(folder, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(handle);
  } catch {
    // Not every file system can.
  } finally {
    closeSync(handle);
  }
};

class Records implements VaultReader {
  readonly #options: VaultOptions;
  readonly #files = new Map<number, number>();

  constructor(options: VaultOptions) {
    this.#options = options;
  }

  read(blob: BlobId): Uint8Array {
    const place = placeOfBlob(blob);
    if (place === null) throw new VaultError('missing', blob);
    const record = this.#bytes(blob, place);
    try {
      return unseal(this.#options.key, place.hash, record);
    } catch (error) {
      throw new VaultError('damaged', blob, error);
    }
  }

  close(): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
  }

  #bytes(blob: BlobId, place: BlobPlace): Uint8Array {
    try {
      const file =
        this.#files.get(place.segment) ?? openSync(segmentPath(this.#options.folder, place.segment), 'r');
      this.#files.set(place.segment, file);
      const record = new Uint8Array(place.stored);
      let filled = 0;
      while (filled < record.byteLength) {
        const count = readSync(file, record, filled, record.byteLength - filled, place.position + filled);
        if (count === 0) throw new Error('the segment ends before the record does');
        filled += count;
      }
      return record;
    } catch (error) {
      throw new VaultError('missing', blob, error);
    }
  }
}

/** Whether a record was overwritten because somebody had it erased: nothing of it is left, and nothing is missing. */
export const isWiped = (folder: string, blob: BlobId): boolean => {
  const place = placeOfBlob(blob);
  if (place === null) return false;
  const path = segmentPath(folder, place.segment);
  if (!existsSync(path)) return false;
  const file = openSync(path, 'r');
  try {
    const record = new Uint8Array(place.stored);
    return (
      readSync(file, record, 0, record.byteLength, place.position) === record.byteLength &&
      record.every((byte) => byte === 0)
    );
  } finally {
    closeSync(file);
  }
};

/** Opens a vault for putting away; each appender there may be once for a folder. The writer thread is the usual one. */
export const openVaultWriter = (options: AppendOptions): VaultWriter =>
  new Segments({ segmentBytes, appender: 'writer', ...options });

/** Opens a vault for reading; may run beside those that append, in another thread. */
export const openVaultReader = (options: VaultOptions): VaultReader => new Records(options);
