/** Numbers in [0, 1) that repeat from the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Mutation = (raw: Buffer, at: (below: number) => number, other: Buffer) => Buffer;

const nastyBytes = [0, 9, 10, 13, 27, 32, 34, 40, 45, 58, 60, 61, 62, 63, 92, 127, 128, 255];
const nastyWords = [
  '=?utf-8?b?',
  '?=',
  '\r\n\r\n',
  '--',
  '"',
  '<',
  'boundary=',
  'Content-Type: multipart/mixed\r\n',
  '\u202e',
  ';',
  '*0*=',
  'begin 644 x\n',
];

const mutations: readonly Mutation[] = [
  (raw, at) => raw.subarray(0, at(raw.length + 1)),
  (raw, at) => raw.subarray(at(raw.length + 1)),
  (raw, at) => {
    const copy = Buffer.from(raw);
    for (let count = 1 + at(12); count > 0 && copy.length > 0; count -= 1) copy[at(copy.length)] = at(256);
    return copy;
  },
  (raw, at) => {
    const copy = Buffer.from(raw);
    for (let count = 1 + at(12); count > 0 && copy.length > 0; count -= 1)
      copy[at(copy.length)] = nastyBytes[at(nastyBytes.length)] ?? 0;
    return copy;
  },
  (raw, at) => {
    const start = at(raw.length + 1);
    return Buffer.concat([raw.subarray(0, start), raw.subarray(Math.min(raw.length, start + 1 + at(200)))]);
  },
  (raw, at, other) => {
    const start = at(raw.length + 1);
    const from = at(other.length + 1);
    return Buffer.concat([raw.subarray(0, start), other.subarray(from, from + at(400)), raw.subarray(start)]);
  },
  (raw, at, other) =>
    Buffer.concat([raw.subarray(0, at(raw.length + 1)), other.subarray(at(other.length + 1))]),
  (raw, at) => {
    const start = at(raw.length + 1);
    const piece = raw.subarray(start, start + 1 + at(60));
    return Buffer.concat([
      raw.subarray(0, start),
      ...Array.from({ length: 1 + at(300) }, () => piece),
      raw.subarray(start),
    ]);
  },
  (raw) => Buffer.from(raw.toString('latin1').replace(/\r\n/g, '\n'), 'latin1'),
  (raw) => Buffer.from(raw.toString('latin1').replace(/\r\n/g, '\r'), 'latin1'),
  (raw) => Buffer.from(raw.toString('latin1').replace(/\r\n/g, '\r\r\n'), 'latin1'),
  (raw, at) => {
    const start = at(raw.length + 1);
    return Buffer.concat([
      raw.subarray(0, start),
      Buffer.from(nastyWords[at(nastyWords.length)] ?? ''),
      raw.subarray(start),
    ]);
  },
];

/** One of the mails, changed one to four times: cut, flipped, spliced, repeated, crossed with another, with odd line ends. */
export function mutate(raws: readonly Buffer[], random: () => number): Buffer {
  const at = (below: number): number => Math.floor(random() * below);
  const pick = (): Buffer => raws[at(raws.length)] ?? Buffer.alloc(0);
  let raw = pick();
  for (let count = 1 + at(4); count > 0; count -= 1) {
    raw = (mutations[at(mutations.length)] ?? ((same: Buffer) => same))(raw, at, pick());
  }
  return raw;
}
