import { within } from '../../kit/waiting.ts';
import { bareJid, ns, resourceOf } from '../names.ts';
import type { XmppConnection } from '../stream/connection.ts';
import { attributeOf, childOf, element, elementsOf } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { stanzaError } from '../stream/failures.ts';
import { idOf } from '../map/said.ts';

/** How we are known in a room. */
export type Occupant = { readonly nick: string; readonly occupantId: string | null };

const otherNames = 3;
const joinMs = 20_000;

const statuses = (presence: Element): readonly string[] =>
  elementsOf(childOf(presence, 'x', ns.roomUser) ?? presence)
    .filter((child) => child.name === 'status')
    .flatMap((child) => attributeOf(child, 'code') ?? []);

/** Which rooms of a stream we are in, and under which name (XEP-0045). */
export class Rooms {
  private readonly inside = new Map<string, Occupant>();

  as(room: string): Occupant | null {
    return this.inside.get(room) ?? null;
  }

  /** The server has forgotten us: a new stream began. */
  forget(): void {
    this.inside.clear();
  }

  /** Takes a presence; the room tells when it has put us out or was closed (section 9). */
  take(presence: Element): void {
    if (attributeOf(presence, 'type') !== 'unavailable') return;
    const room = bareJid(attributeOf(presence, 'from'));
    const occupant = room === null ? undefined : this.inside.get(room);
    if (room !== null && occupant?.nick === resourceOf(attributeOf(presence, 'from')))
      this.inside.delete(room);
  }

  /** Joins, if we are not in already, without the past, which is in the archive. Answers false when the room refuses us. */
  async enter(connection: XmppConnection, room: string, nick: string, signal: AbortSignal): Promise<boolean> {
    if (this.inside.has(room)) return true;
    for (let turn = 0; turn <= otherNames; turn += 1) {
      const name = `${nick}${'_'.repeat(turn)}`;
      const answer = await this.knock(connection, room, name, signal);
      if (attributeOf(answer, 'type') !== 'error') {
        this.inside.set(room, {
          nick: resourceOf(attributeOf(answer, 'from')),
          occupantId: idOf(childOf(answer, 'occupant-id', ns.occupant)),
        });
        return true;
      }
      // Somebody else goes by that name (section 7.2.8).
      if (stanzaError(answer).condition !== 'conflict') return false;
    }
    return false;
  }

  private async knock(
    connection: XmppConnection,
    room: string,
    nick: string,
    signal: AbortSignal,
  ): Promise<Element> {
    let stop = (): void => undefined;
    const answered = new Promise<Element>((resolve) => {
      stop = connection.onPresence((presence) => {
        const from = attributeOf(presence, 'from');
        if (bareJid(from) !== room) return;
        const type = attributeOf(presence, 'type');
        if (type === 'error' || (type === null && statuses(presence).includes('110'))) resolve(presence);
      });
    });
    const { ended, stop: forget } = connection.untilEnd();
    const history = element('history', ns.rooms, { maxstanzas: '0' });
    try {
      connection.say(
        element('presence', ns.client, { to: `${room}/${nick}` }, element('x', ns.rooms, {}, history)),
      );
      return await within(Promise.race([answered, ended]), {
        signal,
        ms: joinMs,
        late: () => Object.assign(new Error('no answer in time'), { code: 'ETIMEOUT' }),
        end: () => undefined,
      });
    } finally {
      stop();
      forget();
    }
  }
}
