import { createContext, useContext, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { en } from '#shared/messages/en.ts';
import { createWords, type Words } from '#shared/messages/format.ts';
import { formatSize } from '#shared/messages/sizes.ts';
import { createTimes, type Times } from '#shared/messages/times.ts';

type Language = {
  readonly words: Words;
  readonly times: Times;
  readonly numbers: (count: number) => string;
  readonly locale: string;
};

const languageOf = (words: Words): Language => {
  const numbers = new Intl.NumberFormat(words.locale);
  return {
    words,
    times: createTimes(words.locale),
    numbers: (count) => numbers.format(count),
    locale: words.locale,
  };
};

const LanguageContext = createContext<Language>(languageOf(createWords('en-GB', en)));

/** Gives all screens below it their language. */
export const LanguageProvider = ({
  words,
  children,
}: {
  readonly words: Words;
  readonly children: ReactNode;
}) => {
  const language = useMemo(() => languageOf(words), [words]);
  return <LanguageContext value={language}>{children}</LanguageContext>;
};

/** Says things in the reader's language: `words('word.save')`. */
export const useWords = (): Words => useContext(LanguageContext).words;

/** Says times in the reader's language and zone. */
export const useTimes = (): Times => useContext(LanguageContext).times;

/** Says how many in the reader's language: "10,273". */
export const useNumbers = (): ((count: number) => string) => useContext(LanguageContext).numbers;

/** Says sizes in bytes in the reader's language: "1.4 MB". */
export const useSizes = (): ((bytes: number) => string) => {
  const { locale } = useContext(LanguageContext);
  return (bytes) => formatSize(bytes, locale);
};

/** How often the words for "how long ago" are looked at again, in ms: their smallest unit in lists is a minute. */
const beat = 20_000;

const ticking = (every: number) => {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let at = Date.now();
  const step = (): void => {
    at = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    subscribe: (listener: () => void) => {
      if (listeners.size === 0) {
        at = Date.now();
        timer = setInterval(step, every);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
    now: () => at,
  };
};

const slow = ticking(beat);
const quick = ticking(1_000);

/** The time in ms, for words like "5 min ago"; draws again every 20 s, or every second for what counts down. */
export const useNow = (pace: 'slow' | 'quick' = 'slow'): number => {
  const clock = pace === 'slow' ? slow : quick;
  return useSyncExternalStore(clock.subscribe, clock.now);
};

/** A time in the reader's words, with the whole of it as a title and for machines. */
export const TimeWords = ({
  at,
  form = 'words',
}: {
  readonly at: number;
  readonly form?: 'words' | 'short';
}) => {
  const times = useTimes();
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={times.full(at)}>
      {form === 'short' ? times.short(at, now) : times.words(at, now)}
    </time>
  );
};

/** The part of a refusal that has values for its words. */
const valuesOf = (failure: object): Record<string, string | number | boolean> => {
  const values: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(failure) as [string, unknown][]) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      values[name] = value;
  }
  return values;
};

/** Says why a call was refused: the entry `refusal.<kind>` with the refusal's own fields as values. */
export const refusalWords = (words: Words, failure: { readonly kind: string }): string => {
  // Trying again later helps with what is away, and not with what is too large.
  const isTooLarge = 'reason' in failure && failure.reason === 'too-large';
  const kind = isTooLarge ? `${failure.kind}.too-large` : failure.kind;
  return words.of(`refusal.${kind}`, valuesOf(failure), 'refusal.unknown');
};
