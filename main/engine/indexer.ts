import type { Workspace } from './workspace.ts';

/** So many messages are indexed in some 25 ms. */
const atOnce = 64;

/** Makes imported messages searchable in the background, newest first, until none is left. */
export class Indexer {
  readonly #workspace: Workspace;
  #running: Promise<void> | null = null;
  #again = false;
  #ended = false;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** There may be something to index. */
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
      do this.#again = false;
      while ((await this.#indexSome()) || this.#wanted());
    } catch (error) {
      if (!this.#isEnded()) this.#workspace.log.fault('index', error);
    }
  }

  async #indexSome(): Promise<boolean> {
    const { more } = await this.#workspace.writer.run('search.index', { limit: atOnce }, 'background');
    return more && !this.#isEnded();
  }

  #wanted(): boolean {
    return this.#again && !this.#ended;
  }

  #isEnded(): boolean {
    return this.#ended;
  }
}
