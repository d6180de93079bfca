import type { RawItem } from '../../kit/inbound.ts';
import { archivedIn } from '../archive/archive-item.ts';
import { bareJid, ns } from '../names.ts';
import { attributeOf, childOf, element } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { readElement } from '../stream/xml-reader.ts';
import { StanzaError } from '../stream/failures.ts';
import type { Desk } from './find-visitor.ts';
import { sayMissed } from './missed.ts';
import type { Arrived } from './missed.ts';
import { hasVisitorNews, visitorSaid } from './visitor-said.ts';

/** Whoever arrived longer ago has left, or has been told by another look. */
const recentMs = 10 * 60_000;
/** Arrivals that wait for their turn; beyond them somebody opens pages faster than a person does. */
const mostWaiting = 50;

/** Told the room of a visitor for whom something may wait. */
type Wake = (room: string) => void;

function arrivedIn(message: Element, own: string): Arrived | null {
  const jid = attributeOf(message, 'from') ?? '';
  const said = visitorSaid(message);
  const hello = said?.hello ?? null;
  if (said === null || hello === null || !jid.includes('/') || bareJid(jid) === own) return null;
  return { room: said.room, jid, last: hello.last };
}

/** Says that we are here (a presence to this one address, RFC 6121 section 4.6), says again what was missed, and wakes what waits. */
async function welcome(desk: Desk, arrived: Arrived, wake: Wake, signal: AbortSignal): Promise<void> {
  desk.connection.say(element('presence', ns.client, { to: arrived.jid }));
  try {
    await sayMissed(desk, arrived, signal);
  } catch (error) {
    // The archive may refuse a question for being too fast; the outbox tries what it has all the same.
    if (!(error instanceof StanzaError)) throw error;
  }
  wake(arrived.room);
}

/** Welcomes visitors as they come, one after another, and hints of whatever they tell. The returned function ends it. */
export function welcomeLive(
  desk: Desk,
  { hint, wake }: { readonly hint: () => void; readonly wake: Wake },
  signal: AbortSignal,
): () => void {
  let turn: Promise<void> = Promise.resolve();
  let waiting = 0;
  return desk.connection.onMessage((message) => {
    if (childOf(message, 'result', ns.archive) !== undefined) return;
    desk.book.note(message, desk.own, desk.now());
    if (visitorSaid(message) !== null && hasVisitorNews(message)) hint();
    const arrived = arrivedIn(message, desk.own);
    if (arrived === null || waiting >= mostWaiting || !desk.book.welcomeOnce(arrived.jid)) return;
    waiting += 1;
    // A line that broke ends the listening by itself; the visitor is greeted again by the next one.
    turn = turn
      .then(() => welcome(desk, arrived, wake, signal))
      .catch(() => undefined)
      .finally(() => {
        waiting -= 1;
      });
  });
}

/** Welcomes those who came while nobody listened, as far as they may still be there. */
export async function welcomeArchived(
  desk: Desk,
  items: readonly RawItem[],
  wake: Wake,
  signal: AbortSignal,
): Promise<void> {
  for (const { bytes, receivedAt } of items.toReversed()) {
    if (receivedAt === null || receivedAt < desk.now() - recentMs) continue;
    const result = readElement(Buffer.from(bytes).toString('utf8'));
    const archived = result === null ? null : archivedIn(result);
    const arrived = archived === null ? null : arrivedIn(archived.message, desk.own);
    if (arrived === null || !desk.book.welcomeOnce(arrived.jid)) continue;
    await welcome(desk, arrived, wake, signal);
  }
}
