import { join } from 'node:path';
import { tell } from '../kit/rows.ts';
import { startCold } from './cold-start.ts';
import { makeDesk } from './desk-data.ts';
import { scrollFrames } from './in-page.ts';
import type { BenchWindow } from './window.ts';

// P16: a conversation of 400 messages, opened in a window that has shown others before, and read from end to end.

/** Answers how long it took from the key to the frame with the messages of the conversation that the key opens, ms. */
const openByKey = async (window: BenchWindow, key: string): Promise<number> => {
  const took = window.run(
    () =>
      new Promise<number>((resolve) => {
        const before = document.querySelector('[data-message]')?.getAttribute('data-message') ?? null;
        let from = 0;
        addEventListener(
          'keydown',
          (event) => {
            from = event.timeStamp;
          },
          { capture: true, once: true },
        );
        const observer = new MutationObserver(() => {
          const shown = document.querySelector('[data-message]')?.getAttribute('data-message') ?? null;
          if (from === 0 || shown === null || shown === before) return;
          observer.disconnect();
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.now() - from);
            port2.postMessage(null);
          });
        });
        observer.observe(document.body, { childList: true, subtree: true });
      }),
    null,
  );
  await window.press({ key });
  return took;
};

/** Fetches every earlier page and opens every message. */
const showAll = async (window: BenchWindow): Promise<void> => {
  await window.until(
    () => {
      document.querySelector<HTMLElement>('.timeline-earlier .button')?.click();
      for (const folded of document.querySelectorAll<HTMLElement>('.timeline-folded, .message-closed'))
        folded.click();
      return (
        document.querySelectorAll('.message-is-open').length >= 400 &&
        document.querySelector('.timeline-earlier') === null
      );
    },
    null,
    'all messages are open',
  );
};

/** Opens it in `rounds` windows, and in the last one reads all of it. */
export const measureOpening = async (
  folder: string,
  keyFile: string,
  size: number,
  rounds: number,
): Promise<void> => {
  const long: number[] = [];
  const short: number[] = [];
  await makeDesk(join(folder, 'workspace'), size);
  for (let round = 0; round < rounds; round += 1) {
    const { window } = await startCold({ folder, kind: 'steward', keyFile });
    await window.press({ key: '9', mod: true });
    await window.until(
      () =>
        document
          .querySelector('.conversation-row:not(.conversation-row-to-come)')
          ?.textContent.includes('lamps'),
      null,
      'the long conversation is the newest',
    );
    for (const key of ['j', 'j', 'j', 'Enter']) await window.press({ key });
    await window.until(() => document.querySelector('[data-message]') !== null, null, 'a conversation opens');
    short.push(await openByKey(window, 'k'));
    long.push(await openByKey(window, 'k'));
    if (round === rounds - 1) {
      await showAll(window);
      await tellReading(window, size);
    }
    await window.stop();
  }
  tell({
    measure: 'P16',
    what: 'opening a conversation of 400 messages',
    size,
    unit: 'ms',
    values: long,
    limit: { goal: 100, gate: 200 },
    against: { what: 'one of a single message', values: short, goal: 2, gate: 4 },
  });
};

const tellReading = async (window: BenchWindow, size: number): Promise<void> => {
  const frames = await window.run(scrollFrames, { selector: '.timeline-scroll', px: 100, ms: 10_000 });
  const gaps = frames.slice(1).map((at, n) => at - (frames[n] ?? at));
  const row = { measure: 'P16', size } as const;
  tell({
    ...row,
    what: 'late frames while 400 open messages are scrolled 100 px a frame',
    unit: '%',
    values: [(100 * gaps.filter((gap) => gap > 17.5).length) / gaps.length],
    limit: { goal: 1, gate: 10 },
  });
  const live = await window.run(() => document.querySelectorAll('iframe').length, null);
  process.stdout.write(`${String(live)} message frames are alive after it.\n`);
};
