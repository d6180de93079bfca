import type { RawItem } from '../../kit/inbound.ts';
import { bareJid, ns } from '../names.ts';
import { attributeOf, childOf, element, elementsOf, serialised, textIn } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';

/** The message inside an archive's result, with the time at which the server had it. */
export type Archived = {
  readonly id: string;
  readonly message: Element;
  /** ms UTC, or null when the archive does not say. */
  readonly stampedAt: number | null;
};

/** Takes a result apart; null when there is no message in it. */
export function archivedIn(result: Element): Archived | null {
  const id = attributeOf(result, 'id');
  const forwarded = childOf(result, 'forwarded', ns.forward);
  const message = childOf(forwarded, 'message', ns.client);
  if (result.name !== 'result' || result.ns !== ns.archive || id === null || message === undefined)
    return null;
  const stamp = Date.parse(attributeOf(childOf(forwarded, 'delay', ns.delay), 'stamp') ?? '');
  return { id, message, stampedAt: Number.isNaN(stamp) ? null : stamp };
}

/** Whether somebody said something: bare receipts, markers and "is typing" are no messages. */
export const saysSomething = (message: Element): boolean =>
  attributeOf(message, 'type') !== 'error' &&
  (textIn(childOf(message, 'body', ns.client)) !== '' ||
    elementsOf(message).some((child) => child.name === 'x' && child.ns === ns.outOfBand));

// Older than this nobody waits for an answer any more, whoever wrote last.
const stale = 30 * 86_400_000;

/**
 * Items of one page, newest first, without what says nothing. An archive keeps no record of what was read: what we answered later counts
 * as read, and so does what is old. `answered` remembers whom we wrote to, from one page to the older one before it.
 */
export function itemsOf(
  results: readonly Element[],
  own: string,
  now: number,
  answered: Set<string> | null,
): readonly RawItem[] {
  const items: RawItem[] = [];
  for (const result of results.toReversed()) {
    const archived = archivedIn(result);
    if (archived === null || !saysSomething(archived.message)) continue;
    const from = bareJid(attributeOf(archived.message, 'from'));
    const to = bareJid(attributeOf(archived.message, 'to'));
    const ours = from === own;
    if (ours && to !== null) answered?.add(to);
    const seen =
      ours ||
      (answered !== null &&
        (answered.has(from ?? '') || (archived.stampedAt !== null && archived.stampedAt < now - stale)));
    // The query's own name is left out, so that the same message is the same bytes every time.
    const plain = element('result', ns.archive, { id: archived.id }, ...result.children);
    const bytes = Buffer.from(serialised(plain), 'utf8');
    items.push({
      key: archived.id,
      bytes,
      partial: false,
      size: bytes.length,
      receivedAt: archived.stampedAt,
      seen,
      answered: false,
    });
  }
  return items;
}
