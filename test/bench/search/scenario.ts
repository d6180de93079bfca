import { isQuick, median, percentile, tell } from '../kit/rows.ts';
import { databaseMiB, mostMemory, openBench, tellClass, timed } from '../workspaces/opened.ts';
import type { Opened } from '../workspaces/opened.ts';
import { atEverySize } from '../workspaces/sizes.ts';
import type { BenchWorkspace } from '../workspaces/workspace.ts';
import { notmuchQuery, queryClasses } from './classes.ts';
import type { QueryClass } from './classes.ts';
import { tellSizes } from './disk.ts';
import { notmuchOf } from './notmuch.ts';
import type { Notmuch } from './notmuch.ts';

// Every kind of query through the call that the page makes, 50 hits with their excerpts, beside notmuch with the same words,
// and what the database takes for it. [--size=100000] [--quick]

const rounds = isQuick ? 2 : 5;
/** notmuch starts a process for each. */
const peerRounds = isQuick ? 1 : 3;

type Asked = { readonly text: string; readonly after: string | null; readonly order: 'newest' | 'best' };

const ask = (opened: Opened, { text, after, order }: Asked) =>
  opened.ask('search.run', { text, after, limit: 50, order });

const p95 = (values: readonly number[]): number => percentile(values, 0.95);

/** The 95th percentiles of all classes that both understand, one after the other, as one sum each. */
type Sums = { readonly ours: number[]; readonly theirs: number[] };

const measureClass = async (
  opened: Opened,
  { name, queries }: QueryClass,
  peer: Notmuch | null,
  sums: Sums,
): Promise<void> => {
  const { conversations: size } = opened.workspace;
  const hits: number[] = [];
  const runs = queries.map((text, place) => async () => {
    hits[place] = (await ask(opened, { text, after: null, order: 'newest' })).hits.length;
  });
  const times = await timed(runs, rounds);
  const found = `${(hits.reduce((sum, n) => sum + n, 0) / hits.length).toFixed(0)} hits each`;
  const isLarge = size > 100_000;
  const bar = isLarge ? { goal: 20, gate: 40 } : { goal: 10, gate: 20 };
  tellClass({ measure: isLarge ? 'P8' : 'P7', what: `search: ${name}`, size }, times, bar, found);
  const same = queries.map(notmuchQuery).filter((query) => query !== null);
  if (peer === null || same.length < queries.length) return;
  const start = median(Array.from({ length: 9 }, () => peer.start()));
  const theirs = (
    await timed(
      same.map((query) => () => peer.search(query)),
      peerRounds,
    )
  ).wall;
  sums.ours.push(p95(times.wall));
  sums.theirs.push(Math.max(0, p95(theirs) - start));
};

/** Classes whose best matches are asked for too: words alone, and words with a filter. */
const isRanked = ({ name }: QueryClass): boolean => !['unread', 'everything but a word'].includes(name);

const measureBest = async (opened: Opened, classes: readonly QueryClass[]): Promise<void> => {
  const { conversations: size } = opened.workspace;
  const queries = classes.filter(isRanked).flatMap((one) => one.queries);
  const times = await timed(
    queries.map((text) => () => ask(opened, { text, after: null, order: 'best' })),
    1,
  );
  const bar = { goal: 100, gate: 200 };
  tellClass({ measure: 'P8', what: 'search: the best matches, every kind of query', size }, times, bar);
};

/** Later pages have to leave out what the first had. */
const measureSecond = async (opened: Opened, classes: readonly QueryClass[]): Promise<void> => {
  const { conversations: size } = opened.workspace;
  const runs: (() => unknown)[] = [];
  for (const text of classes.flatMap(({ queries }) => queries)) {
    const { next } = await ask(opened, { text, after: null, order: 'newest' });
    if (next !== null) runs.push(() => ask(opened, { text, after: next, order: 'newest' }));
  }
  const bar = size > 100_000 ? { goal: 20, gate: 40 } : { goal: 10, gate: 20 };
  const measure = size > 100_000 ? 'P8' : 'P7';
  tellClass({ measure, what: 'search: second page, every kind of query', size }, await timed(runs, 1), bar);
};

const measure = async (workspace: BenchWorkspace): Promise<void> => {
  const { conversations: size } = workspace;
  const peer = notmuchOf(workspace);
  const opened = await openBench(workspace);
  const classes = queryClasses();
  const sums: Sums = { ours: [], theirs: [] };
  for (const one of classes) await measureClass(opened, one, peer, sums);
  await measureBest(opened, classes);
  await measureSecond(opened, classes);
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  if (sums.ours.length > 0)
    tell({
      measure: 'P7',
      what: `search: ${String(sums.ours.length)} kinds of query that notmuch has too, their p95 summed`,
      size,
      unit: 'ms',
      values: [total(sums.ours)],
      against: { what: 'notmuch search', values: [total(sums.theirs)], goal: 0.25, gate: 0.5 },
      note: 'without the start of its process; ours with excerpts',
    });
  tell({
    measure: 'P13',
    what: 'memory of the engine’s process after all searches',
    size,
    unit: 'MiB',
    values: [mostMemory()],
  });
  await opened.close();
  tellSizes(workspace, databaseMiB(workspace), peer?.indexMiB ?? null);
};

await atEverySize(measure);
