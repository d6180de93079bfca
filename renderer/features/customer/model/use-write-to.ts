import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import { useNavigation, useToasts } from '#renderer/workbench/index.ts';
import type { Peer } from '#shared/contract/compose.ts';
import type { AccountId } from '#shared/kit/brand.ts';

/** Begins a new message to somebody. One that was begun before is shown as it is, and nobody is added to it. */
export const useWriteTo = (): ((person: Peer, account: AccountId | null) => Promise<void>) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const { go } = useNavigation();
  return async (person, account) => {
    const start = { conversation: null, message: null, mode: 'new' as const, account };
    const started = await engine.call('draft.start', start);
    if (!started.ok) {
      toasts.show({ tone: 'bad', text: refusalWords(words, started.failure) });
      return;
    }
    const { id, account: from, html, to, cc, bcc, subject, quote, plain, attachments } = started.value;
    const untouched = html === '' && subject === '' && attachments.length + to.length + cc.length === 0;
    if (untouched) {
      const edit = { account: from, to: [person], cc: [], bcc: [...bcc], subject, html, quote, plain };
      await engine.call('draft.save', { id, edit });
    } else if (!to.some(({ address }) => address === person.address)) {
      toasts.show({ text: words('customer.write.unfinished') });
    }
    go({ kind: 'new-message' });
  };
};
