import { useEffect, useLayoutEffect, useState, type ReactNode } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { LanguageProvider } from '#renderer/ui/index.ts';
import type { Words } from '#shared/messages/format.ts';
import { directionOf, loadWords } from '#shared/messages/locale.ts';

/** Speaks `first` until the engine says otherwise, and changes with what is chosen in the settings. */
export const Speaking = ({ first, children }: { readonly first: Words; readonly children: ReactNode }) => {
  const [words, setWords] = useState<Words>(() => first);
  const { data } = useLive('language.state', {});
  const locale = data?.locale ?? first.locale;

  useEffect(() => {
    if (locale === words.locale) return undefined;
    let wanted = true;
    void loadWords(locale).then((next) => {
      if (wanted) setWords(() => next);
    });
    return () => {
      wanted = false;
    };
  }, [locale, words]);

  useLayoutEffect(() => {
    const root = document.documentElement;
    root.lang = words.locale;
    root.dir = directionOf(words.locale);
    // A page that is loaded anew begins in the language it had.
    history.replaceState(null, '', `?${new URLSearchParams({ locale: words.locale }).toString()}`);
  }, [words]);

  return <LanguageProvider words={words}>{children}</LanguageProvider>;
};
