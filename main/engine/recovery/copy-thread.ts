import { Worker } from 'node:worker_threads';
import { fail } from '#shared/kit/result.ts';
import { doCopyJob } from './jobs.ts';
import type { CopyJob, JobDone } from './jobs.ts';

/** The bundle of the thread that jobs run in; null for the calling thread. */
export type CopyThread = string | null;

const gone = (detail: string): JobDone => fail({ kind: 'failed', needs: null, detail });

/** Does a job beside everything else; ends early, with `failed`, when the signal says so. Never rejects. */
export const runCopyJob = async (thread: CopyThread, job: CopyJob, signal: AbortSignal): Promise<JobDone> => {
  if (signal.aborted) return gone('ended');
  if (thread === null) {
    await new Promise(setImmediate);
    return doCopyJob(job);
  }
  const worker = new Worker(thread, { name: 'keeper', workerData: job });
  return new Promise((resolve) => {
    const end = (): void => {
      resolve(gone('ended'));
      // A copy under way may hold it for seconds; nobody waits for that, and what is partial is cleared away next time.
      void worker.terminate();
    };
    signal.addEventListener('abort', end, { once: true });
    const settle = (done: JobDone): void => {
      signal.removeEventListener('abort', end);
      resolve(done);
    };
    worker.on('message', settle);
    worker.on('error', (error) => settle(gone(error.message)));
    worker.on('exit', () => settle(gone('the thread has ended')));
  });
};
