import type { SessionContext } from '../kit/channel.ts';

/** What was said, white space apart: servers trim and fold it, and two texts that differ in nothing else are one to the reader. */
export const gist = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim();

/** Something on its way: until its fate is known, a message that could be it is not taken for anybody else's. */
type UnderWay = {
  readonly clientId: string;
  readonly to: string;
  readonly gist: string;
  readonly until: number;
};

const mostSent = 2_000;

/**
 * What the sessions of one account know of what they sent, for as long as the engine runs. The API carries no id of ours, so this is how
 * our own message is known when the list shows it. Losing it costs a proof, never a message.
 */
export class SentMemory {
  readonly #bySid = new Map<string, string>();
  readonly #underWay = new Map<string, UnderWay>();

  /** The server has given this message of ours its name. */
  name(sid: string, clientId: string): void {
    this.#bySid.set(sid, clientId);
    const [oldest] = this.#bySid.keys();
    if (this.#bySid.size > mostSent && oldest !== undefined) this.#bySid.delete(oldest);
  }

  /** Which message of ours has this name; null when it is none, or nobody here knows. */
  clientIdOf(sid: string): string | null {
    return this.#bySid.get(sid) ?? null;
  }

  /** From now on, and until `until` (ms, monotonic) at the latest, it may be there or not. */
  begin(one: UnderWay): void {
    this.#underWay.set(`${one.clientId} ${one.to}`, one);
  }

  /** Its fate is known. */
  end(clientId: string, to: string): void {
    this.#underWay.delete(`${clientId} ${to}`);
  }

  /** Whether a message that nobody has claimed could be one of ours whose fate is not known yet. */
  mayBeOurs(
    message: { readonly sid: string; readonly to: string; readonly body: string },
    now: number,
  ): boolean {
    if (this.#bySid.has(message.sid)) return false;
    for (const [key, one] of this.#underWay) {
      if (one.until <= now) this.#underWay.delete(key);
      else if (one.to === message.to && one.gist === gist(message.body)) return true;
    }
    return false;
  }
}

/** The memories of accounts: the engine gives all sessions of one the same context. */
export class SentMemories {
  readonly #memories = new WeakMap<SessionContext, SentMemory>();

  of(context: SessionContext): SentMemory {
    const known = this.#memories.get(context);
    if (known !== undefined) return known;
    const memory = new SentMemory();
    this.#memories.set(context, memory);
    return memory;
  }
}
