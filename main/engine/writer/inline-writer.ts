import type { Topic } from '#shared/contract/events.ts';
import type { Clock, Ids } from '#shared/kit/ports.ts';
import { storeReason } from '../store/failure.ts';
import { WriteQueues } from './queues.ts';
import { openWriteCore } from './write-core.ts';
import { WriteError } from './writer.ts';
import type { Writer, WriterOptions } from './writer.ts';

/** A writer on the calling thread: for tests that run from sources. Same queues, same transactions. */
export const openInlineWriter = (options: WriterOptions, clock: Clock, ids: Ids): Writer => {
  const core = openWriteCore(options, clock, ids);
  const queues = new WriteQueues();
  let listener: (topics: readonly Topic[]) => void = () => undefined;
  return {
    run: (name, input, urgency = 'interactive') =>
      new Promise((resolve, reject) => {
        queues.add(urgency, {
          refuse: reject,
          run: async () => {
            // A turn for timers and sockets, as there would be with a thread.
            await new Promise(setImmediate);
            try {
              const { output, topics } = core.run(name, input);
              const all = [...topics, ...core.settle()];
              if (all.length > 0) listener(all);
              resolve(output);
            } catch (error) {
              const words = error instanceof Error ? error.message : String(error);
              const stack = error instanceof Error ? error.stack : undefined;
              reject(new WriteError(words, storeReason(error), stack));
            }
          },
        });
      }),
    onChanged: (next) => {
      listener = next;
    },
    close: async () => {
      await queues.close(new WriteError('the workspace is closed', null));
      core.close();
    },
  };
};
