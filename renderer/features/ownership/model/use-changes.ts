import { useCallback, useMemo } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Changed } from '#shared/contract/refusals.ts';
import type { Result } from '#shared/kit/result.ts';
import { refusedWords } from './refusals.ts';

type Failure = { readonly kind: string };
type Many = Promise<Result<Changed, Failure>>;
type One = Promise<Result<{ readonly undo: string }, Failure>>;

/** Says what changes came to: what was done with the way back, and what was refused in one notice. */
export type Changes = {
  /** Tells of a change of many and answers it; null when it failed as a whole. `said` has how many changed. */
  readonly many: (change: Many, said: (count: number) => string) => Promise<Changed | null>;
  /** Tells of a change of one; answers whether it was done. */
  readonly one: (change: One, said: string) => Promise<boolean>;
  /** Tells of what was done under these keys, and offers to take all of it back. */
  readonly done: (text: string, keys: readonly string[]) => void;
  readonly refuse: (failure: Failure) => void;
};

/** Takes back what was done under these keys and says so. */
const useTakeBack = (refuse: (failure: Failure) => void) => {
  const words = useWords();
  const engine = useEngine();
  const { show } = useToasts();
  return useCallback(
    async (keys: readonly string[]): Promise<void> => {
      const answers = await Promise.all(keys.map((undo) => engine.call('conversation.undo', { undo })));
      const refused = answers.find((answer) => !answer.ok);
      const count = answers.reduce((sum, answer) => sum + (answer.ok ? answer.value.done : 0), 0);
      if (count > 0) show({ text: words('ownership.undone', { count }) });
      if (refused?.ok === false) refuse(refused.failure);
    },
    [engine, refuse, show, words],
  );
};

/** Changes of ownership with their toasts. */
export const useChanges = (): Changes => {
  const words = useWords();
  const { show } = useToasts();
  const refuse = useCallback(
    (failure: Failure) => {
      show({ tone: 'bad', text: refusalWords(words, failure) });
    },
    [show, words],
  );
  const takeBack = useTakeBack(refuse);
  return useMemo(() => {
    const done = (text: string, keys: readonly string[]): void => {
      const undo = (): void => {
        void takeBack(keys);
      };
      show({ text, undo });
    };
    return {
      refuse,
      done,
      many: async (change, said) => {
        const answer = await change;
        if (!answer.ok) {
          refuse(answer.failure);
          return null;
        }
        const changed = answer.value;
        if (changed.done > 0) done(said(changed.done), [changed.undo]);
        else if (changed.refused.length === 0) show({ text: words('ownership.nothing-changed') });
        if (changed.refused.length > 0) {
          const reasons = refusedWords(words, changed.refused);
          const count = changed.refused.length;
          show({
            tone: 'bad',
            text: changed.done > 0 ? words('ownership.refused.rest', { count, reasons }) : reasons,
          });
        }
        return changed;
      },
      one: async (change, said) => {
        const answer = await change;
        if (answer.ok) done(said, [answer.value.undo]);
        else refuse(answer.failure);
        return answer.ok;
      },
    };
  }, [refuse, show, takeBack, words]);
};
