import type { Urgency } from './writer.ts';

/** One thing to be done, and what becomes of those who wait for it when it will not be. */
export type Job = { readonly run: () => Promise<void>; readonly refuse: (error: Error) => void };

/**
 * Two queues before one worker: what a person waits for goes before everything else, and within a queue first come,
 * first served. At most one job is with the worker, so nothing interactive waits longer than one background batch.
 */
export class WriteQueues {
  readonly #waiting: Readonly<Record<Urgency, Job[]>> = { interactive: [], background: [] };
  #busy = false;
  #closed: Error | null = null;
  readonly #idle: (() => void)[] = [];

  add(urgency: Urgency, job: Job): void {
    if (this.#closed !== null) {
      job.refuse(this.#closed);
      return;
    }
    this.#waiting[urgency].push(job);
    void this.#step();
  }

  /** Refuses everything that waits, and answers when the job at hand has ended. */
  async close(error: Error): Promise<void> {
    this.#closed = error;
    const left = [...this.#waiting.interactive.splice(0), ...this.#waiting.background.splice(0)];
    for (const job of left) job.refuse(error);
    if (this.#busy) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #step(): Promise<void> {
    if (this.#busy) return;
    const job = this.#waiting.interactive.shift() ?? this.#waiting.background.shift();
    if (job === undefined) {
      for (const resolve of this.#idle.splice(0)) resolve();
      return;
    }
    this.#busy = true;
    await job.run();
    this.#busy = false;
    void this.#step();
  }
}
