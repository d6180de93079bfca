import { cpuSecondsOf } from './proc.ts';
import type { BenchWindow, WindowStart } from './window.ts';
import { openWindow } from './window.ts';

/** When one start came how far, in ms after the process was started. */
export type ColdStart = {
  readonly documentAt: number;
  readonly firstPaintAt: number;
  /** The first rows are painted. */
  readonly rowsAt: number;
  /** What a key does to them is painted: the list can be used. */
  readonly usableAt: number;
  /** Processor time of all its processes until then, s: hardly changed by what else the machine does. */
  readonly cpuSeconds: number;
};

declare global {
  interface Window {
    /** What the watcher saw, in ms UTC. */
    benchStart?: { rowsAt: number; usableAt: number };
    benchRowsPainted?: (at: string) => void;
  }
}

/** Runs in the page before its own scripts: notes when rows are painted, and when one of them has become the active one. */
const watchRows = (): void => {
  if (window.benchStart !== undefined) return;
  const seen = { rowsAt: 0, usableAt: 0 };
  window.benchStart = seen;
  const now = (): number => performance.timeOrigin + performance.now();
  /** After the frame that shows it: a task behind the frame's callbacks. */
  const painted = (tell: () => void): void => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = tell;
      port2.postMessage(null);
    });
  };
  let stage: 'nothing' | 'rows' | 'used' = 'nothing';
  const look = (): void => {
    if (
      stage === 'nothing' &&
      document.querySelector('.conversation-row:not(.conversation-row-to-come), [data-blank]') !== null
    ) {
      stage = 'rows';
      painted(() => {
        seen.rowsAt = now();
        window.benchRowsPainted?.('');
      });
    }
    if (stage === 'rows' && document.querySelector('.row-list-active') !== null) {
      stage = 'used';
      painted(() => {
        seen.usableAt = now();
      });
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
  look();
};

const rowsPainted = (window: BenchWindow): Promise<void> =>
  new Promise((resolve) => {
    window.tools.onEvent(({ method }) => {
      if (method === 'Runtime.bindingCalled') resolve();
    });
  });

/** Starts the application, waits until its list can be used, and leaves it open. */
export const startCold = async (
  start: Omit<WindowStart, 'watch' | 'binding'>,
): Promise<{ readonly window: BenchWindow; readonly start: ColdStart }> => {
  const window = await openWindow({
    ...start,
    watch: watchRows.toString(),
    binding: 'benchRowsPainted',
  });
  const told = rowsPainted(window);
  // The rows may have been painted before anybody could be told.
  if (!(await window.run(() => (globalThis.window.benchStart?.rowsAt ?? 0) > 0, null))) await told;
  await window.press({ key: 'j' });
  await window.until(
    () => (globalThis.window.benchStart?.usableAt ?? 0) > 0,
    null,
    'the first key is answered',
  );
  const cpuSeconds = cpuSecondsOf(window.processes());
  const seen = await window.run(() => {
    const paint = performance.getEntriesByType('paint').find(({ name }) => name === 'first-contentful-paint');
    return {
      documentAt: performance.timeOrigin,
      firstPaintAt: performance.timeOrigin + (paint?.startTime ?? Number.NaN),
      ...globalThis.window.benchStart,
    };
  }, null);
  const since = (at: number | undefined): number => (at ?? Number.NaN) - window.startedAt;
  return {
    window,
    start: {
      documentAt: since(seen.documentAt),
      firstPaintAt: since(seen.firstPaintAt),
      rowsAt: since(seen.rowsAt),
      usableAt: since(seen.usableAt),
      cpuSeconds,
    },
  };
};
