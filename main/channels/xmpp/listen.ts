import { pause } from '../kit/waiting.ts';
import type { Timeouts } from './deadlines.ts';
import { saysSomething } from './archive/archive-item.ts';
import { ns } from './names.ts';
import type { XmppConnection } from './stream/connection.ts';
import { attributeOf, childOf, element } from './stream/element.ts';
import type { Element } from './stream/element.ts';
import { StanzaError } from './stream/failures.ts';

/** What to listen for, and whom to tell. */
export type Listening = {
  /** Our own address, where every message is a hint; null where somebody else hears the messages. */
  readonly own: string | null;
  readonly hint: () => void;
  readonly timeouts: Timeouts;
};

/** Whether a message is news for the archive: said to us, or a copy of what another device of ours got or said (XEP-0280). */
export function isNews(message: Element, own: string): boolean {
  const copy = childOf(message, 'received', ns.carbons) ?? childOf(message, 'sent', ns.carbons);
  // Copies come from our own account; from anybody else they are forged (XEP-0280 section 11).
  if (copy !== undefined) return (attributeOf(message, 'from')?.toLowerCase() ?? own) === own;
  return childOf(message, 'result', ns.archive) === undefined && saysSomething(message);
}

/**
 * Is present and waits until the signal ends it or the connection fails. A look is asked for at once, and again and again in any case; a
 * server that is silent is asked whether it is there.
 */
export async function listenOn(
  connection: XmppConnection,
  { own, hint, timeouts }: Listening,
  signal: AbortSignal,
): Promise<void> {
  const stopHearing = connection.onMessage((message) => {
    if (own !== null && isNews(message, own)) hint();
  });
  const { ended, stop } = connection.untilEnd();
  try {
    // A stream that was taken up again still has its copies, and others still see us.
    if (!connection.resumed) {
      await enableCopies(connection, signal);
      connection.say(element('presence', ns.client, {}, element('priority', ns.client, {}, '0')));
    }
    hint();
    let waited = 0;
    for (;;) {
      const wait = Math.min(timeouts.quiet, timeouts.recheck - waited);
      await Promise.race([pause(wait, signal), ended]);
      waited += wait;
      if (waited >= timeouts.recheck) {
        hint();
        waited = 0;
      } else await ping(connection, signal);
    }
  } finally {
    stopHearing();
    stop();
  }
}

/** Not every server makes copies; without them our own other devices are heard of at the next look. */
async function enableCopies(connection: XmppConnection, signal: AbortSignal): Promise<void> {
  try {
    await connection.request('set', element('enable', ns.carbons), signal);
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
  }
}

async function ping(connection: XmppConnection, signal: AbortSignal): Promise<void> {
  try {
    await connection.request('get', element('ping', ns.ping), signal);
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
  }
}
