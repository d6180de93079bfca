/** How long things may take and how often they are done, in ms. */
export type Timeouts = {
  /** One request with a short answer. */
  readonly answer: number;
  /** A request that carries a file of up to 50 MB. */
  readonly upload: number;
  /** How long the server is asked to hold a poll; whole seconds, at most 50 as the documentation's own libraries use. */
  readonly poll: number;
  /** How often a look is asked for though nothing was told. */
  readonly recheck: number;
  /** How long a poll waits for what it brought before to be committed; then it looks without confirming anything. */
  readonly settle: number;
  /** How long another reader of the same bot is left alone before it is tried again. */
  readonly conflict: number;
};

/** The times of the product. */
export const usualTimeouts: Timeouts = {
  answer: 30_000,
  upload: 300_000,
  poll: 50_000,
  recheck: 300_000,
  settle: 10_000,
  conflict: 60_000,
};
