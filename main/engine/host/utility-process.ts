import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { startWriterThread } from '../writer/start-thread.ts';

// What the shell starts. The engine's code takes longest to load, and whatever it opens it needs the writer thread for:
// that one loads beside it. It lies in a file of its own, because V8 reads a file to its end before any of it runs.
const bundle = join(__dirname, 'writer.cjs');
let early: Worker | null = startWriterThread(bundle);
// It did not even load: the next one is asked to open the workspace, and says in words that it cannot.
early.once('error', () => {
  early = null;
});

void import('./run-engine.ts').then(({ runEngine }) => {
  runEngine(() => {
    const first = early;
    early = null;
    return first ?? startWriterThread(bundle);
  });
});
