import type { Person } from './person.ts';

const mention =
  /(?<![\p{L}\p{N}_/.])@([\p{L}\p{N}_]+(?:[.-]+[\p{L}\p{N}_]+)*)(?:@([\p{L}\p{N}][\p{L}\p{N}.-]*(?::\d+)?))?/gu;
const address = /https?:\/\/[^\s<>()]+/gu;
const tag = /(?<![\p{L}\p{N}/])#([\p{L}\p{N}_]+)/gu;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Whom a text names (Account::MENTION_RE): those who are known, each once. */
export function namedIn(
  text: string,
  find: (username: string, domain: string | null) => Person | undefined,
): readonly Person[] {
  const people = [...text.matchAll(mention)].map(([, username = '', domain]) =>
    find(username, domain ?? null),
  );
  return [...new Set(people.filter((person) => person !== undefined))];
}

const link = (url: string): string => {
  const prefix = /^https?:\/\/(?:www\.)?/.exec(url)?.[0] ?? '';
  const rest = url.slice(prefix.length);
  const [shown, hidden] = [rest.slice(0, 30), rest.slice(30)];
  const kind = hidden === '' ? '' : 'ellipsis';
  return (
    `<a href="${escaped(url)}" target="_blank" rel="nofollow noopener noreferrer" translate="no">` +
    `<span class="invisible">${escaped(prefix)}</span><span class="${kind}">${escaped(shown)}</span>` +
    `<span class="invisible">${escaped(hidden)}</span></a>`
  );
};

/** A text as Mastodon formats it (api/guidelines, formatting): paragraphs, breaks, links, mentions and tags. */
export function htmlOf(
  text: string,
  find: (username: string, domain: string | null) => Person | undefined,
  home: string,
): string {
  const inline = (line: string): string => {
    const pieces: string[] = [];
    let at = 0;
    const marks = [
      ...[...line.matchAll(address)].map((found) => ({ found, html: link(found[0]) })),
      ...[...line.matchAll(mention)].flatMap((found) => {
        const person = find(found[1] ?? '', found[2] ?? null);
        if (person === undefined) return [];
        const html = `<span class="h-card" translate="no"><a href="${person.url}" class="u-url mention">@<span>${person.username}</span></a></span>`;
        return [{ found, html }];
      }),
      ...[...line.matchAll(tag)].map((found) => ({
        found,
        html: `<a href="https://${home}/tags/${found[1] ?? ''}" class="mention hashtag" rel="tag">#<span>${found[1] ?? ''}</span></a>`,
      })),
    ].sort((one, other) => one.found.index - other.found.index);
    for (const { found, html } of marks) {
      if (found.index < at) continue;
      pieces.push(escaped(line.slice(at, found.index)), html);
      at = found.index + found[0].length;
    }
    return [...pieces, escaped(line.slice(at))].join('');
  };
  return text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.split('\n').map(inline).join('<br />')}</p>`)
    .join('');
}

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How long a text is for StatusLengthValidator: grapheme clusters, 23 for each address, and of a mention only the name. */
export function countedLength(text: string): number {
  const counted = text.replaceAll(address, 'x'.repeat(23)).replaceAll(mention, '@$1');
  return [...segments.segment(counted)].length;
}
