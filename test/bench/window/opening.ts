import { join } from 'node:path';
import { tell } from '../kit/rows.ts';
import { startCold } from './cold-start.ts';
import { makeDesk } from './desk-data.ts';
import { scrollFrames } from './in-page.ts';
import type { BenchWindow } from './window.ts';

// P16: a conversation of 400 messages, opened in a window that has shown others before, and read from end to end.

/** Answers how long it took from the click on a row of the list to the frame with the messages of its conversation, ms. */
const openByClick = async (window: BenchWindow, row: number): Promise<number> => {
  const took = window.run(
    (within: number) =>
      new Promise<number>((resolve, reject) => {
        const shown = (): string | null =>
          document.querySelector('[data-message]')?.getAttribute('data-message') ?? null;
        const before = shown();
        const timer = setTimeout(() => reject(new Error('the conversation does not open')), within);
        const listen = { capture: true, once: true };
        let from = 0;
        const clicked = (event: Event): void => {
          from = event.timeStamp;
        };
        addEventListener('click', clicked, listen);
        const observer = new MutationObserver(() => {
          if (from === 0 || shown() === null || shown() === before) return;
          observer.disconnect();
          clearTimeout(timer);
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.now() - from);
            port2.postMessage(null);
          });
        });
        observer.observe(document.body, { childList: true, subtree: true });
      }),
    30_000,
  );
  await window.click(`.row-list-row:nth-child(${String(row)})`);
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
        document.querySelectorAll('.message-is-open').length >= 390 &&
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
    // Its parts come with the first one.
    await openByClick(window, 3);
    short.push(await openByClick(window, 2));
    long.push(await openByClick(window, 1));
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

/** px a frame: so fast that nobody reads and messages are drawn where it ends, and so slow that they are drawn on the way. */
const readings = [100, 20];

const tellReading = async (window: BenchWindow, size: number): Promise<void> => {
  for (const px of readings) {
    const frames = await window.run(scrollFrames, { selector: '.timeline-scroll', px, ms: 10_000 });
    const gaps = frames.slice(1).map((at, n) => at - (frames[n] ?? at));
    tell({
      measure: 'P16',
      size,
      what: `late frames while 400 open messages are scrolled ${String(px)} px a frame`,
      unit: '%',
      values: [(100 * gaps.filter((gap) => gap > 17.5).length) / gaps.length],
      limit: { goal: 1, gate: 10 },
    });
  }
  const live = await window.run(() => document.querySelectorAll('iframe').length, null);
  process.stdout.write(`${String(live)} message frames are alive after it.\n`);
};
