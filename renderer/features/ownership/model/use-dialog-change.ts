import { useState } from 'react';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import type { Changed } from '#shared/contract/refusals.ts';
import type { Result } from '#shared/kit/result.ts';
import { refusedWords } from './refusals.ts';

/** Carries out a change from a dialog, which stays open and says why when nothing was done. */
export const useDialogChange = () => {
  const words = useWords();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const run = async <Value>(
    change: Promise<Result<Value, { readonly kind: string }>>,
    refusedOf: (value: Value) => Changed['refused'] = () => [],
  ): Promise<Value | null> => {
    setBusy(true);
    setRefusal(null);
    const answer = await change;
    setBusy(false);
    if (!answer.ok) {
      setRefusal(refusalWords(words, answer.failure));
      return null;
    }
    const refused = refusedOf(answer.value);
    if (refused.length === 0) return answer.value;
    setRefusal(refusedWords(words, refused));
    return null;
  };
  return { busy, refusal, run };
};

/** What was refused of a change that did nothing else; a change that did something is told of by a toast. */
export const allRefused = (changed: Changed): Changed['refused'] =>
  changed.done === 0 ? changed.refused : [];
