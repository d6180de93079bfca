import * as v from 'valibot';
import type { Cursor } from '../../kit/channel.ts';

/** How many entries a list remembers by name; lists are looked at in pages of about as many. */
export const remembered = 32;

const short = v.pipe(v.string(), v.maxLength(2_000));
const mark = v.pipe(v.string(), v.maxLength(100));

/** Saved with every batch, so it has to stay small. */
const walkCursor = v.object({
  version: v.literal(1),
  channel: v.literal('bluesky'),
  /** The newest entries that are here, newest first: their names without what all have in common, and where they stand. */
  known: v.pipe(v.array(v.tuple([short, mark])), v.maxLength(remembered)),
  /** Where the newest of them stands in the list; empty while the list was empty. */
  newest: mark,
  /** Where the oldest of them stands; what is further down is here or on its way. Null while the list had no more than are remembered. */
  floor: v.nullable(mark),
  /** News of several pages: the next page, and the mark at which they end. */
  news: v.nullable(v.object({ page: short, until: mark })),
  /** The first import: its next page, and how many entries it has brought. Null when it is over. */
  older: v.nullable(v.object({ page: short, brought: v.pipe(v.number(), v.integer(), v.minValue(0)) })),
});

/** Where a list stands that its server gives newest first, in pages that go backwards. */
export type WalkCursor = v.InferOutput<typeof walkCursor>;

/** Reads a saved cursor; null when there is none or it is of a kind we cannot read, which means from the beginning. */
export function readWalkCursor(cursor: Cursor | null): WalkCursor | null {
  const result = v.safeParse(walkCursor, cursor);
  return result.success ? result.output : null;
}
