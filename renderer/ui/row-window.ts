/** Rows drawn beyond each edge, so that a quick scroll shows rows and not their background. */
export const overscan = 6;

/** The rows on screen: the first, the one behind the last. */
export type SeenRows = { readonly first: number; readonly last: number };

/** A row's element and the row that it shows. The element keeps its key whatever it shows. */
type Slot = { readonly key: number; readonly index: number };

/** Which rows a list draws, in the order of its elements. Rows that the list does not have are not drawn. */
export type RowWindow = SeenRows & { readonly slots: readonly Slot[] };

/** Before anything is known of the screen: the first few rows. */
export const firstWindow: RowWindow = {
  first: 0,
  last: 0,
  slots: Array.from({ length: overscan }, (_, index) => ({ key: index, index })),
};

/** The rows that are to be drawn but are not. */
const missing = (slots: readonly Slot[], from: number, to: number): number[] => {
  const there = new Set(slots.map(({ index }) => index));
  const rows = [];
  for (let index = Math.max(0, from); index < to; index += 1) if (!there.has(index)) rows.push(index);
  return rows;
};

const isNear = ({ index }: Slot, { first, last }: SeenRows): boolean =>
  index >= first - overscan && index < last + overscan;

/** Has rows drawn that were not: by elements whose own row is far away, else by new ones behind them. */
const withRows = (slots: readonly Slot[], rows: readonly number[], seen: SeenRows): readonly Slot[] => {
  const left = [...rows];
  const used = slots.map((slot) => {
    const index = isNear(slot, seen) ? undefined : left.shift();
    return index === undefined ? slot : { key: slot.key, index };
  });
  const next = Math.max(-1, ...slots.map(({ key }) => key)) + 1;
  return [...used, ...left.map((index, at) => ({ key: next + at, index }))];
};

/**
 * While one scrolls, elements that have left the screen show the rows that come, and stay where they are in the document: to
 * move them costs as much as to make them. Where nothing of what was seen is left, only what is seen now is drawn.
 */
export const scrolledTo = (before: RowWindow, seen: SeenRows): RowWindow => {
  const { first, last } = seen;
  if (before.first === first && before.last === last) return before;
  const leaps = first >= before.last || last <= before.first;
  const around = leaps ? 0 : overscan;
  const rows = missing(before.slots, first - around, last + around);
  return { first, last, slots: withRows(before.slots, rows, seen) };
};

/** When the screen rests, all rows around it are drawn and no others, and their elements stand in the order of the list. */
export const restedAt = (before: RowWindow, seen: SeenRows): RowWindow => {
  const rows = missing(before.slots, seen.first - overscan, seen.last + overscan);
  const slots = withRows(before.slots, rows, seen)
    .filter((slot) => isNear(slot, seen))
    .toSorted((one, other) => one.index - other.index);
  const isSame =
    before.first === seen.first &&
    before.last === seen.last &&
    before.slots.length === slots.length &&
    before.slots.every((slot, at) => slot === slots[at]);
  return isSame ? before : { ...seen, slots };
};
