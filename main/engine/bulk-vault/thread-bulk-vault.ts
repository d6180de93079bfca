import { Worker } from 'node:worker_threads';
import type { BlobId } from '#shared/kit/brand.ts';
import type { StoreReason } from '../store/failure.ts';
import { movableBuffers } from '../thread-bytes.ts';
import { bulkYoungMiB } from '../thread-memory.ts';
import { WriteError } from '../writer/writer.ts';
import type { BulkVault, BulkVaultOptions } from './bulk-vault.ts';

/** From the engine to the vault's thread: sources to put away, or null to end. */
export type ToVault = readonly Uint8Array[] | null;

/** From the vault's thread to the engine, in the order in which it was asked. */
export type FromVault =
  | { readonly ok: true; readonly ids: readonly BlobId[] }
  | {
      readonly ok: false;
      readonly reason: StoreReason | null;
      readonly message: string;
      readonly stack: string | null;
    };

type Waiting = {
  readonly resolve: (ids: readonly BlobId[]) => void;
  readonly reject: (error: Error) => void;
};

/** Between the pulls of an import it stays; an inbox that is in step needs no thread for it. */
const idleMs = 20_000;
/** Closing waits this long for what is at hand. */
const closeWithinMs = 3_000;

/** One thread from its start to its end. */
class VaultThread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  readonly ended: Promise<void>;

  constructor(path: string, options: BulkVaultOptions) {
    this.#worker = new Worker(path, {
      name: 'vault',
      workerData: options,
      resourceLimits: { maxYoungGenerationSizeMb: bulkYoungMiB },
    });
    this.#worker.on('message', (answer: FromVault) => {
      const asked = this.#waiting.shift();
      if (answer.ok) asked?.resolve(answer.ids);
      else asked?.reject(new WriteError(answer.message, answer.reason, answer.stack ?? undefined));
    });
    const fail = (error: WriteError): void => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    this.#worker.on('error', (error) =>
      fail(new WriteError(`the vault's thread broke: ${error.message}`, null, error.stack)),
    );
    this.ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        fail(new WriteError("the vault's thread has ended", null));
        resolve();
      });
    });
  }

  get isBusy(): boolean {
    return this.#waiting.length > 0;
  }

  put(sources: readonly Uint8Array[]): Promise<readonly BlobId[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(sources satisfies ToVault, movableBuffers(sources));
    });
  }

  /** It does what it was asked before, and ends. */
  async end(withinMs: number): Promise<void> {
    this.#worker.postMessage(null satisfies ToVault);
    const late = setTimeout(() => {
      this.#worker.terminate().catch(() => undefined);
    }, withinMs);
    await this.ended;
    clearTimeout(late);
  }
}

/** Puts away in a thread of its own, which begins with the first large pull and ends when there was none for `idle` ms. */
export const openThreadBulkVault = (
  path: string,
  options: BulkVaultOptions,
  idle: number = idleMs,
): BulkVault => {
  let thread: VaultThread | null = null;
  // The next one begins when the last one has closed its segment: one appends at a time.
  let last: Promise<void> = Promise.resolve();
  let closed = false;
  let ending: NodeJS.Timeout | undefined;

  const end = (): Promise<void> => {
    const ended = thread;
    thread = null;
    clearTimeout(ending);
    if (ended !== null) last = ended.end(closeWithinMs);
    return last;
  };
  const begin = (): VaultThread => {
    const begun = new VaultThread(path, options);
    void begun.ended.then(() => {
      if (thread === begun) thread = null;
    });
    return begun;
  };
  const refuseClosed = (): void => {
    if (closed) throw new WriteError('the workspace is closed', null);
  };

  return {
    put: async (sources) => {
      refuseClosed();
      while (thread === null) {
        await last;
        refuseClosed();
        thread ??= begin();
      }
      clearTimeout(ending);
      const at = thread;
      try {
        return await at.put(sources);
      } finally {
        if (thread === at && !at.isBusy) {
          clearTimeout(ending);
          ending = setTimeout(() => {
            end().catch(() => undefined);
          }, idle).unref();
        }
      }
    },
    close: async () => {
      closed = true;
      await end();
    },
  };
};
