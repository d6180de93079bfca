import { pause } from './waiting.ts';

/** Hints at once and then every `ms`, until the signal ends it: listening, where a server tells nothing by itself. */
export async function pollEvery(ms: number, hint: () => void, signal: AbortSignal): Promise<never> {
  for (;;) {
    hint();
    await pause(ms, signal);
  }
}
