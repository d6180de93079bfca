/** How long single steps may take, in ms; tests shorten them. */
export type Timeouts = {
  /** Name look-up, TCP and TLS together. */
  readonly connect: number;
  /** From the connection to the server's first words. */
  readonly greeting: number;
  /** Without a single byte while an answer is due. */
  readonly silence: number;
  /** The whole of one call, whatever trickles in. */
  readonly total: number;
  /** From the final dot to the server's verdict; RFC 5321 section 4.5.3.2.6 asks for 10 min. */
  readonly verdict: number;
  /** How long one IDLE lasts before the folders are looked at again; far under the 29 min of RFC 2177. */
  readonly idle: number;
  /** Between two looks where the server has no IDLE. */
  readonly poll: number;
  /** How often every folder is pulled even when the server reports nothing. */
  readonly recheck: number;
  /** How long to wait for a copy that the server files by itself, where it is known to do so / where that is not known. */
  readonly filedByServer: number;
  readonly filedPerhaps: number;
};

const seconds = 1_000;
const minutes = 60 * seconds;

/** The product's own time-outs. Providers close an IDLE after 10 to 29 min, home routers forget a connection after 2 to 5. */
export const usualTimeouts: Timeouts = {
  connect: 20 * seconds,
  greeting: 20 * seconds,
  silence: 60 * seconds,
  total: 15 * minutes,
  verdict: 10 * minutes,
  idle: 2 * minutes,
  poll: 60 * seconds,
  recheck: 5 * minutes,
  filedByServer: 60 * seconds,
  filedPerhaps: 12 * seconds,
};
