/** A stretch of a comparison: in both texts, only in the older one, or only in the newer one. */
export type Stretch = { readonly kind: 'same' | 'removed' | 'added'; readonly text: string };

/** Beyond so many pairs of pieces the middle is shown as one change: comparing them would hold up the window. */
const mostPairs = 4_000_000;

const piecesOf = (text: string): readonly string[] => text.match(/\s+|[^\s]+/gu) ?? [];

/** How long the longest common sequence of the rest is, for every place in both texts (dynamic programming). */
const lengthsOf = (one: readonly string[], other: readonly string[]): readonly Uint16Array[] => {
  const lengths = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i -= 1) {
    const [row, below] = [lengths[i], lengths[i + 1]];
    if (row === undefined || below === undefined) continue;
    for (let j = other.length - 1; j >= 0; j -= 1) {
      row[j] = one[i] === other[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return lengths;
};

const middleOf = (one: readonly string[], other: readonly string[]): readonly Stretch[] => {
  const whole: readonly Stretch[] = [
    { kind: 'removed', text: one.join('') },
    { kind: 'added', text: other.join('') },
  ];
  if (one.length * other.length > mostPairs || Math.max(one.length, other.length) > 60_000) return whole;
  const lengths = lengthsOf(one, other);
  const found: Stretch[] = [];
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    const [left, right] = [one[i], other[j]];
    if (left !== undefined && left === right) {
      found.push({ kind: 'same', text: left });
      i += 1;
      j += 1;
    } else if (
      left !== undefined &&
      (right === undefined || (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))
    ) {
      found.push({ kind: 'removed', text: left });
      i += 1;
    } else if (right !== undefined) {
      found.push({ kind: 'added', text: right });
      j += 1;
    }
  }
  return found;
};

/** Puts a change that has only space between its words on one stretch, so that it is read as words and not as scraps. */
const joined = (stretches: readonly Stretch[]): readonly Stretch[] => {
  const groups: { removed: string; added: string; same: string }[] = [];
  stretches.forEach(({ kind, text }, index) => {
    const last = groups.at(-1);
    const changed = (one: Stretch | undefined): boolean => one !== undefined && one.kind !== 'same';
    const bridge =
      kind === 'same' &&
      /^[^\S\n]+$/u.test(text) &&
      changed(stretches[index - 1]) &&
      changed(stretches[index + 1]);
    if (kind === 'same' && !bridge) {
      if (last?.removed === '' && last.added === '') last.same += text;
      else groups.push({ removed: '', added: '', same: text });
      return;
    }
    const open = last?.same === '' ? last : { removed: '', added: '', same: '' };
    if (open !== last) groups.push(open);
    if (kind !== 'added') open.removed += text;
    if (kind !== 'removed') open.added += text;
  });
  return groups.flatMap(({ removed, added, same }) =>
    [
      { kind: 'removed' as const, text: removed },
      { kind: 'added' as const, text: added },
      { kind: 'same' as const, text: same },
    ].filter(({ text }) => text !== ''),
  );
};

/** What became of a text, word by word: joined without what was added it is the older one, without what was removed the newer one. */
export const compareWordings = (older: string, newer: string): readonly Stretch[] => {
  const [one, other] = [piecesOf(older), piecesOf(newer)];
  const shortest = Math.min(one.length, other.length);
  let start = 0;
  while (start < shortest && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shortest - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  return joined([
    { kind: 'same', text: one.slice(0, start).join('') },
    ...middleOf(one.slice(start, one.length - end), other.slice(start, other.length - end)),
    { kind: 'same', text: one.slice(one.length - end).join('') },
  ]);
};
