import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { letter } from '../../support/mailbox-generator/letter.ts';
import { percentile, tell } from '../kit/rows.ts';
import { firstFetch } from '../sync/raw-imap.ts';
import { startCold } from './cold-start.ts';
import { makeDesk, makeEmptyDesk } from './desk-data.ts';
import { whenShown } from './in-page.ts';
import type { BenchMail, HeldLine } from './mail.ts';
import { openWindow } from './window.ts';

// P3 and P6 to pixels: from the server's word to the frame that shows it.

/** The server says nothing for this long, ms: everything is here, and the engine waits for news. */
const quiet = 3_000;

const untilQuiet = async (line: HeldLine): Promise<void> => {
  await line.nextWord();
  while (performance.timeOrigin + performance.now() - line.lastWord() < quiet) await delay(100);
};

/** P6: a mail that the server tells of, in the list on the screen. */
export const measureArrivals = async (
  folder: string,
  keyFile: string,
  size: number,
  mail: BenchMail,
  times: number,
): Promise<void> => {
  const { line, account } = await mail.line();
  await makeDesk(join(folder, 'workspace'), size, account);
  const { window } = await startCold({ folder, kind: 'steward', keyFile });
  await window.press({ key: '9', mod: true });
  line.letThrough();
  await untilQuiet(line);
  const took: number[] = [];
  for (let n = 0; n <= times; n += 1) {
    const text = `qzarrival${String(n)}x`;
    const shown = window.run(whenShown, text);
    const told = line.nextWord();
    const raw = letter({ subject: `News ${text}`, text: `There is ${text}.`, date: new Date() });
    await mail.server.append(mail.user, 'INBOX', raw);
    const at = await told;
    // The first one fills caches.
    if (n > 0) took.push((await shown) - at);
    else await shown;
    await delay(300);
  }
  await window.stop();
  await line.stop();
  const row = { measure: 'P6', size, unit: 'ms' } as const;
  const what = 'from the server’s word to the frame that shows it in the list';
  tell({ ...row, what, values: took });
  tell({ ...row, what: `${what}, p95`, values: [percentile(took, 0.95)], limit: { goal: 50, gate: 100 } });
};

/** P3: the first fifty conversations of a mailbox that was just connected. */
export const measureFirstRows = async (
  folder: string,
  keyFile: string,
  mail: BenchMail,
  count: number,
  rounds: number,
): Promise<void> => {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { line, account } = await mail.line();
    const place = join(folder, String(round));
    mkdirSync(place, { recursive: true });
    await makeEmptyDesk(join(place, 'workspace'), account);
    const window = await openWindow({ folder: place, kind: 'steward', keyFile });
    await window.until(() => document.querySelector('.desk-list') !== null, null, 'the desk');
    await window.press({ key: '8', mod: true });
    const shown = window.run(
      () =>
        new Promise<number>((resolve) => {
          const observer = new MutationObserver(() => {
            const row = document.querySelector('.conversation-row:not(.conversation-row-to-come)');
            const length = Number(row?.closest('[role="option"]')?.getAttribute('aria-setsize') ?? '0');
            if (length < 50) return;
            observer.disconnect();
            requestAnimationFrame(() => {
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
              port2.postMessage(null);
            });
          });
          observer.observe(document.body, { childList: true, subtree: true, attributes: true });
        }),
      null,
    );
    await delay(500);
    const from = performance.timeOrigin + performance.now();
    line.letThrough();
    ours.push(((await shown) - from) / 1_000);
    await window.stop();
    await line.stop();
    const { user, password } = account;
    bare.push(
      await firstFetch({ port: mail.server.imap.port, smtpPort: mail.server.smtp.port, user, password }, 50),
    );
  }
  tell({
    measure: 'P3',
    what: 'from the server’s first word to fifty conversations on the screen',
    size: count,
    unit: 's',
    values: ours,
    limit: { goal: 0.3, gate: 1 },
    against: { what: 'ImapFlow, connect and fetch 50', values: bare, goal: 3, gate: 6 },
  });
};
