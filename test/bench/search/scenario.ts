import { tell } from '../kit/rows.ts';
import { databaseMiB, mostMemory, openBench, tellClass, timed } from '../workspaces/opened.ts';
import { atEverySize } from '../workspaces/sizes.ts';
import type { BenchWorkspace } from '../workspaces/workspace.ts';
import { queryClasses } from './classes.ts';
import { tellSizes } from './disk.ts';

// Every kind of query through the call that the page makes, 50 hits with their excerpts, and what the database takes for it.
// [--size=100000] [--quick]

const rounds = 5;

const measure = async (workspace: BenchWorkspace): Promise<void> => {
  const { conversations: size } = workspace;
  const opened = await openBench(workspace);
  const isLarge = size > 100_000;
  const bar = isLarge ? { goal: 20, gate: 40 } : { goal: 10, gate: 20 };
  for (const { name, queries } of queryClasses()) {
    const hits: number[] = [];
    const runs = queries.map((text, place) => async () => {
      const answer = await opened.ask('search.run', { text, after: null, limit: 50 });
      hits[place] = answer.hits.length;
    });
    const times = await timed(runs, rounds);
    const found = hits.reduce((sum, n) => sum + n, 0) / hits.length;
    tellClass(
      { measure: isLarge ? 'P8' : 'P7', what: `search: ${name}`, size },
      times,
      bar,
      `${found.toFixed(0)} hits each`,
    );
  }
  tell({
    measure: 'P13',
    what: 'memory of the engine’s process after all searches',
    size,
    unit: 'MiB',
    values: [mostMemory()],
  });
  await opened.close();
  tellSizes(workspace, databaseMiB(workspace));
};

await atEverySize(measure);
