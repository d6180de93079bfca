/** More than any call takes: the largest are 20 million characters of prepared texts and 5,000 conversations at once. */
const most = { depth: 16, values: 100_000, characters: 24_000_000 } as const;

/** Names by which code reaches what every object has from its maker. */
const notNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

type Place = { readonly value: unknown; readonly depth: number };

/** A plain object, or a list; dates, maps and the like are no input of any call. */
const isPlain = (value: object): boolean => {
  if (Array.isArray(value)) return true;
  const maker: unknown = Object.getPrototypeOf(value);
  return maker === Object.prototype || maker === null;
};

/**
 * Whether an input is worth holding against a schema, which looks at all of a list before it minds its length: no larger
 * and no deeper than any call needs, and made of plain values and bytes. Stops at the first thing that is too much.
 */
export const isSound = (input: unknown): boolean => {
  const open: Place[] = [{ value: input, depth: 0 }];
  let values = 0;
  let characters = 0;
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, depth } = place;
    values += 1;
    if (typeof value === 'string') characters += value.length;
    if (values > most.values || characters > most.characters) return false;
    if (typeof value === 'bigint') return false;
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
    if (!isPlain(value) || depth >= most.depth) return false;
    // The length of a list is looked at first: its values would fill the memory before they are counted.
    if (Array.isArray(value) && value.length > most.values) return false;
    for (const name of Object.keys(value)) {
      if (notNames.has(name)) return false;
      if (!Array.isArray(value)) characters += name.length;
      open.push({ value: Reflect.get(value, name), depth: depth + 1 });
      if (open.length + values > most.values) return false;
    }
  }
  return true;
};
