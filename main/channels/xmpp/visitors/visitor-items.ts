import { chatNamespace } from '#shared/domain/website-chat/protocol.ts';
import type { RawItem } from '../../kit/inbound.ts';
import { archivedIn } from '../archive/archive-item.ts';
import { bareJid, ns } from '../names.ts';
import { attributeOf, childOf, element, serialised, textIn } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { noteAll } from './find-visitor.ts';
import type { Desk } from './find-visitor.ts';
import { hasVisitorNews, roomOfAnswer, roomOfSender } from './visitor-said.ts';

// Older than this nobody waits for an answer any more, whoever wrote last.
const stale = 30 * 86_400_000;

/**
 * Items of one page, newest first. What we answered later counts as read, and so does what is old; `answered` remembers whom we wrote to,
 * from one page to the older one before it. An answer that another program of ours wrote says nothing of the visitor; where the book
 * knows whose session it went to, the item says it instead.
 */
export function visitorItems(
  desk: Desk,
  results: readonly Element[],
  answered: Set<string> | null,
): readonly RawItem[] {
  const { own, book, now } = desk;
  noteAll(desk, { results: results.map((result) => ({ id: '', result })) });
  const items: RawItem[] = [];
  for (const result of results.toReversed()) {
    const archived = archivedIn(result);
    if (archived === null || !hasVisitorNews(archived.message)) continue;
    const { message, id, stampedAt } = archived;
    const ours = bareJid(attributeOf(message, 'from')) === own;
    const to = attributeOf(message, 'to') ?? '';
    const meant = ours ? (roomOfAnswer(message) ?? book.roomOf(to)) : null;
    const room = ours ? (meant ?? bareJid(to)) : roomOfSender(message);
    const said = textIn(childOf(message, 'body', ns.client)) !== '';
    if (ours && said && room !== null) answered?.add(room);
    const seen =
      ours ||
      (answered !== null && (answered.has(room ?? '') || (stampedAt !== null && stampedAt < now() - stale)));
    // The query's own name is left out, so that the same message is the same bytes every time.
    const plain = element(
      'result',
      ns.archive,
      { id },
      ...result.children,
      ...(meant === null || roomOfAnswer(message) !== null
        ? []
        : [element('answer', chatNamespace, { room: meant })]),
    );
    const bytes = Buffer.from(serialised(plain), 'utf8');
    items.push({
      key: id,
      bytes,
      partial: false,
      size: bytes.length,
      receivedAt: stampedAt,
      seen,
      answered: false,
    });
  }
  return items;
}
