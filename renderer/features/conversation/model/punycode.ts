const base = 36;
const lowest = 1;
const highest = 26;
const skew = 38;
const damp = 700;
const firstBias = 72;
const firstCode = 128;

const digitOf = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 26;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61;
  return base;
};

const adapt = (delta: number, count: number, first: boolean): number => {
  let rest = first ? Math.floor(delta / damp) : delta >> 1;
  rest += Math.floor(rest / count);
  let k = 0;
  while (rest > ((base - lowest) * highest) >> 1) {
    rest = Math.floor(rest / (base - lowest));
    k += base;
  }
  return k + Math.floor(((base - lowest + 1) * rest) / (rest + skew));
};

/** Decodes what follows `xn--` in one label; answers null where it is not punycode (RFC 3492 section 6.2). */
const decodeLabel = (encoded: string): string | null => {
  const mark = encoded.lastIndexOf('-');
  const output = mark > 0 ? Array.from(encoded.slice(0, mark), (letter) => letter.charCodeAt(0)) : [];
  let code = firstCode;
  let bias = firstBias;
  let insert = 0;
  let at = mark > 0 ? mark + 1 : 0;
  while (at < encoded.length) {
    const before = insert;
    let weight = 1;
    for (let k = base; ; k += base) {
      const digit = at < encoded.length ? digitOf(encoded.charCodeAt(at)) : base;
      at += 1;
      if (digit >= base) return null;
      insert += digit * weight;
      const threshold = Math.min(Math.max(k - bias, lowest), highest);
      if (digit < threshold) break;
      weight *= base - threshold;
      if (insert > 0x7fffffff || weight > 0x7fffffff) return null;
    }
    const count = output.length + 1;
    bias = adapt(insert - before, count, before === 0);
    code += Math.floor(insert / count);
    insert %= count;
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
    output.splice(insert, 0, code);
    insert += 1;
  }
  return String.fromCodePoint(...output);
};

/** A host name as people read it: labels that begin with `xn--` decoded, others as they are (RFC 5891). */
export const readableHost = (host: string): string =>
  host
    .split('.')
    .map((label) =>
      label.startsWith('xn--') && label.length > 4 ? (decodeLabel(label.slice(4)) ?? label) : label,
    )
    .join('.');
