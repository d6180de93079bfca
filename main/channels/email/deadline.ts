import { setTimeout as delay } from 'node:timers/promises';

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
  filedPerhaps: 6 * seconds,
};

/** Waits, or throws the signal's reason at once when it is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    await delay(ms, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

/**
 * Waits for work, but no longer than the signal or `ms` allow; then `end` is called (it must stop the work), the work's
 * own late outcome is dropped, and the signal's reason or `late()` is thrown.
 */
export function within<T>(
  work: Promise<T>,
  limits: {
    readonly signal: AbortSignal;
    readonly ms: number;
    readonly late: () => Error;
    readonly end: () => void;
  },
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      limits.signal.removeEventListener('abort', abort);
      act();
    };
    const stop = (error: unknown): void => {
      settle(() => {
        limits.end();
        reject(error instanceof Error ? error : new Error('stopped', { cause: error }));
      });
    };
    const abort = (): void => stop(limits.signal.reason);
    const timer = setTimeout(() => stop(limits.late()), limits.ms);
    limits.signal.addEventListener('abort', abort, { once: true });
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
    if (limits.signal.aborted) abort();
  });
}

/** A signal that follows another one and ends by itself after some time; `release` must be called when it is no longer needed. */
export type LimitedSignal = { readonly signal: AbortSignal; readonly release: () => void };

/**
 * Limits a signal in time. AbortSignal.any with AbortSignal.timeout would say the same, but in Node 20 such a signal may be
 * collected before it fires, and its timer does not keep a process alive that waits for it alone.
 */
export function limitSignal(signal: AbortSignal, ms: number): LimitedSignal {
  const controller = new AbortController();
  const follow = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(new DOMException('no answer in time', 'TimeoutError')), ms);
  signal.addEventListener('abort', follow, { once: true });
  if (signal.aborted) follow();
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', follow);
    },
  };
}
