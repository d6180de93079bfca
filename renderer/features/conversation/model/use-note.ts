import { useState } from 'react';
import { useWords } from '#renderer/ui/index.ts';
import { useAction, useToasts } from '#renderer/workbench/index.ts';
import type { ConversationId } from '#shared/kit/brand.ts';

/** Notes that were begun and put aside, for as long as the window lives; a note is short and never leaves by itself. */
const begun = new Map<ConversationId, string>();

/** A note that is being written in a conversation. */
export const useNote = (id: ConversationId) => {
  const words = useWords();
  const toasts = useToasts();
  const [writing, setWriting] = useState(false);
  const [text, setText] = useState(() => begun.get(id) ?? '');
  const begin = (): void => setWriting(true);
  useAction('conversation.note', begin);
  const write = (next: string): void => {
    setText(next);
    if (next === '') begun.delete(id);
    else begun.set(id, next);
  };
  return {
    writing,
    text,
    write,
    begin,
    put: () => setWriting(false),
    added: () => {
      write('');
      setWriting(false);
      toasts.show({ text: words('note.added') });
    },
  };
};
