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
  /** Names so far that stood in their object already. */
  #doubles = 0;
  #counted = { at: 0, lines: 1 };

  constructor(text: string) {
    this.#text = text;
  }

  get line(): number {
    let { at, lines } = this.#counted;
    for (; at < this.#at; at += 1) if (this.#text.charAt(at) === '\n') lines += 1;
    this.#counted = { at, lines };
    return lines;
  }

  outermost(): readonly JsonEntry[] | null {
    this.#blank();
    if (this.#next() !== '{') return null;
    const entries: JsonEntry[] = [];
    const times = new Map<string, number>();
    this.#each('{', '}', () => {
      const { line } = this;
      const before = this.#doubles;
      const key = this.#name();
      const value = this.#value(1);
      entries.push({ key, value, line, doubled: this.#doubles > before });
      times.set(key, (times.get(key) ?? 0) + 1);
    });
    this.#blank();
    if (this.#at < this.#text.length) throw new NotJson();
    return entries.map((entry) => ((times.get(entry.key) ?? 0) > 1 ? { ...entry, doubled: true } : entry));
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
      if (fields.has(name)) this.#doubles += 1;
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
