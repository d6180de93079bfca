import { BackgroundWork } from './background-work.ts';
import type { Workspace } from './workspace.ts';

/** So many messages are indexed in some 25 ms. */
const atOnce = 64;

/** Makes imported messages searchable in the background, newest first, until none is left. */
export const makeIndexer = ({ writer, log }: Pick<Workspace, 'writer' | 'log'>): BackgroundWork =>
  new BackgroundWork(log, 'index', async (isEnded) => {
    for (let more = true; more && !isEnded();)
      ({ more } = await writer.run('search.index', { limit: atOnce }, 'background'));
  });
