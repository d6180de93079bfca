import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Input } from '#shared/contract/contract.ts';
import type { CustomerId } from '#shared/kit/brand.ts';

/** What can be done with customers; each offers to take it back, and says why it was not done. */
export type CustomerChange = {
  /** Says what was done under a key, and offers to take it back. */
  readonly done: (text: string, undo: string) => void;
  /** Says why something was not done. */
  readonly refused: (failure: { readonly kind: string }) => void;
  readonly undo: (undo: string) => Promise<void>;
  readonly merge: (input: Input<'customer.merge'>, name: string) => Promise<boolean>;
  readonly move: (input: Input<'customer.moveIdentity'>) => Promise<boolean>;
  readonly dismiss: (one: CustomerId, other: CustomerId) => Promise<void>;
};

/** Changes customers. */
export const useCustomerChange = (): CustomerChange => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const refused = (failure: { readonly kind: string }): false => {
    toasts.show({ tone: 'bad', text: refusalWords(words, failure) });
    return false;
  };
  const undo = async (key: string): Promise<void> => {
    const answer = await engine.call('customer.undo', { undo: key });
    if (answer.ok) toasts.show({ text: words('customer.undone') });
    else refused(answer.failure);
  };
  const done = (text: string, key: string): void => {
    toasts.show({
      text,
      undo: () => {
        void undo(key);
      },
    });
  };
  return {
    done,
    refused,
    undo,
    merge: async (input, name) => {
      const answer = await engine.call('customer.merge', input);
      if (!answer.ok) return refused(answer.failure);
      done(words('customer.merged', { name }), answer.value.undo);
      return true;
    },
    move: async (input) => {
      const answer = await engine.call('customer.moveIdentity', input);
      if (!answer.ok) return refused(answer.failure);
      done(words('customer.moved', { address: input.address }), answer.value.undo);
      return true;
    },
    dismiss: async (one, other) => {
      const answer = await engine.call('customer.dismissSuggestion', { one, other });
      if (answer.ok) done(words('customer.suggestion.dismissed'), answer.value.undo);
      else refused(answer.failure);
    },
  };
};
