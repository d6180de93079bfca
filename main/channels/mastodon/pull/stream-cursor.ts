import * as v from 'valibot';
import type { Cursor } from '../../kit/channel.ts';

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

/** So many of the newest statuses are read again to see whether they were changed or taken back. */
export const mostRecent = 30;

/** A status read lately: its id, the root of its thread, and when it was last changed as far as is known ('' for never). */
const recent = v.strictObject({ id, root: id, edited: v.pipe(v.string(), v.maxLength(40)) });
export type Recent = v.InferOutput<typeof recent>;

const cursor = v.strictObject({
  version: v.literal(1),
  /** The newest entry read, after which news is asked for; null while there has never been one. */
  newest: v.nullable(id),
  /** When that entry was made, as the server says. */
  newestAt: v.pipe(v.string(), v.maxLength(40)),
  /** Where the first import goes on; null when it is over. */
  before: v.nullable(id),
  recent: v.pipe(v.array(recent), v.maxLength(mostRecent)),
});

/** Where one of the two streams stands. */
export type StreamCursor = v.InferOutput<typeof cursor>;

/** Our own cursor, or null for the beginning: what another version or channel wrote means nothing here. */
export function readCursor(saved: Cursor | null): StreamCursor | null {
  const read = v.safeParse(cursor, saved);
  return read.success ? read.output : null;
}

/** Puts a status in front of the recent ones, or behind them while history is read; never twice. */
export function withRecent(all: readonly Recent[], one: Recent, where: 'front' | 'back'): readonly Recent[] {
  if (all.some(({ id: known }) => known === one.id)) return all;
  return (where === 'front' ? [one, ...all] : [...all, one]).slice(0, mostRecent);
}
