import { IntlMessageFormat } from 'intl-messageformat';
import type { MessageKey } from './en.ts';

/** Values for the places of a message; numbers are formatted in the locale. */
export type WordValues = Readonly<Record<string, string | number | boolean>>;

/** A catalogue: ICU MessageFormat strings by dotted key. */
export type Catalogue = Readonly<Record<MessageKey, string>>;

/** Says things in the reader's language. */
export type Words = {
  /** The message of a known key. */
  (key: MessageKey, values?: WordValues): string;
  /**
   * The message of a key made at run time (`refusal.` and a kind, say), or the first fallback that the catalogue
   * has. A newer engine may send a kind that this page has no words for.
   */
  readonly of: (key: string, values: WordValues, fallback: MessageKey) => string;
  /** Whether the catalogue has a key made at run time. */
  readonly has: (key: string) => key is MessageKey;
  /** The BCP 47 tag of the reader's language. */
  readonly locale: string;
};

/** Makes the function that all screens speak through; messages are parsed once, at their first use. */
export const createWords = (locale: string, catalogue: Catalogue): Words => {
  const parsed = new Map<MessageKey, IntlMessageFormat>();
  const has = (key: string): key is MessageKey => Object.hasOwn(catalogue, key);

  const say = (key: MessageKey, values: WordValues = {}): string => {
    const pattern = catalogue[key];
    // Most messages are plain text: no need to parse them. An apostrophe is special only before a brace.
    if (!pattern.includes('{') && !pattern.includes("''")) return pattern;
    let message = parsed.get(key);
    if (message === undefined) {
      message = new IntlMessageFormat(pattern, locale, undefined, { ignoreTag: true });
      parsed.set(key, message);
    }
    return String(message.format({ ...values }));
  };

  return Object.assign(say, {
    of: (key: string, values: WordValues, fallback: MessageKey) => say(has(key) ? key : fallback, values),
    has,
    locale,
  });
};

/** Words that whoever holds them goes on using when the language changes: `words` speaks as `change` last said. */
export const changeableWords = (first: Words): { readonly words: Words; change(next: Words): void } => {
  let now = first;
  const words = new Proxy(first, {
    apply: (_first, self, said) => Reflect.apply(now, self, said) as string,
    get: (_first, name) => Reflect.get(now, name) as unknown,
  });
  return {
    words,
    change: (next) => {
      now = next;
    },
  };
};
