import type { Worker } from 'node:worker_threads';
import type { Topic } from '#shared/contract/events.ts';
import type { ActionInput, ActionName, ActionOutput } from '../actions/actions.ts';
import type { StoreReason } from '../store/failure.ts';
import { StoreError } from '../store/failure.ts';
import { movableBuffers } from '../thread-bytes.ts';
import { WriteQueues } from './queues.ts';
import { WriteError } from './writer.ts';
import type { Writer, WriterOptions } from './writer.ts';

/** From the engine to the writer thread. */
export type ToWriter =
  | { readonly type: 'open'; readonly options: WriterOptions }
  | { readonly type: 'run'; readonly name: ActionName; readonly input: unknown }
  | { readonly type: 'close' };

/** From the writer thread to the engine. One `run` is under way at a time, so answers need no number. */
export type FromWriter =
  | { readonly type: 'opened' }
  | { readonly type: 'unusable'; readonly reason: StoreReason | null; readonly detail: string }
  | { readonly type: 'done'; readonly output: unknown; readonly topics: readonly Topic[] }
  /** What was left for a later commit is committed. */
  | { readonly type: 'settled'; readonly topics: readonly Topic[] }
  | {
      readonly type: 'failed';
      readonly reason: StoreReason | null;
      readonly message: string;
      readonly stack: string | null;
    }
  | { readonly type: 'closed' };

type Pending = {
  readonly resolve: (message: Extract<FromWriter, { type: 'done' }>) => void;
  readonly reject: (error: Error) => void;
};

/** Closing waits this long for the action at hand and the last checkpoint. */
const closeWithinMs = 3_000;

/** Opens a workspace on a thread that was just started for it. Rejects with StoreError where it cannot be used. */
export const openThreadWriter = async (worker: Worker, options: WriterOptions): Promise<Writer> => {
  const queues = new WriteQueues();
  let listener: (topics: readonly Topic[]) => void = () => undefined;
  let pending: Pending | null = null;
  let closed = (): void => undefined;
  let gone: Error | null = null;

  const take = (): Pending | null => {
    const taken = pending;
    pending = null;
    return taken;
  };
  const end = (error: Error): void => {
    gone ??= error;
    take()?.reject(gone);
    closed();
  };

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: FromWriter) => {
      switch (message.type) {
        case 'opened':
          resolve();
          break;
        case 'unusable':
          reject(
            message.reason === null
              ? new Error(message.detail)
              : new StoreError(message.reason, message.detail),
          );
          break;
        case 'done':
          if (message.topics.length > 0) listener(message.topics);
          take()?.resolve(message);
          break;
        case 'settled':
          listener(message.topics);
          break;
        case 'failed':
          take()?.reject(new WriteError(message.message, message.reason, message.stack ?? undefined));
          break;
        case 'closed':
          closed();
          break;
      }
    });
    worker.on('error', (error) => {
      reject(error);
      end(new WriteError(`the writer thread broke: ${error.message}`, null, error.stack));
    });
    worker.on('exit', () => {
      const ended = new WriteError('the writer thread has ended', null);
      reject(ended);
      end(ended);
    });
    worker.postMessage({ type: 'open', options } satisfies ToWriter);
  });

  const ask = (name: ActionName, input: unknown): Promise<Extract<FromWriter, { type: 'done' }>> =>
    new Promise((resolve, reject) => {
      if (gone !== null) {
        reject(gone);
        return;
      }
      pending = { resolve, reject };
      const message: ToWriter = { type: 'run', name, input };
      worker.postMessage(message, movableBuffers(input));
    });

  return {
    run: <Name extends ActionName>(name: Name, input: ActionInput<Name>, urgency = 'interactive' as const) =>
      new Promise<ActionOutput<Name>>((resolve, reject) => {
        queues.add(urgency, {
          refuse: reject,
          run: async () => {
            try {
              const { output } = await ask(name, input);
              resolve(output as ActionOutput<Name>);
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)));
            }
          },
        });
      }),
    onChanged: (next) => {
      listener = next;
    },
    close: async () => {
      await Promise.race([
        (async () => {
          await queues.close(new WriteError('the workspace is closed', null));
          await new Promise<void>((resolve) => {
            closed = resolve;
            if (gone !== null) resolve();
            else worker.postMessage({ type: 'close' } satisfies ToWriter);
          });
        })(),
        new Promise<void>((resolve) => {
          setTimeout(resolve, closeWithinMs).unref();
        }),
      ]);
      await worker.terminate();
    },
  };
};
