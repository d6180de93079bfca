import { setTimeout as delay } from 'node:timers/promises';

/** How long to look (`withinMs`, by default a minute: a busy machine needs it, and only a failure takes it), how often (`everyMs`, default 25 ms), and what it is that should come true. */
export type EventuallyOptions = {
  readonly message: string;
  readonly withinMs?: number;
  readonly everyMs?: number;
};

/**
 * Looks at a state again and again until `check` answers something other than false, null or undefined, and returns that answer.
 * A check that throws counts as "not yet"; its last error is told when the time is over.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: EventuallyOptions,
): Promise<Exclude<T, false | null | undefined>> {
  const withinMs = options.withinMs ?? 60_000;
  const deadline = performance.now() + withinMs;
  for (;;) {
    const outcome = await attempt(check);
    if (outcome.kind === 'true') return outcome.value;
    if (performance.now() >= deadline) {
      throw new Error(`Not within ${String(withinMs)} ms: ${options.message}`, { cause: outcome.why });
    }
    await delay(options.everyMs ?? 25);
  }
}

/**
 * Looks for the whole of `forMs` and throws as soon as `check` answers false or throws: for promises such as "nothing is sent".
 */
export async function stays(
  check: () => boolean | Promise<boolean>,
  options: { readonly message: string; readonly forMs: number; readonly everyMs?: number },
): Promise<void> {
  const deadline = performance.now() + options.forMs;
  do {
    if (!(await check()))
      throw new Error(`Did not stay so for ${String(options.forMs)} ms: ${options.message}`);
    await delay(options.everyMs ?? 25);
  } while (performance.now() < deadline);
}

type Attempt<T> =
  | { readonly kind: 'true'; readonly value: Exclude<T, false | null | undefined> }
  | { readonly kind: 'not yet'; readonly why: unknown };

async function attempt<T>(check: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    const value = await check();
    return isSomething(value) ? { kind: 'true', value } : { kind: 'not yet', why: value };
  } catch (error) {
    return { kind: 'not yet', why: error };
  }
}

function isSomething<T>(value: T): value is Exclude<T, false | null | undefined> {
  return value !== false && value !== null && value !== undefined;
}

/** What `work` comes to, or an error when it is not over after `ms` milliseconds: for whatever must not hang. */
export async function within<T>(ms: number, work: Promise<T>, message: string): Promise<T> {
  const stop = new AbortController();
  const tooLate = delay(ms, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`Not over within ${String(ms)} ms: ${message}`);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    stop.abort();
    await tooLate.catch(() => undefined);
  }
}
