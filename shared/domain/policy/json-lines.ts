/** One name of the outermost object, with what stands there. */
export type JsonEntry = {
  readonly key: string;
  readonly value: unknown;
  /** Where the name stands, from 1. */
  readonly line: number;
  /** The name of any object in it stands twice: nobody knows which of the two is meant. */
  readonly doubled: boolean;
};

/** A document read, or where and why it is none. */
export type JsonRead =
  | { readonly kind: 'read'; readonly entries: readonly JsonEntry[] }
  | { readonly kind: 'not-json' | 'not-an-object'; readonly line: number };

/** No policy needs more; a deeper one is made to exhaust the stack. */
const deepest = 20;

class NotJson extends Error {}

/** Reads JSON (RFC 8259) and remembers lines and doubled names, which `JSON.parse` forgets. */
class LineReader {
  readonly #text: string;
  #at = 0;
  #doubled = false;

  constructor(text: string) {
    this.#text = text;
  }

  get line(): number {
    let lines = 1;
    for (let at = 0; at < this.#at; at += 1) if (this.#text.charAt(at) === '\n') lines += 1;
    return lines;
  }

  outermost(): readonly JsonEntry[] | null {
    this.#blank();
    if (this.#next() !== '{') return null;
    const entries: JsonEntry[] = [];
    const seen = new Set<string>();
    this.#each('{', '}', () => {
      const { line } = this;
      this.#doubled = false;
      const key = this.#name();
      const value = this.#value(1);
      entries.push({ key, value, line, doubled: this.#doubled || seen.has(key) });
      seen.add(key);
    });
    this.#blank();
    if (this.#at < this.#text.length) throw new NotJson();
    return entries.map((entry) => {
      const twice = entries.filter(({ key }) => key === entry.key).length > 1;
      return twice ? { ...entry, doubled: true } : entry;
    });
  }

  #next(): string {
    return this.#text.charAt(this.#at);
  }

  #blank(): void {
    while (/[ \t\r\n]/u.test(this.#next())) this.#at += 1;
  }

  #take(sign: string): boolean {
    this.#blank();
    if (this.#next() !== sign) return false;
    this.#at += 1;
    return true;
  }

  #need(sign: string): void {
    if (!this.#take(sign)) throw new NotJson();
  }

  #each(first: string, last: string, item: () => void): void {
    this.#need(first);
    if (this.#take(last)) return;
    do {
      this.#blank();
      item();
    } while (this.#take(','));
    this.#need(last);
  }

  #name(): string {
    const name = this.#string();
    this.#need(':');
    this.#blank();
    return name;
  }

  #string(): string {
    const found = /"(?:[^"\\]|\\.)*"/suy;
    found.lastIndex = this.#at;
    return this.#plain(found.exec(this.#text)?.[0], (value) => typeof value === 'string');
  }

  #plain<Value>(written: string | undefined, is: (value: unknown) => value is Value): Value {
    if (written === undefined) throw new NotJson();
    let value: unknown;
    try {
      value = JSON.parse(written);
    } catch {
      throw new NotJson();
    }
    if (!is(value)) throw new NotJson();
    this.#at += written.length;
    return value;
  }

  #value(depth: number): unknown {
    if (depth > deepest) throw new NotJson();
    switch (this.#next()) {
      case '{':
        return this.#object(depth);
      case '[': {
        const items: unknown[] = [];
        this.#each('[', ']', () => items.push(this.#value(depth + 1)));
        return items;
      }
      case '"':
        return this.#string();
      default: {
        const word = /[-+.0-9A-Za-z]+/uy;
        word.lastIndex = this.#at;
        return this.#plain(word.exec(this.#text)?.[0], (_value): _value is unknown => true);
      }
    }
  }

  #object(depth: number): unknown {
    const fields = new Map<string, unknown>();
    this.#each('{', '}', () => {
      const name = this.#name();
      if (fields.has(name)) this.#doubled = true;
      fields.set(name, this.#value(depth + 1));
    });
    return Object.fromEntries(fields);
  }
}

/** Reads a JSON object by its lines. A byte order mark, as editors of Windows write it, is passed over. */
export const readJsonLines = (text: string): JsonRead => {
  const reader = new LineReader(text.replace(/^\ufeff/u, ''));
  try {
    const entries = reader.outermost();
    return entries === null ? { kind: 'not-an-object', line: reader.line } : { kind: 'read', entries };
  } catch (error) {
    if (error instanceof NotJson) return { kind: 'not-json', line: reader.line };
    throw error;
  }
};
