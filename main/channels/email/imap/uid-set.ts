/** UIDs from `low` to `high`, both included. */
export type UidRange = { readonly low: number; readonly high: number };

/** UIDs as ranges, ascending, without overlap (RFC 9051 sequence-set, "*" resolved). */
export type UidSet = readonly UidRange[];

/** How many UIDs a set names. */
export const countUids = (set: UidSet): number =>
  set.reduce((sum, range) => sum + range.high - range.low + 1, 0);

/** The set of a list of UIDs in any order, doubles allowed. */
export function uidSetOf(uids: readonly number[]): UidSet {
  const ranges: { low: number; high: number }[] = [];
  for (const uid of [...uids].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && uid <= last.high + 1) last.high = Math.max(last.high, uid);
    else ranges.push({ low: uid, high: uid });
  }
  return ranges;
}

/** Reads what a server sent as a sequence-set; malformed pieces are left out. */
export function parseUidSet(text: string): UidSet {
  const ranges: UidRange[] = [];
  for (const piece of text.split(',')) {
    const match = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(piece.trim());
    if (match === null) continue;
    const one = Number(match[1]);
    const other = Number(match[2] ?? match[1]);
    ranges.push({ low: Math.min(one, other), high: Math.max(one, other) });
  }
  ranges.sort((a, b) => a.low - b.low);
  const merged: { low: number; high: number }[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && range.low <= last.high + 1) last.high = Math.max(last.high, range.high);
    else merged.push({ ...range });
  }
  return merged;
}

/** The sequence-set of a command. */
export const formatUidSet = (set: UidSet): string =>
  set
    .map((range) =>
      range.low === range.high ? String(range.low) : `${String(range.low)}:${String(range.high)}`,
    )
    .join(',');

/** The part of a set that lies between two UIDs. */
export function clipUids(set: UidSet, low: number, high: number): UidSet {
  return set
    .filter((range) => range.high >= low && range.low <= high)
    .map((range) => ({ low: Math.max(range.low, low), high: Math.min(range.high, high) }));
}

/** A set in blocks of `width` UIDs, the first from UID 1; blocks in which nothing lies are left out. */
export function blocksOf(set: UidSet, width: number): ReadonlyMap<number, UidSet> {
  const blocks = new Map<number, UidRange[]>();
  for (const range of set) {
    for (let low = range.low; low <= range.high;) {
      const block = Math.floor((low - 1) / width);
      const high = Math.min(range.high, (block + 1) * width);
      const ranges = blocks.get(block);
      if (ranges === undefined) blocks.set(block, [{ low, high }]);
      else ranges.push({ low, high });
      low = high + 1;
    }
  }
  return blocks;
}

/** The `count` highest UIDs of a set. */
export function newestUids(set: UidSet, count: number): UidSet {
  const taken: UidRange[] = [];
  let left = count;
  for (let at = set.length - 1; at >= 0 && left > 0; at -= 1) {
    const range = set[at];
    if (range === undefined) break;
    const low = Math.max(range.low, range.high - left + 1);
    taken.unshift({ low, high: range.high });
    left -= range.high - low + 1;
  }
  return taken;
}

/** Every UID of a set, ascending; stops after `most`, because a server may name four thousand million. */
export function listUids(set: UidSet, most: number): readonly number[] {
  const uids: number[] = [];
  for (const range of set) {
    for (let uid = range.low; uid <= range.high && uids.length < most; uid += 1) uids.push(uid);
  }
  return uids;
}

/** Whether a set names a UID. */
export const hasUid = (set: UidSet, uid: number): boolean =>
  set.some((range) => range.low <= uid && uid <= range.high);
