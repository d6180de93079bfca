import { Refused, integerIn, structureIn } from './parameters.ts';
import type { Parameters } from './parameters.ts';

/** One update as it waits for its bot. */
type Waiting = {
  readonly id: number;
  readonly type: string;
  readonly update: Readonly<Record<string, unknown>>;
  readonly at: number;
};

type Poll = { readonly end: (outcome: 'look' | 'conflict' | 'webhook') => void };

/** "not longer than 24 hours" (getting updates). */
const keptForMs = 24 * 60 * 60_000;
/** "Specify an empty list to receive all update types except chat_member, message_reaction, and message_reaction_count (default)." */
const onlyIfNamed: ReadonlySet<string> = new Set([
  'chat_member',
  'message_reaction',
  'message_reaction_count',
]);
/** The reference server, tdlib/telegram-bot-api, ends a page after 4 MiB of updates. */
const largestPage = 1 << 22;

const conflicts = {
  conflict:
    'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  webhook: 'Conflict: terminated by setWebhook request',
} as const;

/** The updates that wait for one bot, and getUpdates, which gives them out and forgets them (core.telegram.org/bots/api#getupdates). */
export class UpdateLine {
  readonly #now: () => number;
  #waiting: Waiting[] = [];
  #nextId = 731_000_001;
  #allowed: readonly string[] = [];
  #poll: Poll | null = null;
  #webhook = '';
  /** Offsets that getUpdates was called with, null for none. */
  readonly offsets: (number | null)[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Numbers of the updates that nobody has confirmed. */
  get unconfirmed(): readonly number[] {
    this.#expire();
    return this.#waiting.map(({ id }) => id);
  }

  /** Whether a poll waits at this moment. */
  get isPolled(): boolean {
    return this.#poll !== null;
  }

  get webhook(): string {
    return this.#webhook;
  }

  /** What setWebhook does: updates go to an address from now on; empty takes it back. */
  setWebhook(url: string): void {
    this.#webhook = url;
    this.#poll?.end('webhook');
  }

  /** "If there are no new updates for at least a week, then identifier of the next update will be chosen randomly." */
  countFrom(id: number): void {
    this.#nextId = id;
  }

  /** Something happens that the bot is told of, unless it did not ask for such. */
  push(type: string, content: unknown): void {
    const isWanted = this.#allowed.length === 0 ? !onlyIfNamed.has(type) : this.#allowed.includes(type);
    if (!isWanted) return;
    const id = this.#nextId;
    this.#nextId += 1;
    this.#waiting.push({ id, type, update: { update_id: id, [type]: content }, at: this.#now() });
    this.#poll?.end('look');
  }

  /** getUpdates. */
  async give(parameters: Parameters, gone: AbortSignal): Promise<readonly unknown[]> {
    if (this.#webhook !== '')
      throw new Refused(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    const offset = integerIn(parameters, 'offset');
    const limit = Math.min(100, Math.max(1, integerIn(parameters, 'limit') ?? 100));
    const timeout = Math.min(50, Math.max(0, integerIn(parameters, 'timeout') ?? 0));
    this.#allow(structureIn(parameters, 'allowed_updates'));
    this.offsets.push(offset);
    this.#expire();
    this.#confirm(offset);
    const there = this.#page(limit);
    if (there.length > 0 || timeout === 0) return there;
    await this.#wait(timeout * 1_000, gone);
    this.#expire();
    return this.#page(limit);
  }

  #allow(wanted: unknown): void {
    if (wanted === undefined) return;
    if (!Array.isArray(wanted)) throw new Refused(400, 'Bad Request: allowed_updates must be a list');
    this.#allowed = wanted.map(String);
  }

  #confirm(offset: number | null): void {
    if (offset === null || offset === 0) return;
    // "The negative offset can be specified to retrieve updates starting from -offset update from the end of the updates queue."
    const from = offset > 0 ? offset : (this.#waiting.at(offset)?.id ?? 0);
    this.#waiting = this.#waiting.filter(({ id }) => id >= from);
  }

  #expire(): void {
    const oldest = this.#now() - keptForMs;
    this.#waiting = this.#waiting.filter(({ at }) => at > oldest);
  }

  #page(limit: number): readonly unknown[] {
    const page: unknown[] = [];
    let size = 0;
    for (const { update } of this.#waiting.slice(0, limit)) {
      size += 50 + Buffer.byteLength(JSON.stringify(update));
      if (size > largestPage) break;
      page.push(update);
    }
    return page;
  }

  /** Waits for something to happen. Who waited already is sent away. */
  async #wait(ms: number, gone: AbortSignal): Promise<void> {
    this.#poll?.end('conflict');
    const outcome = await new Promise<'look' | 'conflict' | 'webhook'>((resolve) => {
      const end = (how: 'look' | 'conflict' | 'webhook'): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', leave);
        if (this.#poll === poll) this.#poll = null;
        resolve(how);
      };
      const leave = (): void => end('look');
      const timer = setTimeout(() => end('look'), ms);
      const poll: Poll = { end };
      gone.addEventListener('abort', leave, { once: true });
      this.#poll = poll;
      if (gone.aborted) leave();
    });
    if (outcome !== 'look') throw new Refused(409, conflicts[outcome]);
  }
}
