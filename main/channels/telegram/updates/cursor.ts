import * as v from 'valibot';
import type { Cursor } from '../../kit/channel.ts';

const chat = v.pipe(v.string(), v.regex(/^-?\d{1,16}$/));
const cursor = v.object({
  version: v.literal(1),
  /** One more than the number of the last update taken; null before the first. */
  offset: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  /** When the server last answered, in ms UTC. */
  at: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  moved: v.pipe(v.array(v.tuple([chat, chat])), v.maxLength(64)),
});

/** Where reading stands. */
export type UpdatesCursor = v.InferOutput<typeof cursor>;

/** A cursor of this channel, or null for any other: then everything that the server still has is told anew. */
export function readCursor(saved: Cursor | null): UpdatesCursor | null {
  const read = v.safeParse(cursor, saved);
  return read.success ? read.output : null;
}

/** Numbers up to this far below the cursor's are those just before it; any other is of a new count. */
const nearby = 1_000;

/**
 * Whether an update was taken before. After a week of silence the server counts on from a random number
 * (core.telegram.org/bots/api#update), so a lower number alone does not say so.
 */
export const isTaken = (id: number, offset: number | null): boolean =>
  offset !== null && id < offset && id >= offset - nearby;
