import type { Log } from './log.ts';

/** Work that goes on in the background until nothing is left, and begins anew when there may be more. */
export class BackgroundWork {
  readonly #log: Log;
  readonly #name: string;
  readonly #work: (isEnded: () => boolean) => Promise<void>;
  #running: Promise<void> | null = null;
  #again = false;
  #ended = false;

  /** `work` does all there is, and stops in between once `isEnded` says so. `name` is where a fault of it is logged. */
  constructor(log: Log, name: string, work: (isEnded: () => boolean) => Promise<void>) {
    this.#log = log;
    this.#name = name;
    this.#work = work;
  }

  /** There may be something to do. */
  wake(): void {
    if (this.#ended) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  async stop(): Promise<void> {
    this.#ended = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#isWanted()) {
        this.#again = false;
        await this.#work(() => this.#ended);
      }
    } catch (error) {
      if (!this.#isEnded()) this.#log.fault(this.#name, error);
    }
  }

  #isWanted(): boolean {
    return this.#again && !this.#ended;
  }

  #isEnded(): boolean {
    return this.#ended;
  }
}
