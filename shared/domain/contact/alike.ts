/** Whether two texts differ by one slip of the finger: a letter more, less, another one, or two swapped (Damerau 1964). */
export const isOneSlip = (one: string, other: string): boolean => {
  if (one === other || Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  let end = 0;
  const shorter = Math.min(one.length, other.length) - start;
  while (end < shorter && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const left = one.slice(start, one.length - end);
  const right = other.slice(start, other.length - end);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right === Array.from(left).reverse().join('');
};

const letters = Array.from('abcdefghijklmnopqrstuvwxyz0123456789._-');

/** Every text of one slip's distance in lower-case letters, digits and `.`, `_`, `-`; some 80 for each letter. */
export const oneSlipFrom = (text: string): ReadonlySet<string> => {
  const found = new Set<string>();
  for (let at = 0; at <= text.length; at += 1) {
    const before = text.slice(0, at);
    const rest = text.slice(at);
    for (const letter of letters) {
      found.add(before + letter + rest);
      if (rest !== '') found.add(before + letter + rest.slice(1));
    }
    if (rest !== '') found.add(before + rest.slice(1));
    if (rest.length > 1) found.add(before + rest.charAt(1) + rest.charAt(0) + rest.slice(2));
  }
  found.delete(text);
  return found;
};
