import { randomUUID } from 'node:crypto';
import { ns } from '../names.ts';
import type { XmppConnection } from '../stream/connection.ts';
import { attributeOf, childOf, element, textIn } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';

/** Which part of the archive: the newest page, what follows an id, or what comes before one. */
export type Where =
  | { readonly kind: 'newest' }
  | { readonly kind: 'after'; readonly id: string }
  | { readonly kind: 'before'; readonly id: string };

/** What must hold for a message to be in the answer. */
export type Filter = { readonly with?: string; readonly start?: number; readonly id?: string };

/** One page, oldest first. `complete` says that nothing lies beyond it in its direction. */
export type ArchivePage = {
  readonly results: readonly { readonly id: string; readonly result: Element }[];
  readonly first: string | null;
  readonly last: string | null;
  readonly complete: boolean;
  readonly count: number | null;
};

const field = (name: string, value: string, type?: string): Element =>
  element('field', ns.form, { var: name, type }, element('value', ns.form, {}, value));

function formOf(filter: Filter): readonly Element[] {
  const fields = [
    ...(filter.with === undefined ? [] : [field('with', filter.with)]),
    ...(filter.start === undefined ? [] : [field('start', new Date(filter.start).toISOString())]),
    ...(filter.id === undefined ? [] : [field('ids', filter.id)]),
  ];
  if (fields.length === 0) return [];
  return [element('x', ns.form, { type: 'submit' }, field('FORM_TYPE', ns.archive, 'hidden'), ...fields)];
}

function pageOf(where: Where, max: number): Element {
  const most = element('max', ns.pages, {}, String(max));
  switch (where.kind) {
    case 'newest':
      return element('set', ns.pages, {}, most, element('before', ns.pages));
    case 'after':
      return element('set', ns.pages, {}, most, element('after', ns.pages, {}, where.id));
    case 'before':
      return element('set', ns.pages, {}, most, element('before', ns.pages, {}, where.id));
  }
}

const orNull = (text: string): string | null => (text === '' ? null : text);

/**
 * Asks an archive for one page (XEP-0313, XEP-0059): our own, or a room's, which is asked by its address. Results count only when they come
 * from whom was asked, and only what was forwarded in them is kept.
 */
export async function readPage(
  connection: XmppConnection,
  archive: string,
  where: Where,
  max: number,
  signal: AbortSignal,
  filter: Filter = {},
): Promise<ArchivePage> {
  const isOwn = archive === connection.own;
  const queryid = randomUUID();
  const results: { id: string; result: Element }[] = [];
  const stop = connection.onMessage((message) => {
    const from = attributeOf(message, 'from');
    const result = childOf(message, 'result', ns.archive);
    const id = attributeOf(result, 'id');
    if (result === undefined || id === null || attributeOf(result, 'queryid') !== queryid) return;
    // Anybody could send such a message; the archive speaks for itself alone (XEP-0313, security considerations).
    if (!(from === null ? isOwn : from.toLowerCase() === archive)) return;
    const forwarded = childOf(result, 'forwarded', ns.forward);
    results.push({ id, result: { ...result, children: forwarded === undefined ? [] : [forwarded] } });
  });
  try {
    const query = element('query', ns.archive, { queryid }, ...formOf(filter), pageOf(where, max));
    const answer = await connection.request('set', query, signal, isOwn ? null : archive);
    const fin = childOf(answer, 'fin', ns.archive);
    const set = childOf(fin, 'set', ns.pages);
    const count = Number(textIn(childOf(set, 'count', ns.pages)) || Number.NaN);
    return {
      results,
      first: orNull(textIn(childOf(set, 'first', ns.pages))) ?? results[0]?.id ?? null,
      last: orNull(textIn(childOf(set, 'last', ns.pages))) ?? results.at(-1)?.id ?? null,
      complete: attributeOf(fin, 'complete') === 'true',
      count: Number.isInteger(count) && count >= 0 ? count : null,
    };
  } finally {
    stop();
  }
}
