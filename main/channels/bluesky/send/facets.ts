import { parse } from 'tldts';
import { countGraphemes } from '#shared/domain/text-limit/graphemes.ts';

/** A stretch of a text that leads somewhere, in UTF-16 positions. */
type Found = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'link'; readonly uri: string }
  | { readonly kind: 'mention'; readonly handle: string }
  | { readonly kind: 'tag'; readonly tag: string }
);

/** A stretch as the network wants it (lexicon app.bsky.richtext.facet): positions in UTF-8 bytes, the end not included. */
export type FacetInput = {
  readonly index: { readonly byteStart: number; readonly byteEnd: number };
  readonly features: readonly Readonly<Record<string, string>>[];
};

/** Letters of a hashtag (lexicon app.bsky.richtext.facet#tag: 64 graphemes). */
const longestTag = 64;

const wrapped: readonly (readonly [string, string])[] = [
  ['(', ')'],
  ['[', ']'],
  ['<', '>'],
];

/** An address in running text ends before the punctuation of the sentence, and before a bracket that was opened outside of it. */
function withoutPunctuation(address: string): string {
  let text = address;
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(/[.,;:!?'"’”»]+$/u, '');
    for (const [open, close] of wrapped)
      if (text.endsWith(close) && !text.includes(open)) text = text.slice(0, -1);
  }
  return text;
}

const linkOf = (words: string): string | null => {
  if (/^https?:\/\//i.test(words)) return URL.canParse(words) ? words : null;
  const { hostname, isIcann } = parse(words);
  const uri = `https://${words}`;
  return isIcann === true && hostname !== null && hostname.includes('.') && URL.canParse(uri) ? uri : null;
};

const patterns = {
  link: /(?<=^|[\s([<"'„“«])(?:https?:\/\/[^\s<>]+|[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+(?:[/?#][^\s<>]*)?)/giu,
  mention: /(?<=^|[\s([<"'„“«])@([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?![\w@])/giu,
  tag: /(?<=^|\s)[#＃]([^\s#＃@.,;:!?()[\]{}<>"'„“«»]+)/gu,
};

function linksIn(text: string): readonly Found[] {
  return [...text.matchAll(patterns.link)].flatMap((match) => {
    const words = withoutPunctuation(match[0]);
    const uri = linkOf(words);
    return uri === null ? [] : [{ kind: 'link', uri, from: match.index, to: match.index + words.length }];
  });
}

function mentionsIn(text: string): readonly Found[] {
  return [...text.matchAll(patterns.mention)].flatMap((match) => {
    const handle = (match[1] ?? '').toLowerCase();
    if (!handle.includes('.')) return [];
    return [{ kind: 'mention', handle, from: match.index, to: match.index + 1 + handle.length }];
  });
}

function tagsIn(text: string): readonly Found[] {
  return [...text.matchAll(patterns.tag)].flatMap((match) => {
    const tag = match[1] ?? '';
    // A number alone is no tag: "#1" is how people count.
    if (!/[^\p{N}\p{P}\p{S}]|\p{Extended_Pictographic}/u.test(tag) || countGraphemes(tag) > longestTag)
      return [];
    return [{ kind: 'tag', tag, from: match.index, to: match.index + match[0].length }];
  });
}

/** The handles that a text mentions, each once. */
export const handlesIn = (text: string): readonly string[] => [
  ...new Set(mentionsIn(text).flatMap((found) => (found.kind === 'mention' ? [found.handle] : []))),
];

/** Links, mentions of accounts in `dids` (by handle) and hashtags of a text, as facets. */
export function facetsOf(text: string, dids: ReadonlyMap<string, string>): readonly FacetInput[] {
  const bytesTo = (at: number): number => Buffer.byteLength(text.slice(0, at), 'utf8');
  const featureOf = (found: Found): Readonly<Record<string, string>> | null => {
    switch (found.kind) {
      case 'link':
        return { $type: 'app.bsky.richtext.facet#link', uri: found.uri };
      case 'tag':
        return { $type: 'app.bsky.richtext.facet#tag', tag: found.tag };
      case 'mention': {
        const did = dids.get(found.handle);
        return did === undefined ? null : { $type: 'app.bsky.richtext.facet#mention', did };
      }
    }
  };
  const found = [...mentionsIn(text), ...linksIn(text), ...tagsIn(text)].sort(
    (one, other) => one.from - other.from,
  );
  const facets: FacetInput[] = [];
  let at = 0;
  for (const one of found) {
    const feature = one.from < at ? null : featureOf(one);
    if (feature === null) continue;
    facets.push({ index: { byteStart: bytesTo(one.from), byteEnd: bytesTo(one.to) }, features: [feature] });
    at = one.to;
  }
  return facets;
}
