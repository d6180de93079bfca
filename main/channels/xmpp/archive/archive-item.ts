import type { RawItem } from '../../kit/inbound.ts';
import { ns } from '../names.ts';
import { notedIn } from '../map/noted.ts';
import { saidIn, writerOf } from '../map/said.ts';
import { attributeOf, childOf, element, serialised } from '../stream/element.ts';
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

/** Whether there is anything to keep: words, files, or a fact about an earlier message; "is typing" is neither. */
export const saysSomething = (message: Element): boolean => saidIn(message).kind !== 'nothing';

// Older than this nobody waits for an answer any more, whoever wrote last.
const stale = 30 * 86_400_000;

/**
 * Items of one page of an archive, newest first, without what says nothing. An archive keeps no record of what was read: what we answered
 * later counts as read, and so does what is old. `answered` remembers whom we wrote to, from one page to the older one before it.
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
    if (archived === null) continue;
    const said = saidIn(archived.message);
    if (said.kind === 'nothing') continue;
    const groupchat = attributeOf(archived.message, 'type') === 'groupchat';
    const notes = notedIn(result);
    const from = writerOf(archived.message);
    const ours = groupchat ? notes.ours : from === own;
    const peer = groupchat ? from : writerOf(archived.message, 'to');
    // Receipts of ours are about what others wrote, and they know.
    if (ours && said.kind === 'receipt') continue;
    if (ours && peer !== null && said.kind === 'words') answered?.add(peer);
    const seen =
      ours ||
      (answered !== null &&
        (answered.has(from ?? '') || (archived.stampedAt !== null && archived.stampedAt < now - stale)));
    // The query's own name is left out, so that the same message is the same bytes every time.
    const plain = element('result', ns.archive, { id: archived.id }, ...result.children);
    const bytes = Buffer.from(serialised(plain), 'utf8');
    items.push({
      key: notes.part === null ? archived.id : `${archived.id}#${notes.part}`,
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
