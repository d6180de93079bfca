import { join } from 'node:path';
import { makeTempDirectory } from '../../support/temp.ts';
import { isQuick, tell } from '../kit/rows.ts';
import { startCold } from './cold-start.ts';
import type { ColdStart } from './cold-start.ts';
import { makeDesk } from './desk-data.ts';
import { measureArrivals, measureFirstRows } from './arriving.ts';
import { startMail } from './mail.ts';
import { measureOpening } from './opening.ts';
import { measureResponding } from './responding.ts';
import { measurePackage } from './package-size.ts';
import { partOf, pssOf } from './proc.ts';
import { writeKey } from './window.ts';
import type { BenchWindow } from './window.ts';

// The window as a person has it: the real application on a display, on encrypted desks of several sizes, beside an empty window of the
// same Electron in the same run. Everything is timed in the page, by when a frame is there; mail comes from a real Dovecot.

// [--quick] [--size=100000] [--only=starts,responding,opening,arriving,package]
const given = (name: string): readonly string[] | null =>
  process.argv
    .find((one) => one.startsWith(`--${name}=`))
    ?.split('=')[1]
    ?.split(',') ?? null;
const asked = (name: string, value: string): boolean => given(name)?.includes(value) ?? true;

const sizes = (isQuick ? [10_000] : [1_000, 10_000, 100_000]).filter((size) => asked('size', String(size)));
const rounds = isQuick ? 2 : 5;
/** The sizes at which somebody works: the smallest says nothing. */
const peopled = sizes.filter((size) => size > 1_000);
/** Mails that come in beside, and that are there before others arrive. */
const importing = isQuick ? 1_000 : 10_000;
const arrived = 1_000;
/** Rounds of some 35 keys and clicks. */
const keyRounds = isQuick ? 2 : 6;

const temp = makeTempDirectory('bench-window');
const keyFile = join(temp.path, 'key');
const folderOf = (size: number): string => join(temp.path, String(size));
const deskIn = (size: number): string => join(folderOf(size), 'workspace');

type Start = ColdStart & { readonly pss: number; readonly parts: Readonly<Record<string, number>> };

const partsOf = (window: BenchWindow): Readonly<Record<string, number>> => {
  const parts: Record<string, number> = {};
  for (const pid of window.processes()) {
    const part = partOf(pid);
    parts[part] = (parts[part] ?? 0) + pssOf([pid]);
  }
  return parts;
};

/** One cold start, and what it holds in memory with a conversation open. */
const startOnce = async (kind: 'steward' | 'blank', folder: string): Promise<Start> => {
  const { window, start } = await startCold({ folder, kind, keyFile });
  if (kind === 'steward') {
    await window.press({ key: 'Enter' });
    await window.until(() => document.querySelector('[data-message]') !== null, null, 'a conversation opens');
  }
  const parts = partsOf(window);
  const pss = pssOf(window.processes());
  await window.stop();
  return { ...start, pss, parts };
};

const measureStarts = async (): Promise<void> => {
  const blank: Start[] = [];
  const ours = new Map<number, Start[]>(sizes.map((size) => [size, []]));
  // The first start of each fills Chromium's own caches on the disk; it is not counted.
  for (let round = 0; round <= rounds; round += 1) {
    const counts = round > 0;
    const empty = await startOnce('blank', join(temp.path, 'blank'));
    if (counts) blank.push(empty);
    for (const size of sizes) {
      const started = await startOnce('steward', folderOf(size));
      if (counts) ours.get(size)?.push(started);
    }
  }
  for (const [size, starts] of ours) {
    tell({
      measure: 'P10',
      what: 'cold start until the first key on the list is answered',
      size,
      unit: 'ms',
      values: starts.map(({ usableAt }) => usableAt),
      against: {
        what: 'an empty window',
        values: blank.map(({ usableAt }) => usableAt),
        goal: 1.5,
        gate: 2,
      },
      cpuSeconds: Math.min(...starts.map(({ cpuSeconds }) => cpuSeconds)),
    });
    tell({
      measure: 'P10',
      what: 'processor time of a cold start',
      size,
      unit: 's',
      values: starts.map(({ cpuSeconds }) => cpuSeconds),
      against: {
        what: 'an empty window',
        values: blank.map(({ cpuSeconds }) => cpuSeconds),
        goal: 1.5,
        gate: 2,
      },
    });
    tell({
      measure: 'P13',
      what: 'memory of all processes, list and a conversation open',
      size,
      unit: 'MiB',
      values: starts.map(({ pss }) => pss),
      against: { what: 'an empty window', values: blank.map(({ pss }) => pss), goal: 1.5, gate: 2 },
      memory: starts.at(-1)?.parts ?? {},
    });
  }
};

const measures = {
  package: measurePackage,
  starts: async () => {
    for (const size of sizes) await makeDesk(deskIn(size), size);
    await measureStarts();
  },
  responding: async () => {
    const mail = await startMail(importing);
    for (const size of peopled)
      await measureResponding(join(temp.path, `responding-${String(size)}`), keyFile, size, mail, keyRounds);
    await mail.stop();
  },
  opening: async () => {
    const size = peopled.at(-1) ?? 0;
    await measureOpening(join(temp.path, 'opening'), keyFile, size, rounds);
  },
  arriving: async () => {
    const mail = await startMail(arrived);
    const size = peopled.at(-1) ?? 0;
    await measureFirstRows(join(temp.path, 'first'), keyFile, mail, arrived, rounds);
    await measureArrivals(join(temp.path, 'arriving'), keyFile, size, mail, isQuick ? 10 : 40);
    await mail.stop();
  },
} as const;

writeKey(keyFile);
try {
  for (const [name, measure] of Object.entries(measures)) if (asked('only', name)) await measure();
} finally {
  temp.remove();
}
