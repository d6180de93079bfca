import { Notice, useWords } from '#renderer/ui/index.ts';
import { recoveryRefusal } from '../model/refused.ts';

/** Why nothing was done, said at once. */
export const RecoveryRefused = ({ failure }: { readonly failure: { readonly kind: string } }) => {
  const words = useWords();
  return (
    <Notice tone="bad" live>
      <p>{recoveryRefusal(words, failure)}</p>
    </Notice>
  );
};
