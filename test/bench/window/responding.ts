import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { percentile, tell } from '../kit/rows.ts';
import { startCold } from './cold-start.ts';
import { makeDesk } from './desk-data.ts';
import { scrollFrames, watchAnswers } from './in-page.ts';
import { loopFile, longestStall } from './loops.ts';
import type { Span } from './loops.ts';
import type { BenchMail, HeldLine } from './mail.ts';
import { partOf, peakOf } from './proc.ts';
import { scriptPerFrame } from './script-time.ts';
import type { BenchWindow, Key } from './window.ts';

// P11, P12 and P18: what a person meets at the window while an import runs beside them.

/** A frame may be this late before it counts, ms: 60 frames a second are one every 16.7 ms. */
const late = 17.5;
/** Between two keys, ms: somebody who types fast. */
const pause = 60;

const typed = (...letters: readonly string[]): readonly Key[] => letters.map((key) => ({ key }));

/** Everything that is pressed in one round: moving, opening, searching, other queues, both ends. */
const keys: readonly Key[] = [
  ...typed('j', 'j', 'j', 'k', 'j'),
  { key: 'Enter' },
  ...typed('j', 'j', 'k', 'j', 'j'),
  { key: 'Escape' },
  { key: 'End' },
  { key: 'k' },
  { key: 'PageUp' },
  { key: 'Home' },
  { key: 'PageDown' },
  { key: '9', mod: true },
  { key: 'j' },
  { key: '/' },
  ...typed('l', 'a', 'm', 'p'),
  { key: 'Escape' },
  { key: '8', mod: true },
];

/** The rows that are clicked in one round, by their place on the screen. */
const clicked = [3, 5, 2, 4];

const pressRound = async (window: BenchWindow): Promise<void> => {
  for (const key of keys) {
    await window.press(key);
    await delay(pause);
  }
  for (const place of clicked) {
    const row = `.row-list-row:nth-child(${String(place)})`;
    await window.until((wanted: string) => document.querySelector(wanted) !== null, row, 'a row to click');
    await window.click(row);
    await delay(pause);
  }
  await window.press({ key: 'Escape' });
  await delay(pause);
};

const percentOfLate = (frames: readonly number[]): number => {
  const gaps = frames.slice(1).map((at, n) => at - (frames[n] ?? at));
  return (100 * gaps.filter((gap) => gap > late).length) / gaps.length;
};

/** How the window is while it is measured: with nothing else going on, or with mail coming in. */
type Beside = { readonly what: string; readonly held: boolean };

type Run = {
  readonly answers: readonly number[];
  readonly lateFrames: readonly number[];
  /** Of each speed. */
  readonly script: readonly (readonly number[])[];
  readonly span: Span;
  /** When the server spoke last: the import went on at least until then. */
  readonly lastWord: number;
};

/** Rows are scrolled slowly, as fast as a wheel goes, and as fast as a thumb flings them. */
const speeds = [40, 400, 1_600];

const measureRun = async (window: BenchWindow, line: HeldLine | null, rounds: number): Promise<Run> => {
  await window.press({ key: '8', mod: true });
  await window.until(
    () => document.querySelector('.conversation-row:not(.conversation-row-to-come)') !== null,
    null,
    'the list of everything',
  );
  await window.run(watchAnswers, null);
  // The parts that come later are here, and every kind of key was pressed once.
  await pressRound(window);
  await window.run(() => {
    globalThis.window.benchAnswers?.splice(0);
  }, null);
  const from = Date.now();
  line?.letThrough();
  await line?.nextWord();
  for (let round = 0; round < rounds; round += 1) await pressRound(window);
  const answers = await window.run(() => globalThis.window.benchAnswers ?? [], null);
  const lateFrames: number[] = [];
  const script: (readonly number[])[] = [];
  for (const px of speeds) {
    const scrolled = await scriptPerFrame(window, () =>
      window.run(scrollFrames, { selector: '.row-list', px, ms: 3_000 }),
    );
    lateFrames.push(percentOfLate(scrolled.made));
    script.push(scrolled.script);
  }
  return { answers, lateFrames, script, span: { from, to: Date.now() }, lastWord: line?.lastWord() ?? 0 };
};

/** Measures one size, alone and beside an import. */
export const measureResponding = async (
  folder: string,
  keyFile: string,
  size: number,
  mail: BenchMail,
  rounds: number,
): Promise<void> => {
  for (const beside of [
    { what: 'nothing else going on', held: true },
    { what: 'an import running', held: false },
  ] satisfies readonly Beside[]) {
    const place = join(folder, beside.held ? 'alone' : 'beside');
    const loops = join(place, 'loops');
    mkdirSync(loops, { recursive: true });
    const { line, account } = await mail.line();
    await makeDesk(join(place, 'workspace'), size, account);
    const { window } = await startCold({
      folder: place,
      kind: 'steward',
      keyFile,
      required: [loopFile],
      env: { STEWARD_BENCH_LOOPS: loops },
    });
    const run = await measureRun(window, beside.held ? null : line, rounds);
    const engines = window.processes().filter((pid) => partOf(pid) === 'engine');
    const peak = Math.max(...engines.map(peakOf));
    await window.stop();
    await line.stop();
    tellMemory(peak, beside, size);
    tellRun(run, beside, size);
    tellStalls(loops, run, beside, size);
  }
};

const tellRun = (
  { answers, lateFrames, script, span, lastWord }: Run,
  { what, held }: Beside,
  size: number,
): void => {
  const ended = !held && lastWord < span.to - 1_000;
  const note = ended
    ? { note: `the import ended ${((span.to - lastWord) / 1_000).toFixed(0)} s before the end` }
    : {};
  const row = { size, unit: 'ms', ...note } as const;
  tell({
    ...row,
    measure: 'P11',
    what: `a key or click until its frame, p95, ${what}`,
    values: [percentile(answers, 0.95)],
    limit: { goal: 33, gate: 50 },
  });
  tell({
    ...row,
    measure: 'P11',
    what: `a key or click until its frame, p99, ${what}`,
    values: [percentile(answers, 0.99)],
    limit: { goal: 100, gate: 200 },
  });
  for (const [n, px] of speeds.entries()) {
    const scrolling = `while the list is scrolled ${String(px)} px a frame, ${what}`;
    tell({
      ...row,
      unit: '%',
      measure: 'P12',
      what: `late frames ${scrolling}`,
      values: lateFrames.slice(n, n + 1),
      limit: { goal: 1, gate: 5 },
    });
    tell({
      ...row,
      measure: 'P12',
      what: `script in a frame ${scrolling}, p95`,
      values: [percentile(script[n] ?? [], 0.95)],
      limit: { goal: 3, gate: 6 },
    });
  }
};

/** The engine of the product itself: the sync scenario's runs in plain Node, whose memory is another library's to hand out. */
const tellMemory = (peak: number, { what, held }: Beside, size: number): void =>
  tell({
    measure: 'P14',
    what: `memory of the engine in the window, at most, ${what}`,
    size,
    unit: 'MiB',
    values: [peak],
    ...(held ? {} : { limit: { goal: 250, gate: 250 } }),
  });

const tellStalls = (loops: string, { span }: Run, { what }: Beside, size: number): void => {
  for (const process of ['shell', 'engine'] as const)
    tell({
      measure: 'P18',
      what: `longest stall of the ${process}’s loop in the window, ${what}`,
      size,
      unit: 'ms',
      values: [longestStall(loops, process, span)],
      limit: { goal: 20, gate: 50 },
    });
};
