import type { Snippet } from '#shared/contract/snippets.ts';

const beforeCaret = /(?:^|[\s([{"'“‘])[;；]([\p{L}\p{N}_-]{0,40})$/u;

/** The word typed after ";" right before the caret, in lower case; null when there is none. */
export const shortcutBefore = (text: string): string | null =>
  beforeCaret.exec(text)?.[1]?.toLowerCase() ?? null;

/** The texts whose shortcut begins with a word, the exact one first. */
export const shortcutMatches = (snippets: readonly Snippet[], word: string): readonly Snippet[] =>
  snippets
    .filter(({ shortcut }) => shortcut?.startsWith(word) === true)
    .sort((one, other) => (one.shortcut?.length ?? 0) - (other.shortcut?.length ?? 0));

/** The text that a key inserts: Tab takes the nearest match of a word, Enter and Tab alike the exact one. */
export const shortcutTaken = (
  snippets: readonly Snippet[],
  word: string | null,
  key: string,
): Snippet | null => {
  if (word === null || word === '') return null;
  const [nearest] = shortcutMatches(snippets, word);
  if (nearest === undefined) return null;
  return key === 'Tab' || (key === 'Enter' && nearest.shortcut === word) ? nearest : null;
};

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** The texts that have all words of a search in name, shortcut or text; those with them in the name first. */
export const searchSnippets = (snippets: readonly Snippet[], query: string): readonly Snippet[] => {
  const words = folded(query)
    .replace(/^;/, '')
    .split(/\s+/u)
    .filter((word) => word !== '');
  const hits = snippets.flatMap((snippet) => {
    const head = folded(`${snippet.name} ${snippet.shortcut ?? ''}`);
    const all = `${head} ${folded(snippet.text)}`;
    if (!words.every((word) => all.includes(word))) return [];
    return [{ snippet, rank: words.every((word) => head.includes(word)) ? 0 : 1 }];
  });
  return hits.sort((one, other) => one.rank - other.rank).map(({ snippet }) => snippet);
};
