import { BackgroundWork } from '../background-work.ts';
import type { Workspace } from '../workspace.ts';

/**
 * Erases in the background what was asked for, a small piece at a time, and goes on after a crash. `forgetFiles` removes
 * copies of files that were opened.
 */
export const makeEraser = (
  { writer, log }: Pick<Workspace, 'writer' | 'log'>,
  forgetFiles: () => Promise<void>,
): BackgroundWork =>
  new BackgroundWork(log, 'erase', async (isEnded) => {
    while (!isEnded()) {
      const left = await writer.run('erasure.step', {}, 'background');
      if (left === 'nothing') return;
      if (left === 'more') continue;
      await forgetFiles();
      if (isEnded()) return;
      await writer.run('erasure.finish', {}, 'background');
    }
  });
