import { useCallback, useState } from 'react';
import type { CallFailure, CallName, Input, Output, Refused } from '#shared/contract/contract.ts';
import { useEngine } from './live.tsx';

/** How a call stands that a person waits for. */
type Asked<Name extends CallName> =
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'done'; readonly value: Output<Name> }
  | { readonly kind: 'refused'; readonly failure: Refused<Name> | CallFailure };

/** A call with what came of it, for a form that stays on the screen meanwhile; `forget` goes back to the start. */
export const useAsked = <Name extends CallName>(
  name: Name,
): {
  readonly asked: Asked<Name>;
  readonly ask: (input: Input<Name>) => Promise<boolean>;
  readonly forget: () => void;
} => {
  const engine = useEngine();
  const [asked, setAsked] = useState<Asked<Name>>({ kind: 'idle' });
  const ask = useCallback(
    async (input: Input<Name>) => {
      setAsked({ kind: 'busy' });
      const answer = await engine.call(name, input);
      setAsked(
        answer.ok ? { kind: 'done', value: answer.value } : { kind: 'refused', failure: answer.failure },
      );
      return answer.ok;
    },
    [engine, name],
  );
  const forget = useCallback(() => setAsked({ kind: 'idle' }), []);
  return { asked, ask, forget };
};
