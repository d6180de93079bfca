import { BackgroundWork } from '../background-work.ts';
import { recountWanted } from '../store/read/targets.ts';
import type { WalkPlace } from '../store/write/targets.ts';
import type { Workspace } from '../workspace.ts';

/** So many conversations are reckoned in some 10 ms. */
const atOnce = 200;

const fromTheNewest: WalkPlace = { lastAt: Number.MAX_SAFE_INTEGER, num: 0 };

type Parts = Pick<Workspace, 'db' | 'writer' | 'log'>;

/** Reckons the targets of all open conversations anew in the background after they were set; goes on after a crash. */
export const makeTargetRecount = (parts: Parts): BackgroundWork =>
  new BackgroundWork(parts.log, 'targets', async (isEnded) => {
    while (!isEnded()) {
      const mark = recountWanted(parts.db);
      if (mark === null) return;
      await walk(parts, mark, isEnded);
    }
  });

/** One walk; a change of settings meanwhile has another mark and gets a walk of its own. */
const walk = async ({ db, writer }: Parts, mark: string, isEnded: () => boolean): Promise<void> => {
  let after: WalkPlace | null = fromTheNewest;
  while (after !== null && !isEnded() && recountWanted(db) === mark) {
    const slice: { readonly next: WalkPlace | null } = await writer.run(
      'target.recount',
      { mark, after, limit: atOnce },
      'background',
    );
    after = slice.next;
  }
};
