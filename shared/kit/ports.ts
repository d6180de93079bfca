/** Where the engine gets the time from; tests drive their own. */
export interface Clock {
  /** Milliseconds since 1970 UTC by the wall clock; may jump either way. */
  now(): number;
  /** Milliseconds from an arbitrary start that never goes back; for windows and time-outs. */
  monotonic(): number;
}

/** Where new ids come from; tests give predictable ones. */
export interface Ids {
  /** A new time-ordered UUID (RFC 9562, version 7). */
  next(): string;
}
