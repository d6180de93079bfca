import { chatNamespace } from '#shared/domain/website-chat/protocol.ts';
import { archivedIn } from '../archive/archive-item.ts';
import { readPage } from '../archive/archive-page.ts';
import { bareJid, ns } from '../names.ts';
import { attributeOf, childOf, element, elementsOf, textIn } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { newestSession, noteAll } from './find-visitor.ts';
import type { Desk } from './find-visitor.ts';
import { roomOfAnswer } from './visitor-said.ts';

/** Somebody who has just opened a page. */
export type Arrived = { readonly room: string; readonly jid: string; readonly last: string | null };

const pageSize = 100;
const mostSaidAgain = 50;
/** Whoever comes back after this long reads it in the mail, or asks anew. */
const tooOldMs = 30 * 86_400_000;

type Ours = { readonly id: string; readonly at: number; readonly message: Element };

/** Parts of a message that are said again; what servers put in is not. */
const ownParts: readonly (readonly [string, string])[] = [
  ['body', ns.client],
  ['origin-id', ns.ids],
  ['request', ns.receipts],
  ['markable', ns.markers],
  ['answer', chatNamespace],
];

const again = ({ id, at, message }: Ours, jid: string): Element =>
  element(
    'message',
    ns.client,
    { type: 'chat', to: jid, id },
    ...elementsOf(message).filter((part) =>
      ownParts.some(([name, space]) => part.name === name && part.ns === space),
    ),
    element('delay', ns.delay, { stamp: new Date(at).toISOString() }),
    // It lies in the archive already, as it was said first.
    element('no-store', ns.hints),
  );

/**
 * Says again what a visitor who is back has missed: what went to their sessions before, and of which neither they nor their browser's
 * list says that it arrived. The widget knows every message by its id, so saying one time too many shows nothing twice.
 */
export async function sayMissed(desk: Desk, arrived: Arrived, signal: AbortSignal): Promise<number> {
  const { connection, book, now } = desk;
  const { room, jid, last } = arrived;
  await newestSession(desk, room, signal);
  const before = new Set(
    book
      .sessionsOf(room)
      .filter((one) => one !== jid)
      .map((one) => bareJid(one) ?? ''),
  );
  const ours: Ours[] = [];
  for (const bare of before)
    if (bare !== '' && bare !== bareJid(jid)) ours.push(...(await saidTo(desk, room, bare, signal)));
  const inOrder = ours.toSorted((a, b) => a.at - b.at);
  const known = last === null ? -1 : inOrder.findLastIndex(({ id }) => id === last);
  const missed = inOrder
    .slice(known + 1)
    .filter(({ id, at }) => !book.hasReceived(room, id) && at > now() - tooOldMs)
    .slice(-mostSaidAgain);
  for (const one of missed) connection.say(again(one, jid));
  return missed.length;
}

/** The newest messages of ours to one session of a visitor. */
async function saidTo(desk: Desk, room: string, bare: string, signal: AbortSignal): Promise<readonly Ours[]> {
  const { connection, own, now } = desk;
  const page = await readPage(connection, own, { kind: 'newest' }, pageSize, signal, { with: bare });
  noteAll(desk, page);
  return page.results.flatMap(({ result }) => {
    const archived = archivedIn(result);
    if (archived === null) return [];
    const { message, stampedAt } = archived;
    const id = attributeOf(childOf(message, 'origin-id', ns.ids), 'id') ?? attributeOf(message, 'id');
    const isOurs =
      bareJid(attributeOf(message, 'from')) === own && textIn(childOf(message, 'body', ns.client)) !== '';
    // Said from another program of ours it names no room, and was for whoever sat there.
    const isTheirs = (roomOfAnswer(message) ?? room) === room;
    return isOurs && isTheirs && id !== null ? [{ id, at: stampedAt ?? now(), message }] : [];
  });
}
