import { ChannelError } from '../../kit/failure.ts';
import type { MastodonApi, ReadStatus } from '../api/mastodon-api.ts';

/** Threads remembered by a session; each takes about a hundred bytes. */
const mostRemembered = 5_000;
/** What was said before is told so far back, beside the beginning of the thread. */
const nearest = 15;
/** Steps up a thread of which the server tells no context. */
const mostSteps = 20;

/** Where a status belongs, and what was said before it that has not been told yet. */
export type Place = { readonly root: string; readonly before: readonly ReadStatus[] };

/** Finds the beginnings of threads and remembers them, so that each thread is asked for once. */
export class Threads {
  readonly #api: MastodonApi;
  readonly #roots = new Map<string, string>();

  constructor(api: MastodonApi) {
    this.#api = api;
  }

  /** A status was told whose thread is known. */
  remember(id: string, root: string): void {
    this.#roots.delete(id);
    this.#roots.set(id, root);
    const [oldest] = this.#roots.keys();
    if (this.#roots.size > mostRemembered && oldest !== undefined) this.#roots.delete(oldest);
  }

  /**
   * Where a status belongs. A ChannelError `rate-limited` when the server would have to be asked and requests run short: the thread's
   * beginning cannot be guessed, since the conversation is found by it.
   */
  async placeOf(status: ReadStatus, signal: AbortSignal): Promise<Place> {
    const { id, in_reply_to_id: parent } = status.read;
    const known = parent === null ? id : (this.#roots.get(id) ?? this.#roots.get(parent));
    if (known !== undefined) {
      this.remember(id, known);
      return { root: known, before: [] };
    }
    const { short } = this.#api;
    if (short !== null) throw short;
    const before = await this.#before(status, signal);
    const [first] = before;
    // What is answered may be gone, or hidden from us: then its id alone still keeps its answers together.
    const root = first === undefined ? (parent ?? id) : (first.read.in_reply_to_id ?? first.read.id);
    for (const one of before) this.remember(one.read.id, root);
    this.remember(id, root);
    return {
      root,
      before: before.length <= nearest ? before : [...before.slice(0, 1), ...before.slice(-nearest)],
    };
  }

  async #before(status: ReadStatus, signal: AbortSignal): Promise<readonly ReadStatus[]> {
    return (await this.#api.ancestors(status.read.id, signal)) ?? this.#walk(status, signal);
  }

  async #walk(status: ReadStatus, signal: AbortSignal): Promise<readonly ReadStatus[]> {
    const before: ReadStatus[] = [];
    let parent = status.read.in_reply_to_id;
    for (let step = 0; step < mostSteps && parent !== null; step += 1) {
      const found = await this.#statusOrNone(parent, signal);
      if (found === null || before.some(({ read }) => read.id === found.read.id)) break;
      before.unshift(found);
      parent = found.read.in_reply_to_id;
    }
    return before;
  }

  async #statusOrNone(id: string, signal: AbortSignal): Promise<ReadStatus | null> {
    try {
      return await this.#api.status(id, signal);
    } catch (error) {
      if (error instanceof ChannelError && error.failure.kind === 'protocol') return null;
      throw error;
    }
  }
}
