import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { TeamRefusal } from '#shared/contract/team.ts';

/** Closes what the team did not accept, once somebody has read it; says once what could not be closed. */
export const useCloseRefusals = (): ((refusals: readonly TeamRefusal[]) => Promise<void>) => {
  const words = useWords();
  const engine = useEngine();
  const { show } = useToasts();
  return async (refusals) => {
    const answers = await Promise.all(refusals.map(({ id }) => engine.call('team.closeRefusal', { id })));
    const failed = answers.find((answer) => !answer.ok);
    if (failed?.ok === false) show({ tone: 'bad', text: refusalWords(words, failed.failure) });
  };
};
