import type { Answer } from './devtools.ts';
import type { BenchWindow } from './window.ts';

type Trace = {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: when it began, how long it took, and the same by its thread's own clock, which stands while others run. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
};

/** What Chromium calls the running of a page's code, from outside. */
const script = new Set([
  'FunctionCall',
  'EvaluateScript',
  'FireAnimationFrame',
  'EventDispatch',
  'RunMicrotasks',
  'TimerFire',
  'v8.callFunction',
]);

/** What the hand that scrolls makes Chromium do when it asks where the list is: laying out what the frame would lay out anyway. */
const layout = new Set(['Layout', 'UpdateLayoutTree']);

const mainThreads = (events: readonly Trace[]): ReadonlySet<string> =>
  new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${String(pid)} ${String(tid)}`),
  );

const msOf = ({ dur = 0, tdur = dur }: Trace): number => tdur / 1_000;
const endOf = ({ ts, dur = 0 }: Trace): number => ts + dur;

/**
 * Between two frames: how long the page's code ran, ms of its thread. What runs within other code is counted once, and what is laid out
 * for the hand that scrolls not at all.
 */
const perFrame = (events: readonly Trace[]): readonly number[] => {
  const threads = mainThreads(events);
  const own = events
    .filter(({ ph, pid, tid }) => ph === 'X' && threads.has(`${String(pid)} ${String(tid)}`))
    .toSorted((one, other) => one.ts - other.ts);
  const ran = own.filter(({ name }) => script.has(name));
  const hands = ran.filter(({ name }) => name === 'FireAnimationFrame');
  const frames = hands.map(({ ts }) => ts);
  const laidOut = hands.map((hand) =>
    own
      .filter((event) => layout.has(event.name) && event.ts >= hand.ts && endOf(event) <= endOf(hand))
      .reduce((sum, event) => sum + msOf(event), 0),
  );
  const sums = frames.slice(1).map((_, n) => -(laidOut[n] ?? 0));
  let end = 0;
  let frame = 0;
  for (const { ts, dur = 0, tdur = dur } of ran) {
    while (frame < sums.length && ts >= (frames[frame + 1] ?? Infinity)) frame += 1;
    const from = Math.max(ts, end);
    const until = ts + dur;
    if (until > from && ts >= (frames[0] ?? Infinity) && frame < sums.length)
      sums[frame] = (sums[frame] ?? 0) + ((until - from) * (tdur / Math.max(1, dur))) / 1_000;
    end = Math.max(end, until);
  }
  return sums;
};

/** How long the page's code ran in every frame while `work` was done, ms (Chromium's own trace). */
export const scriptPerFrame = async <Made>(
  { tools }: BenchWindow,
  work: () => Promise<Made>,
): Promise<{ readonly made: Made; readonly script: readonly number[] }> => {
  const events: Trace[] = [];
  const complete = new Promise<void>((resolve) => {
    tools.onEvent(({ method, params }: { readonly method: string; readonly params: Answer }) => {
      if (method === 'Tracing.dataCollected') events.push(...(params['value'] as readonly Trace[]));
      if (method === 'Tracing.tracingComplete') resolve();
    });
  });
  await tools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', '__metadata'] },
  });
  const made = await work();
  await tools.send('Tracing.end');
  await complete;
  return { made, script: perFrame(events) };
};
