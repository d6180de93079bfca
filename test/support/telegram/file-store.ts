import { randomBytes } from 'node:crypto';
import { Refused } from './parameters.ts';

/** "The maximum file size to download is 20 MB" (core.telegram.org/bots/api#getfile). */
const largestDownload = 20 * 1024 * 1024;
/** "It is guaranteed that the link will be valid for at least 1 hour" (getFile). */
const linkLastsMs = 60 * 60_000;

/** A file as messages show it. */
type ShownFile = {
  readonly file_id: string;
  readonly file_unique_id: string;
  readonly file_size: number;
};

/** Files that one bot may see, and the links that lead to them for a while. */
export class FileStore {
  readonly #now: () => number;
  readonly #files = new Map<string, { readonly bytes: Uint8Array; readonly size: number }>();
  readonly #paths = new Map<string, { readonly id: string; readonly until: number }>();
  #links = 0;
  #spoilt = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Keeps a file; `size` is what Telegram says of it, when it is not worth making so many bytes. */
  keep(bytes: Uint8Array, size = bytes.byteLength): ShownFile {
    const id = `BQAC${randomBytes(24).toString('base64url')}`;
    this.#files.set(id, { bytes, size });
    return { file_id: id, file_unique_id: id.slice(-12), file_size: size };
  }

  /** The next link to a file is good for nothing. */
  spoilNextLink(): void {
    this.#spoilt = true;
  }

  /** Telegram forgets a file. */
  forget(fileId: string): void {
    this.#files.delete(fileId);
  }

  /** getFile. */
  link(id: string | null): ShownFile & { readonly file_path: string } {
    if (id === null) throw new Refused(400, 'Bad Request: file_id not specified');
    const file = this.#files.get(id);
    if (file === undefined)
      throw new Refused(400, 'Bad Request: wrong file_id or the file is temporarily unavailable');
    if (file.size > largestDownload) throw new Refused(400, 'Bad Request: file is too big');
    this.#links += 1;
    const path = `documents/file_${String(this.#links)}.bin`;
    this.#paths.set(path, { id, until: this.#spoilt ? 0 : this.#now() + linkLastsMs });
    this.#spoilt = false;
    return { file_id: id, file_unique_id: id.slice(-12), file_size: file.size, file_path: path };
  }

  /** Bytes behind a link; null when it is no longer good. */
  download(path: string): Uint8Array | null {
    const known = this.#paths.get(path);
    if (known === undefined || known.until < this.#now()) return null;
    return this.#files.get(known.id)?.bytes ?? null;
  }
}
