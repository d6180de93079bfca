import * as v from 'valibot';
import type { Cursor } from '../../kit/channel.ts';
import { isRoomId } from '../identifiers.ts';

const token = v.pipe(v.string(), v.minLength(1), v.maxLength(1_000));
const room = v.pipe(v.string(), v.check(isRoomId));

/** What lies between two points of one room, read backwards from `from` (null: from its end) down to `to` (null: to its beginning). */
const roomJob = v.object({
  kind: v.literal('room'),
  room,
  from: v.nullable(token),
  to: v.nullable(token),
});

/**
 * The same for every room that we are in, one after another in the order of their ids: `at` is the room being read, or the last one read
 * when `from` is null; `top` is where each begins.
 */
const roomsJob = v.object({
  kind: v.literal('rooms'),
  at: v.nullable(room),
  from: v.nullable(token),
  top: token,
  to: v.nullable(token),
});

const matrixCursor = v.object({
  version: v.literal(1),
  channel: v.literal('matrix'),
  /** The server's point in time up to which all rooms are here, save what the jobs say. */
  since: token,
  /** When that point was told, in ms UTC by our clock. */
  at: v.number(),
  /** Stretches that are not here yet, the oldest first. */
  jobs: v.pipe(v.array(v.variant('kind', [roomJob, roomsJob])), v.maxLength(64)),
  /** Invitations to direct chats that are still to be accepted, and how often that was tried. */
  invites: v.pipe(
    v.array(v.object({ room, tries: v.pipe(v.number(), v.integer(), v.minValue(0)) })),
    v.maxLength(64),
  ),
});

/** Where an account stands. Its size does not depend on how many rooms there are or how long they are. */
export type MatrixCursor = v.InferOutput<typeof matrixCursor>;

/** A stretch of one room or of all rooms that is still to be read. */
export type Job = MatrixCursor['jobs'][number];

/** An invitation that is to be accepted. */
export type PendingInvite = MatrixCursor['invites'][number];

/** Reads a saved cursor; null when there is none or it is of a kind we cannot read, which means from the beginning. */
export function readMatrixCursor(cursor: Cursor | null): MatrixCursor | null {
  const result = v.safeParse(matrixCursor, cursor);
  return result.success ? result.output : null;
}

/** A cursor is saved with every batch: its jobs may take so many bytes as JSON. */
const mostBytes = 2_600;

const sizeOf = (jobs: readonly Job[]): number => Buffer.byteLength(JSON.stringify(jobs));

/**
 * Keeps the list of jobs short. When there are too many rooms with gaps to name each, one walk through all rooms takes their place, from the
 * newest point known (`top`) down to the oldest one wanted; reading something again changes nothing.
 */
export function boundedJobs(jobs: readonly Job[], top: string): readonly Job[] {
  if (sizeOf(jobs) <= mostBytes) return jobs;
  const gaps = jobs.filter(({ to }) => to !== null);
  const rest = jobs.filter(({ to }) => to === null);
  const [oldest] = gaps;
  // Tokens cannot be compared; jobs stand in the order in which they came, so the first gap reaches back farthest.
  const walk: Job = { kind: 'rooms', at: null, from: null, top, to: oldest?.to ?? null };
  return oldest !== undefined && sizeOf([...rest, walk]) <= mostBytes
    ? [...rest, walk]
    : [{ ...walk, to: null }];
}
