import { Worker } from 'node:worker_threads';
import { youngMiB } from '../thread-memory.ts';

/** Starts the writer thread from its bundle; it loads its code and waits until it is told what to open. */
export const startWriterThread = (path: string): Worker =>
  new Worker(path, { name: 'writer', resourceLimits: { maxYoungGenerationSizeMb: youngMiB } });
