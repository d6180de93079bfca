import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { CustomerId } from '#shared/kit/brand.ts';

/** What may be changed of a customer. */
export type CustomerChange = { readonly name?: string; readonly company?: string; readonly note?: string };

/** Saves changes to one customer; answers whether they are saved, and says why not. */
export const useCustomerEdit = (id: CustomerId): ((change: CustomerChange) => Promise<boolean>) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  return async (change) => {
    const answer = await engine.call('customer.update', { id, ...change });
    if (!answer.ok) toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
    return answer.ok;
  };
};
