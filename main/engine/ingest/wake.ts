/** Longer than this, setTimeout fires at once (HTML standard, timers hold 31 bits). */
const longestTimerMs = 2 ** 31 - 1;

/** A place to wait in that can be left early: by time, by being woken, or because everything ends. */
export class Wake {
  #woken = false;
  #leave: (() => void) | null = null;

  /** Ends the wait at hand, or the next one before it begins. */
  wake(): void {
    this.#woken = true;
    this.#leave?.();
  }

  /** Waits at most `ms` (for ever when null); answers at once when woken or when the signal is given. */
  async wait(ms: number | null, signal: AbortSignal): Promise<void> {
    if (!this.#woken && !signal.aborted) {
      await new Promise<void>((resolve) => {
        let timer: NodeJS.Timeout | null = null;
        const leave = (): void => {
          if (timer !== null) clearTimeout(timer);
          signal.removeEventListener('abort', leave);
          resolve();
        };
        this.#leave = leave;
        if (ms !== null) timer = setTimeout(leave, Math.min(ms, longestTimerMs));
        signal.addEventListener('abort', leave, { once: true });
      });
    }
    this.#leave = null;
    this.#woken = false;
  }
}
