import type { Writable } from 'node:stream';
import type { CustomerDetail } from '#shared/contract/customers.ts';
import type { ExportedMessage } from '../../archive/export-messages.ts';
import type { MessageSources } from '../../message-source.ts';
import { VaultError } from '../../store/vault.ts';
import { isBlockedFile } from '../../policy/rules.ts';
import type { Workspace } from '../../workspace.ts';
import { CustomerFile } from './collected.ts';
import type { CollectedFile } from './collected.ts';
import { fileName, folderName, originalName } from './entry-names.ts';
import { pagePieces } from './page.ts';
import { recordPieces } from './record.ts';
import { ZipWriter } from './zip-writer.ts';

/** How an export is made and watched. */
export type ExportOptions = {
  readonly notes: boolean;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
};

/** What went into it. */
type Exported = {
  readonly conversations: number;
  readonly messages: number;
  readonly files: number;
  readonly missing: number;
};

type Source = { readonly bytes: Uint8Array; readonly partial: boolean };

/** Everything about one customer on its way into an archive, a message at a time. */
class CustomerExport {
  readonly #workspace: Workspace;
  readonly #sources: MessageSources;
  readonly #file: CustomerFile;
  readonly #zip: ZipWriter;
  readonly #options: ExportOptions;
  #done = 0;

  constructor(
    workspace: Workspace,
    sources: MessageSources,
    file: CustomerFile,
    zip: ZipWriter,
    options: ExportOptions,
  ) {
    this.#workspace = workspace;
    this.#sources = sources;
    this.#file = file;
    this.#zip = zip;
    this.#options = options;
  }

  async run(): Promise<Exported> {
    const { db, clock, words } = this.#workspace;
    const { notes, version } = this.#options;
    let conversations = 0;
    for (const conversation of this.#file.conversations) {
      const folder = folderName(conversations + 1, conversation.subject);
      let number = 0;
      for (const message of this.#file.messagesIn(conversation, () => this.#looked())) {
        number += 1;
        await this.#add(folder, number, message);
      }
      if (number > 0) conversations += 1;
    }
    const madeAt = clock.now();
    const facts = { madeAt, version, notes };
    await this.#zip.add('data.json', madeAt, recordPieces(db, this.#file, facts));
    await this.#zip.add('index.html', madeAt, pagePieces({ db, words, file: this.#file, facts }));
    await this.#zip.end();
    const { messages, files, missing } = this.#file;
    return { conversations, messages, files, missing: missing.length };
  }

  #looked(): void {
    this.#done += 1;
    this.#options.progress(this.#done, this.#file.total);
  }

  /** What is kept of a message's original, the rest fetched where it can be. */
  async #sourceOf(message: ExportedMessage): Promise<Source | null> {
    const kept = message.source();
    const bytes = kept === 'damaged' ? null : kept;
    if (bytes !== null && !message.sourcePartial) return { bytes, partial: false };
    const whole = await this.#sources.whole(message.id);
    if (whole.ok) return { bytes: whole.value.bytes, partial: false };
    return bytes === null ? null : { bytes, partial: true };
  }

  async #add(folder: string, number: number, message: ExportedMessage): Promise<void> {
    this.#options.signal.throwIfAborted();
    const { at, attachments } = message;
    const source = await this.#sourceOf(message);
    let original: string | null = null;
    if (source !== null) {
      original = `${folder}/${originalName(number, at, source.bytes)}`;
      await this.#zip.add(original, at, [source.bytes]);
    }
    if (source?.partial !== false) {
      this.#file.missing.push({ at, file: null, why: source === null ? 'gone' : 'part' });
    }
    const files: CollectedFile[] = [];
    for (const [place, listed] of attachments.entries()) {
      const { name, mimeType } = listed;
      const path = `${folder}/${fileName(number, place + 1, name)}`;
      if (isBlockedFile(this.#workspace.policy, path)) {
        this.#file.missing.push({ at, file: name, why: 'policy' });
        continue;
      }
      const bytes = await this.#partOf(message, listed.part, source);
      if (bytes === null) {
        this.#file.missing.push({ at, file: name, why: 'gone' });
        continue;
      }
      await this.#zip.add(path, at, [bytes]);
      files.push({ name, path, size: bytes.byteLength, mimeType });
    }
    this.#file.collect(message.id, { original, files });
  }

  async #partOf(message: ExportedMessage, part: string, source: Source | null): Promise<Uint8Array | null> {
    if (source === null) return null;
    const decoded = await this.#workspace.parser.part(message.channel, source.bytes, part);
    if (decoded !== null) return decoded.bytes;
    const found = this.#sources.kept(message.id);
    if (!found.ok) return null;
    try {
      const remote = await this.#sources.remoteFile(found.value.message, part, source.bytes);
      return remote.ok ? remote.value.bytes : null;
    } catch (error) {
      // One damaged file leaves all others whole; it is told among what is missing.
      if (error instanceof VaultError) return null;
      throw error;
    }
  }
}

/**
 * Writes everything about one customer as a ZIP file: their messages and what was sent to them as they came over the
 * wire, all files, a page to read and the same as JSON. One message is in memory at a time.
 */
export const exportCustomer = async (
  workspace: Workspace,
  sources: MessageSources,
  customer: CustomerDetail,
  out: Writable,
  options: ExportOptions,
): Promise<Exported> => {
  const zip = new ZipWriter(out, options.signal);
  return new CustomerExport(workspace, sources, new CustomerFile(workspace, customer), zip, options).run();
};
