import * as v from 'valibot';
import type { Clock } from '#shared/kit/ports.ts';
import type { BotApi } from '../api/bot-api.ts';
import { update } from '../api/shapes.ts';
import type { Update } from '../api/shapes.ts';
import type { Timeouts } from '../deadlines.ts';
import { within } from '../../kit/waiting.ts';
import { isTaken } from './cursor.ts';
import type { UpdatesCursor } from './cursor.ts';
import { wantedUpdates } from './update-item.ts';

/** "Values between 1-100 are accepted" (getUpdates). */
const pageSize = 100;
/** Some servers end a page at 4 MiB; one that is nearly as large may not be the last. */
const largePage = 3 * 1024 * 1024;

type Held = { readonly update: Update; committed: boolean };

const page = v.array(update);

const idOf = ({ update: { update_id: id } }: Held): number => id;

/**
 * The updates of one bot, read by one request at a time: a second one would end the first (409), and an offset destroys whatever lies below
 * it. So an offset is only ever made of numbers that the server has just told and the store has committed; until then the same
 * updates are told again by every request and recognised here.
 */
export class UpdateQueue {
  readonly #api: BotApi;
  readonly #clock: Clock;
  readonly #timeouts: Timeouts;
  /** What was told and is not confirmed yet, in the order in which it was told. */
  #held: readonly Held[] = [];
  #saved: { readonly offset: number | null } | null = null;
  #lastPage: 'whole' | 'cut' = 'whole';
  #heardAt: number | null = null;
  #turn: Promise<void> = Promise.resolve();
  #poll: AbortController | null = null;
  #looking = 0;
  #told: readonly (() => void)[] = [];

  constructor(api: BotApi, clock: Clock, timeouts: Timeouts) {
    this.#api = api;
    this.#clock = clock;
    this.#timeouts = timeouts;
  }

  /** When the server last answered, in ms UTC. */
  get heardAt(): number | null {
    return this.#heardAt;
  }

  /** Whether the server may have more than is held, which it only tells when what is held has been confirmed. */
  get hasMore(): boolean {
    return this.#lastPage === 'cut';
  }

  /** The first cursor of a session comes from the store, so what it covers has been committed. Later ones may be ahead of it. */
  begin(cursor: UpdatesCursor | null): void {
    if (this.#saved !== null) return;
    this.#saved = { offset: cursor?.offset ?? null };
    this.#knowSaved();
  }

  /** Updates told after a cursor, oldest first. */
  after(cursor: UpdatesCursor | null): readonly Update[] {
    const offset = cursor?.offset ?? null;
    const at = offset === null ? -1 : this.#held.findLastIndex((held) => idOf(held) === offset - 1);
    return this.#held
      .slice(at + 1)
      .filter((held) => at >= 0 || !isTaken(idOf(held), offset))
      .map((held) => held.update);
  }

  /** Told when everything up to a cursor has been committed. */
  committed({ offset }: UpdatesCursor): void {
    if (offset === null) return;
    const at = this.#held.findLastIndex((held) => idOf(held) === offset - 1);
    for (const held of this.#held.slice(0, at + 1)) held.committed = true;
    for (const tell of this.#told) tell();
    this.#told = [];
  }

  /** Asks the server for what there is now. A poll that waits is called off for it, since nothing could be asked beside it. */
  async look(signal: AbortSignal): Promise<void> {
    this.#looking += 1;
    try {
      this.#poll?.abort(calledOff);
      await this.#inTurn(() => this.#fetch(0, signal), signal);
    } finally {
      this.#looking -= 1;
    }
  }

  /** Waits until the server tells something new, at most one poll long; answers whether it did. */
  async poll(signal: AbortSignal): Promise<boolean> {
    // While anything is unconfirmed, every poll is answered at once with that.
    if (!this.#allCommitted()) await this.commitTold(signal, this.#timeouts.settle);
    return this.#inTurn(async () => {
      if (this.#looking > 0) return false;
      const poll = new AbortController();
      const follow = (): void => poll.abort(signal.reason);
      signal.addEventListener('abort', follow, { once: true });
      this.#poll = poll;
      try {
        return await this.#fetch(this.#allCommitted() ? this.#timeouts.poll : 0, poll.signal);
      } catch (error) {
        if (error === calledOff) return false;
        throw error;
      } finally {
        this.#poll = null;
        signal.removeEventListener('abort', follow);
      }
    }, signal);
  }

  /** Waits until the store has committed something, at most `ms`; longer waits are for who cannot go on without. */
  async commitTold(signal: AbortSignal, ms = 3_600_000): Promise<void> {
    const told = new Promise<void>((resolve) => {
      this.#told = [...this.#told, resolve];
    });
    await within(told, { signal, ms, late: () => new NothingTold(), end: () => undefined }).catch(
      (error: unknown) => {
        if (!(error instanceof NothingTold)) throw error;
      },
    );
  }

  /** Whether a request now could bring something beyond what is held. */
  get canGoOn(): boolean {
    return !this.hasMore || this.#held[0]?.committed === true || this.#held.length === 0;
  }

  #allCommitted(): boolean {
    return this.#held.every(({ committed }) => committed);
  }

  #knowSaved(): void {
    const offset = this.#saved?.offset ?? null;
    for (const held of this.#held) if (isTaken(idOf(held), offset)) held.committed = true;
  }

  /** One request. Answers whether it brought something new. */
  async #fetch(wait: number, signal: AbortSignal): Promise<boolean> {
    const firstOpen = this.#held.findIndex(({ committed }) => !committed);
    const confirmed = firstOpen < 0 ? this.#held : this.#held.slice(0, firstOpen);
    const last = confirmed.at(-1);
    const told = await this.#api.call(
      'getUpdates',
      page,
      {
        // Without an offset the server begins with the earliest that is not confirmed.
        ...(last === undefined ? {} : { offset: idOf(last) + 1 }),
        limit: pageSize,
        timeout: Math.round(wait / 1_000),
        allowed_updates: wantedUpdates,
      },
      signal,
      wait + this.#timeouts.answer,
    );
    this.#heardAt = this.#clock.now();
    const open = firstOpen < 0 ? [] : this.#held.slice(firstOpen);
    const known = new Set(open.map(idOf));
    const fresh = told
      .filter(({ update_id: id }) => !known.has(id))
      .map((one): Held => ({ update: one, committed: false }));
    this.#held = [...open, ...fresh];
    this.#lastPage = told.length >= pageSize || sizeOf(told) >= largePage ? 'cut' : 'whole';
    // What the saved cursor covers is only told again because nobody confirmed it before.
    this.#knowSaved();
    return fresh.some(({ committed }) => !committed);
  }

  async #inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#turn;
    let done = (): void => undefined;
    const mine = new Promise<void>((resolve) => {
      done = resolve;
    });
    this.#turn = before.then(() => mine);
    try {
      await within(before, {
        signal,
        ms: this.#timeouts.poll + this.#timeouts.answer * 2,
        late: () => new Error('no turn in time'),
        end: () => undefined,
      });
      return await work();
    } finally {
      done();
    }
  }
}

/** Why a poll ended that had to make room for a look. */
const calledOff = new DOMException('a look goes first', 'AbortError');

class NothingTold extends Error {}

const sizeOf = (told: readonly Update[]): number =>
  told.reduce((sum, one) => sum + JSON.stringify(one).length, 0);
