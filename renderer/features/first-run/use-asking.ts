import { useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import type { CallName, Input } from '#shared/contract/contract.ts';

/** A call behind a form: whether it is under way, and what was refused. */
export const useAsking = <Name extends CallName>(
  name: Name,
): {
  readonly busy: boolean;
  readonly refused: string | null;
  readonly ask: (input: Input<Name>) => void;
} => {
  const client = useEngine();
  const words = useWords();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const ask = (input: Input<Name>): void => {
    setBusy(true);
    setRefused(null);
    void client.call(name, input).then((answer) => {
      setBusy(false);
      if (!answer.ok) setRefused(refusalWords(words, answer.failure));
    });
  };
  return { busy, refused, ask };
};
