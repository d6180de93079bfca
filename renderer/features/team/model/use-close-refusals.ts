import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { TeamRefusal } from '#shared/contract/team.ts';

/** Closes what the team did not accept, once somebody has read it. */
export const useCloseRefusals = (): ((refusals: readonly TeamRefusal[]) => void) => {
  const words = useWords();
  const engine = useEngine();
  const { show } = useToasts();
  return (refusals) => {
    for (const { id } of refusals)
      void engine.call('team.closeRefusal', { id }).then((answer) => {
        if (!answer.ok) show({ tone: 'bad', text: refusalWords(words, answer.failure) });
      });
  };
};
