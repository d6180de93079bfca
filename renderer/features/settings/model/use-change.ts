import { useCallback } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { CallName, Input } from '#shared/contract/contract.ts';

/** Makes a call that changes something and says in a toast what came of it; resolves to whether it was done. */
export const useChange = (): (<Name extends CallName>(
  name: Name,
  input: Input<Name>,
  done?: string,
) => Promise<boolean>) => {
  const client = useEngine();
  const words = useWords();
  const { show } = useToasts();
  return useCallback(
    async (name, input, done) => {
      const answer = await client.call(name, input);
      if (!answer.ok) show({ text: refusalWords(words, answer.failure), tone: 'bad' });
      else if (done !== undefined) show({ text: done });
      return answer.ok;
    },
    [client, show, words],
  );
};
