import type { UpdateStand, UpdateState } from '#shared/contract/update.ts';
import { decideUpdate } from '#shared/domain/update/decide-update.ts';
import type { Offer, UpdateWish } from '#shared/domain/update/decide-update.ts';
import type { Clock } from '#shared/kit/ports.ts';

/** What fetches and installs: electron-updater behind four words. */
export interface Fetcher {
  /** The newest version that the feed names; null where it names none. Rejects where it cannot be asked. */
  ask(): Promise<Offer | null>;
  /** Fetches what was last asked for and checks it; rejects where it is not what the feed says it is. */
  fetch(progress: (percent: number) => void): Promise<void>;
  /** Installs what was fetched and starts it; called when the engine has ended. */
  installAndStart(): void;
}

/** What updates need of where they run. `fetcher` is null where this computer's packages bring them, or nobody. */
export type UpdateOptions = {
  readonly version: string;
  readonly wish: UpdateWish;
  readonly fetcher: Fetcher | null;
  readonly without: 'packages' | 'nobody';
  readonly clock: Pick<Clock, 'now'>;
  /** The state is another one now. */
  changed(): void;
  /** Ends the application in its own order. */
  quit(): void;
};

/** Keeps this Steward up to date as far as the admin allows. Nothing is installed while the engine runs. */
export class Updates {
  readonly #options: UpdateOptions;
  #stand: UpdateStand = { kind: 'current', checkedAt: null };
  #wanted = false;
  #busy = false;

  constructor(options: UpdateOptions) {
    this.#options = options;
  }

  state(): UpdateState {
    const { version, wish } = this.#options;
    return { version, channel: wish.channel, by: this.#by(), stand: this.#stand };
  }

  #by(): UpdateState['by'] {
    if (this.#options.fetcher === null) return this.#options.without;
    return this.#options.wish.mode === 'off' ? 'policy' : 'steward';
  }

  #set(stand: UpdateStand): void {
    this.#stand = stand;
    this.#options.changed();
  }

  /** Asks the feed, and fetches at once where that is allowed without a click. */
  async check(): Promise<UpdateState> {
    const { fetcher, wish, version, clock } = this.#options;
    if (fetcher === null || this.#by() !== 'steward' || this.#busy || this.#stand.kind === 'ready') {
      return this.state();
    }
    this.#busy = true;
    this.#set({ kind: 'checking' });
    try {
      const offer = await fetcher.ask();
      const now = clock.now();
      const decision =
        offer === null ? ({ kind: 'current' } as const) : decideUpdate(version, offer, wish, now);
      const offered = offer?.version ?? '';
      switch (decision.kind) {
        case 'current':
          this.#set({ kind: 'current', checkedAt: now });
          break;
        case 'older':
          this.#set({ kind: 'older', version: offered });
          break;
        case 'pinned':
          this.#set({ kind: 'pinned', version: offered, pin: decision.pin });
          break;
        case 'waits': {
          const until = Number.isFinite(decision.until) ? decision.until : null;
          this.#set({ kind: 'waits', version: offered, until });
          break;
        }
        case 'offered':
          this.#set({ kind: 'offered', version: offered });
          break;
        case 'take':
          await this.#take(fetcher, offered);
          break;
      }
    } catch {
      this.#set({ kind: 'failed', reason: 'unreachable' });
    } finally {
      this.#busy = false;
    }
    return this.state();
  }

  /** Fetches what was offered, on a person's word. */
  async fetch(): Promise<UpdateState> {
    const { fetcher } = this.#options;
    const { kind } = this.#stand;
    if (fetcher === null || kind !== 'offered' || this.#busy) return this.state();
    this.#busy = true;
    await this.#take(fetcher, this.#stand.version);
    this.#busy = false;
    return this.state();
  }

  async #take(fetcher: Fetcher, version: string): Promise<void> {
    this.#set({ kind: 'fetching', version, percent: 0 });
    try {
      await fetcher.fetch((percent) =>
        this.#set({ kind: 'fetching', version, percent: Math.floor(percent) }),
      );
      this.#set({ kind: 'ready', version });
    } catch {
      this.#set({ kind: 'failed', reason: 'damaged' });
    }
  }

  /** Ends Steward to start the fetched version; does nothing where none was fetched. */
  install(): UpdateState {
    if (this.#stand.kind === 'ready') {
      this.#wanted = true;
      this.#options.quit();
    }
    return this.state();
  }

  /** The engine has ended and everything is saved: the one moment in which a person's word is carried out. */
  ended(): void {
    if (this.#wanted) this.#options.fetcher?.installAndStart();
  }
}
