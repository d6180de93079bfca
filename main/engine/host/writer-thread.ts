import { parentPort } from 'node:worker_threads';
import { storeReason } from '../store/failure.ts';
import type { FromWriter, ToWriter } from '../writer/thread-writer.ts';
import { openWriteCore } from '../writer/write-core.ts';
import type { WriteCore } from '../writer/write-core.ts';
import type { WriterOptions } from '../writer/writer.ts';
import { systemClock, systemIds } from './system-ports.ts';

if (parentPort === null) throw new Error('this file runs as a worker thread');
const port = parentPort;
const tell = (message: FromWriter): void => port.postMessage(message);

const open = (options: WriterOptions): WriteCore | null => {
  try {
    return openWriteCore(options, systemClock, systemIds(systemClock));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    tell({ type: 'unusable', reason: storeReason(error), detail });
    port.close();
    return null;
  }
};

/** How long what was left for a later commit waits for one. */
const leftForMs = 50;

/** Commits what was left when nothing has come for a while. */
const settle = (core: WriteCore): void => {
  try {
    tell({ type: 'settled', topics: core.settle() });
  } catch {
    // Whoever goes on with what was lost hears of it; the rest is found and done again.
  }
};

const work = (core: WriteCore): void => {
  let waiting: NodeJS.Timeout | undefined;
  port.on('message', (message: ToWriter) => {
    clearTimeout(waiting);
    if (message.type === 'open') return;
    if (message.type === 'close') {
      core.close();
      tell({ type: 'closed' });
      port.close();
      return;
    }
    try {
      // The engine is the only one on this port and typed its input by the same table.
      const { output, topics } = core.run(message.name, message.input as never);
      tell({ type: 'done', output, topics });
    } catch (error) {
      tell({
        type: 'failed',
        reason: storeReason(error),
        message: error instanceof Error ? error.message : String(error),
        stack: error instanceof Error ? (error.stack ?? null) : null,
      });
    }
    if (core.hasLeft) waiting = setTimeout(settle, leftForMs, core);
  });
  tell({ type: 'opened' });
};

port.once('message', (first: ToWriter) => {
  if (first.type !== 'open') {
    port.close();
    return;
  }
  const core = open(first.options);
  if (core !== null) work(core);
});
