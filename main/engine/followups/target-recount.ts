import { recountWanted } from '../store/read/targets.ts';
import type { WalkPlace } from '../store/write/targets.ts';
import type { Workspace } from '../workspace.ts';

/** So many conversations are reckoned in some 10 ms. */
const atOnce = 200;

const fromTheNewest: WalkPlace = { lastAt: Number.MAX_SAFE_INTEGER, num: 0 };

/** Reckons the targets of all open conversations anew in the background after they were set; goes on after a crash. */
export class TargetRecount {
  readonly #workspace: Workspace;
  #running: Promise<void> | null = null;
  #ended = false;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Targets or working hours may have changed. */
  wake(): void {
    if (this.#ended) return;
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
      for (;;) {
        const mark = recountWanted(this.#workspace.db);
        if (mark === null || this.#isEnded()) return;
        await this.#walk(mark);
      }
    } catch (error) {
      if (!this.#isEnded()) this.#workspace.log.fault('targets', error);
    }
  }

  /** One walk; a change of settings meanwhile has another mark and gets a walk of its own. */
  async #walk(mark: string): Promise<void> {
    let after: WalkPlace | null = fromTheNewest;
    while (after !== null && !this.#isEnded() && recountWanted(this.#workspace.db) === mark) {
      const slice: { readonly next: WalkPlace | null } = await this.#workspace.writer.run(
        'target.recount',
        { mark, after, limit: atOnce },
        'background',
      );
      after = slice.next;
    }
  }

  #isEnded(): boolean {
    return this.#ended;
  }
}
