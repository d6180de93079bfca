import { useState } from 'react';
import type { RefObject } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Snippet } from '#shared/contract/snippets.ts';
import type { DraftId } from '#shared/kit/brand.ts';
import type { EditorHandle } from './editor-handle.ts';
import { shortcutTaken } from './shortcuts.ts';
import type { DraftKeeper } from './draft-keeper.ts';

/** Texts to insert into one draft: by their shortcut while typing, and from a list. */
export const useSnippets = (id: DraftId, keeper: DraftKeeper, editor: RefObject<EditorHandle | null>) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const all = useLive('snippet.list', {}).data?.snippets ?? [];
  const [typing, setTyping] = useState<string | null>(null);
  const [picking, setPicking] = useState(false);

  const insert = async (snippet: Snippet, typed: string): Promise<void> => {
    // The editor takes out the typed shortcut right after this; it belongs to what is saved next.
    await Promise.resolve();
    // The variables come from the draft as it is typed now, its recipients above all.
    await keeper.settled(id);
    const answer = await engine.call('snippet.fill', { id: snippet.id, draft: id });
    if (answer.ok) editor.current?.insertText(answer.value);
    else {
      if (typed !== '') editor.current?.insertText({ html: '', text: typed });
      toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
    }
  };
  return {
    all,
    /** The word typed after ";" at the moment. */
    typing,
    onTyping: setTyping,
    /** A key was pressed after a shortcut; says whether a text is inserted, and the editor removes what was typed. */
    take: (word: string | null, key: string): boolean => {
      const snippet = shortcutTaken(all, word, key);
      if (snippet === null || word === null) return false;
      setTyping(null);
      void insert(snippet, `;${word}`);
      return true;
    },
    picking,
    pick: () => setPicking(true),
    stopPicking: () => setPicking(false),
    choose: (snippet: Snippet) => {
      setPicking(false);
      void insert(snippet, '');
    },
  };
};
