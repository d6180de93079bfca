import { parentPort, workerData } from 'node:worker_threads';
import { doCopyJob } from '../recovery/jobs.ts';
import type { CopyJob } from '../recovery/jobs.ts';

if (parentPort === null) throw new Error('this file runs as a worker thread');
// The engine is the only one that starts it and typed its job by the same type.
parentPort.postMessage(doCopyJob(workerData as CopyJob));
