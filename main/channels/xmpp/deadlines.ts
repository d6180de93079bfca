/** How long single steps may take, in ms; tests shorten them. */
export type Timeouts = {
  /** TCP, TLS, sign-in: everything until the session stands. */
  readonly connect: number;
  /** One request to the server. */
  readonly answer: number;
  /** Silence after which the server is asked whether it is still there. */
  readonly quiet: number;
  /** How often a look is asked for although the server says nothing. */
  readonly recheck: number;
  /** Between two looks for a message of ours whose fate is unknown. */
  readonly settle: number;
};

const seconds = 1_000;

/** The product's own time-outs; home routers forget a silent connection after 2 to 5 minutes. */
export const usualTimeouts: Timeouts = {
  connect: 30 * seconds,
  answer: 60 * seconds,
  quiet: 90 * seconds,
  recheck: 300 * seconds,
  settle: 3 * seconds,
};
