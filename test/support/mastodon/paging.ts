import type { Numbering } from './ids.ts';

/** What came in the query of a list. */
export type PageQuery = {
  readonly limit: number;
  readonly maxId: string | null;
  readonly sinceId: string | null;
  readonly minId: string | null;
};

/** Reads the paging parameters; a limit that is missing or out of range becomes what the method says. */
export function readPageQuery(url: URL, usual: number, most: number): PageQuery {
  const id = (name: string): string | null => {
    const value = url.searchParams.get(name);
    return value === null || value === '' ? null : value;
  };
  const asked = Number.parseInt(url.searchParams.get('limit') ?? '', 10);
  return {
    limit: Number.isNaN(asked) ? usual : Math.min(Math.max(Math.abs(asked), 1), most),
    maxId: id('max_id'),
    sinceId: id('since_id'),
    minId: id('min_id'),
  };
}

/**
 * One page, newest first (app/models/concerns/paginable.rb): `min_id` gives those right after it, `since_id` the newest that are after it,
 * `max_id` those before it, and a bound may go with either.
 */
export function pageOf<Entry extends { readonly id: string }>(
  all: readonly Entry[],
  { limit, maxId, sinceId, minId }: PageQuery,
  { compare }: Numbering,
): readonly Entry[] {
  const rising = all.toSorted((one, other) => compare(one.id, other.id));
  const below = maxId === null ? rising : rising.filter(({ id }) => compare(id, maxId) < 0);
  if (minId !== null)
    return below
      .filter(({ id }) => compare(id, minId) > 0)
      .slice(0, limit)
      .toReversed();
  const above = sinceId === null ? below : below.filter(({ id }) => compare(id, sinceId) > 0);
  return above.slice(-limit).toReversed();
}

/** The Link header of a page (RFC 8288): the query it was asked with, without its ids. */
export function linkHeader(
  url: URL,
  base: string,
  page: readonly { readonly id: string }[],
  hasOlder: boolean,
): Readonly<Record<string, string>> {
  const [first] = page;
  const last = page.at(-1);
  if (first === undefined || last === undefined) return {};
  const at = (name: string, id: string): string => {
    const target = new URL(url.pathname, base);
    for (const [key, value] of url.searchParams)
      if (!['max_id', 'min_id', 'since_id'].includes(key)) target.searchParams.append(key, value);
    target.searchParams.append(name, id);
    return target.href;
  };
  const links = [
    ...(hasOlder ? [`<${at('max_id', last.id)}>; rel="next"`] : []),
    `<${at('min_id', first.id)}>; rel="prev"`,
  ];
  return { link: links.join(', ') };
}
