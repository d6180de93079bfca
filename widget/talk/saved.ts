import { visitorKeyPattern } from '#shared/domain/website-chat/protocol.ts';

/** Where the visitor was when they wrote. */
export type Page = { readonly url: string; readonly title: string };

/** Something said. `state` is that of the visitor's own words: refused ones are kept, to be tried again. */
export type Said = {
  readonly id: string;
  readonly by: 'visitor' | 'agent';
  readonly text: string;
  readonly at: number;
  readonly state: 'waiting' | 'sent' | 'refused';
  readonly page?: Page;
};

/** A mail address that the visitor left. */
export type Left = { readonly address: string; readonly name: string; readonly state: 'waiting' | 'sent' };

/** Everything that a browser keeps of a talk; all windows of a site see the same. Times are ms UTC. */
export type Kept = {
  readonly version: 1;
  /** The visitor's secret, see `chatNamespace`. */
  readonly key: string;
  readonly first: number;
  readonly touched: number;
  /** Whether anything was ever said: before that nothing is told to anybody. */
  readonly spoken: boolean;
  readonly said: readonly Said[];
  /** Ids of what came from the agent, so that nothing shows twice. */
  readonly known: readonly string[];
  readonly unread: number;
  readonly left: Left | null;
  readonly agent: 'here' | 'away' | 'unknown';
};

/** What keeps texts by name; the browser's `localStorage`, or memory where that is forbidden. */
export type Shelf = {
  readonly get: (name: string) => string | null;
  readonly set: (name: string, text: string) => void;
};

const mostSaid = 200;
const mostKnown = 500;
/** Browsers give a site 5 MB, and most of it is not ours. */
const mostCharacters = 400_000;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const pageOf = (value: unknown): Page | undefined =>
  isRecord(value) && typeof value['url'] === 'string' && typeof value['title'] === 'string'
    ? { url: value['url'], title: value['title'] }
    : undefined;

const saidOf = (value: unknown): readonly Said[] => {
  if (!isRecord(value)) return [];
  const { id, by, text, at, state } = value;
  if (typeof id !== 'string' || typeof text !== 'string' || typeof at !== 'number') return [];
  if (by !== 'visitor' && by !== 'agent') return [];
  const page = pageOf(value['page']);
  const known = state === 'waiting' || state === 'refused' ? state : 'sent';
  return [{ id, by, text, at, state: known, ...(page === undefined ? {} : { page }) }];
};

const leftOf = (value: unknown): Left | null => {
  if (!isRecord(value) || typeof value['address'] !== 'string') return null;
  const name = typeof value['name'] === 'string' ? value['name'] : '';
  return { address: value['address'], name, state: value['state'] === 'waiting' ? 'waiting' : 'sent' };
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function keptIn(text: string | null): Kept | null {
  let value: unknown;
  try {
    value = JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const { version, key, first, touched, unread, agent } = value;
  if (version !== 1 || typeof key !== 'string' || !visitorKeyPattern.test(key)) return null;
  if (typeof first !== 'number' || typeof touched !== 'number') return null;
  return {
    version,
    key,
    first,
    touched,
    spoken: value['spoken'] === true,
    said: listOf(value['said']).flatMap(saidOf),
    known: listOf(value['known']).filter((id) => typeof id === 'string'),
    unread: typeof unread === 'number' && unread >= 0 ? Math.min(Math.floor(unread), 999) : 0,
    left: leftOf(value['left']),
    agent: agent === 'here' || agent === 'away' ? agent : 'unknown',
  };
}

function bounded(kept: Kept): Kept {
  let size = 0;
  const said = kept.said
    .toReversed()
    .filter(({ text }, place) => {
      size += text.length + 200;
      return place < mostSaid && size < mostCharacters;
    })
    .toReversed();
  return { ...kept, said, known: kept.known.slice(-mostKnown) };
}

/** A talk on a shelf: read anew before each change, since another window of the site may have changed it. */
export class KeptTalk {
  readonly #shelf: Shelf;
  readonly #name: string;
  readonly #keepMs: number;
  readonly #now: () => number;
  readonly #newKey: () => string;
  #last: { readonly text: string | null; readonly kept: Kept } | null = null;

  constructor(
    of: { readonly name: string; readonly keepDays: number },
    ports: { readonly shelf: Shelf; readonly now: () => number; readonly newKey: () => string },
  ) {
    this.#shelf = ports.shelf;
    this.#name = of.name;
    this.#keepMs = of.keepDays * 86_400_000;
    this.#now = ports.now;
    this.#newKey = ports.newKey;
  }

  get name(): string {
    return this.#name;
  }

  /** As it is now; a talk that nobody touched for too long is forgotten, visitor and all. */
  read(): Kept {
    const text = this.#shelf.get(this.#name);
    if (this.#last !== null && this.#last.text === text) return this.#last.kept;
    const found = keptIn(text);
    const now = this.#now();
    const kept = found !== null && found.touched > now - this.#keepMs ? found : this.#fresh(now);
    this.#last = { text, kept };
    return kept;
  }

  change(to: (kept: Kept) => Partial<Kept>): void {
    const before = this.read();
    const kept = bounded({ ...before, ...to(before), touched: this.#now() });
    const text = JSON.stringify(kept);
    this.#last = { text, kept };
    this.#shelf.set(this.#name, text);
    // Where nothing can be kept, this window alone remembers.
    if (this.#shelf.get(this.#name) !== text) this.#last = { text: this.#shelf.get(this.#name), kept };
  }

  #fresh(now: number): Kept {
    const key = this.#newKey();
    const none = { said: [], known: [], unread: 0, left: null, agent: 'unknown' } as const;
    return { version: 1, key, first: now, touched: now, spoken: false, ...none };
  }
}
