/**
 * Who waits for whom. Messages may become known in any order (a first import runs newest first), so this keeps
 * the times of all that is unanswered instead of the first one only. Times are ms UTC.
 */
export type Waiting = {
  /** When one of us last wrote; null before that. */
  readonly answeredAt: number | null;
  /** When the other side wrote after that, oldest first, each time once. */
  readonly unanswered: readonly number[];
};

/** Whose move it is: `ours` while the customer waits, `theirs` while we wait, `none` before either has spoken. */
export type Turn = 'ours' | 'theirs' | 'none';

/** Nobody has said anything. */
export const nobodyWaits: Waiting = { answeredAt: null, unanswered: [] };

/**
 * Beyond this many unanswered messages only the oldest and newest halves are kept: the wait starts at the oldest,
 * and a monitor that writes ten thousand times must not cost ten thousand times as much.
 */
const mostKept = 64;

const bounded = (times: readonly number[]): readonly number[] =>
  times.length <= mostKept ? times : [...times.slice(0, mostKept / 2), ...times.slice(-mostKept / 2)];

const withTime = (times: readonly number[], at: number): readonly number[] => {
  if (times.includes(at)) return times;
  return bounded([...times, at].sort((a, b) => a - b));
};

/** The other side wrote at `at`; that starts a wait unless one of us wrote later. */
export const heard = (waiting: Waiting, at: number): Waiting =>
  waiting.answeredAt !== null && at <= waiting.answeredAt
    ? waiting
    : { ...waiting, unanswered: withTime(waiting.unanswered, at) };

/** One of us wrote at `at`; what the other side wrote up to then is answered. */
export const answered = (waiting: Waiting, at: number): Waiting =>
  waiting.answeredAt !== null && at <= waiting.answeredAt
    ? waiting
    : { answeredAt: at, unanswered: waiting.unanswered.filter((time) => time > at) };

/** Two halves of one conversation put together. */
export const together = (one: Waiting, other: Waiting): Waiting => {
  const joined = other.unanswered.reduce(heard, one);
  return other.answeredAt === null ? joined : answered(joined, other.answeredAt);
};

/** When the wait of the other side began; null when nobody waits. */
export const waitingSince = (waiting: Waiting): number | null => waiting.unanswered[0] ?? null;

/** Whose move it is. */
export const turnOf = (waiting: Waiting): Turn => {
  if (waiting.unanswered.length > 0) return 'ours';
  return waiting.answeredAt === null ? 'none' : 'theirs';
};
