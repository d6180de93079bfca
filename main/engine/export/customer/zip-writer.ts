import { Readable } from 'node:stream';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** Bytes or text, piece by piece. */
type Pieces = Iterable<Uint8Array | string>;

const buffers = function* (pieces: Pieces, signal: AbortSignal): Generator<Buffer> {
  for (const piece of pieces) {
    signal.throwIfAborted();
    yield Buffer.from(piece);
  }
};

/** Names whose bytes are packed already: compressing them again costs time and saves nothing. */
const packed = /\.(?:zip|gz|7z|rar|jpe?g|png|gif|webp|mp[34]|m4a|mov|docx|xlsx|pptx|odt|ods)$/iu;

/** Writes a ZIP file entry by entry, each straight into the stream: no more than one piece is held in memory. */
export class ZipWriter {
  readonly #zip = new ZipFile();
  readonly #ended: Promise<void>;
  readonly #signal: AbortSignal;

  constructor(out: Writable, signal: AbortSignal) {
    this.#signal = signal;
    this.#ended = pipeline(Readable.from(this.#zip.outputStream), out, { signal });
    // Whoever adds an entry hears of it.
    this.#ended.catch(() => undefined);
  }

  /** Adds an entry and waits until it is written. Throws what the disk says. */
  async add(name: string, at: number, pieces: Pieces): Promise<void> {
    this.#signal.throwIfAborted();
    const stream = Readable.from(buffers(pieces, this.#signal), { objectMode: false });
    const options = { mtime: new Date(at), mode: 0o100_600, compress: !packed.test(name) };
    this.#zip.addReadStream(stream, name, options);
    // Where the disk is full nobody reads on, and the entry would never end.
    await Promise.race([finished(stream), this.#ended]);
    this.#signal.throwIfAborted();
  }

  /** Writes the directory at the end and waits for everything. */
  async end(): Promise<void> {
    this.#zip.end();
    await this.#ended;
  }
}
