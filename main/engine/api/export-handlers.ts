import { basename } from 'node:path';
import type { ExportProgress } from '#shared/contract/exports.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import { shownName } from '#shared/domain/contact/address.ts';
import { safeFileName } from '#shared/domain/file-name/safe-file-name.ts';
import { fail, ok } from '#shared/kit/result.ts';
import { exportCustomer } from '../export/customer/export-customer.ts';
import { writeWhole } from '../export/whole-file.ts';
import type { MessageSources } from '../message-source.ts';
import { customerDetail } from '../store/read/customers.ts';
import type { Workspace } from '../workspace.ts';

type ExportCalls = Extract<keyof Handlers, `export.${string}`>;

/** How often at most an export is told of, in ms: often enough to be seen moving. */
const toldEveryMs = 200;

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');

/** Exports, one at a time. */
export class Exports {
  readonly #workspace: Workspace;
  readonly #sources: MessageSources;
  readonly #version: string;
  #running: { readonly ending: AbortController; progress: ExportProgress } | null = null;
  /** The file that is being written; a dialog that is open holds nobody up. */
  #writing: Promise<unknown> = Promise.resolve();
  #toldAt = 0;

  constructor(workspace: Workspace, sources: MessageSources, version: string) {
    this.#workspace = workspace;
    this.#sources = sources;
    this.#version = version;
  }

  handlers(): Pick<Handlers, ExportCalls> {
    return {
      'export.customer': this.#customer,
      'export.progress': () => ok({ running: this.#running?.progress ?? null }),
      'export.stop': () => {
        this.#running?.ending.abort();
        return ok(null);
      },
    };
  }

  /** Ends what is under way, leaving no file. */
  async stop(): Promise<void> {
    this.#running?.ending.abort();
    await this.#writing.catch(() => undefined);
  }

  readonly #customer: Handlers['export.customer'] = async ({ id, notes }) => {
    const { db, shell, words, writer, log, changed } = this.#workspace;
    const found = customerDetail(db, id);
    if (found.kind === 'gone') return fail({ kind: 'customer-gone', mergedInto: found.mergedInto });
    if (this.#running !== null) return fail({ kind: 'export-busy' });
    const ending = new AbortController();
    this.#running = { ending, progress: { customer: id, done: 0, total: 0 } };
    try {
      const { detail } = found;
      const name = shownName({ name: detail.name, address: detail.identities[0]?.address ?? '' });
      const path = await shell.chooseSavePath(safeFileName(`${words('export.file', { name })}.zip`));
      if (path === null) return ok({ kind: 'cancelled' });
      const { signal } = ending;
      const writing = writeWhole(path, (out) =>
        exportCustomer(this.#workspace, this.#sources, detail, out, {
          ...{ notes, signal, version: this.#version },
          progress: (done, total) => {
            this.#tell({ customer: id, done, total });
          },
        }),
      );
      this.#writing = writing;
      const { conversations, ...made } = await writing;
      await shell.markFromInternet(path);
      const { messages } = made;
      await writer.run('audit.record', {
        act: { kind: 'customer.exported', customer: id, conversations, messages, notes },
      });
      return ok({ kind: 'saved', name: basename(path), ...made });
    } catch (error) {
      if (ending.signal.aborted) return ok({ kind: 'stopped' });
      log.fault('customer export', error);
      return fail({ kind: isFull(error) ? 'export-disk-full' : 'file-not-saved' });
    } finally {
      this.#running = null;
      changed({ topic: 'export' });
    }
  };

  #tell(progress: ExportProgress): void {
    if (this.#running !== null) this.#running.progress = progress;
    const now = this.#workspace.clock.monotonic();
    if (now - this.#toldAt < toldEveryMs && progress.done < progress.total) return;
    this.#toldAt = now;
    this.#workspace.changed({ topic: 'export' });
  }
}
