import { refusalWords, useWords } from '#renderer/ui/index.ts';
import type { useSend } from './use-send.ts';

/** What the composer says about a refusal; `pending` are words in a recipients' field that are no address. */
export const useRefusal = (send: ReturnType<typeof useSend>, pending: string | null): string | null => {
  const words = useWords();
  if (pending !== null) return words('composer.recipient.bad', { text: pending });
  if (send.state.kind === 'unsaved') return words('composer.failing');
  if (send.state.kind !== 'refused' || send.state.failure.kind === 'stale') return null;
  return refusalWords(words, send.state.failure);
};
