/** How long single steps may take, in ms; tests shorten them. */
export type Timeouts = {
  /** One usual request. */
  readonly answer: number;
  /** The first look at an account with many rooms, which servers take long to put together. */
  readonly first: number;
  /** How long the server may wait for news before it answers that there are none. */
  readonly poll: number;
  /** How often a look is asked for although the server says nothing. */
  readonly recheck: number;
  /** During an import news are asked for only after this long. */
  readonly betweenLooks: number;
  /** Before an invitation that could not be accepted is tried again; doubled each time. */
  readonly rejoin: number;
};

const seconds = 1_000;

/** The product's own time-outs; proxies in front of homeservers cut silent requests after 60 seconds and more. */
export const usualTimeouts: Timeouts = {
  answer: 30 * seconds,
  first: 180 * seconds,
  poll: 30 * seconds,
  recheck: 300 * seconds,
  betweenLooks: 5 * seconds,
  rejoin: 60 * seconds,
};
