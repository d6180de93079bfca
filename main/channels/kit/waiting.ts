import { setTimeout as delay } from 'node:timers/promises';

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
