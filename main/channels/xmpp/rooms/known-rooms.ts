import { bareJid, ns } from '../names.ts';
import type { XmppConnection } from '../stream/connection.ts';
import { attributeOf, childOf, element, elementsOf } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { StanzaError } from '../stream/failures.ts';
import { mostRooms } from './named-rooms.ts';

/** The rooms that other programs of this account enter by themselves (XEP-0402); none where the server keeps no bookmarks. */
export async function bookmarkedRooms(
  connection: XmppConnection,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const asked = element('pubsub', ns.pubsub, {}, element('items', ns.pubsub, { node: ns.bookmarks }));
  try {
    const answer = await connection.request('get', asked, signal);
    const items = childOf(childOf(answer, 'pubsub', ns.pubsub), 'items', ns.pubsub);
    return (items === undefined ? [] : elementsOf(items)).slice(0, mostRooms).flatMap((item) => {
      const enters = attributeOf(childOf(item, 'conference', ns.bookmarks), 'autojoin');
      const room = enters === 'true' || enters === '1' ? bareJid(attributeOf(item, 'id')) : null;
      return room?.includes('@') === true ? [room] : [];
    });
  } catch (error) {
    if (error instanceof StanzaError) return [];
    throw error;
  }
}

/** What a room is: whether it keeps an archive, without which we would lose what is said while we are away. */
export type RoomInfo = { readonly room: string; readonly label: string; readonly archived: boolean };

const tidy = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 100);

/** Asks a room about itself; null when it does not exist. One that cannot be reached now is believed to be as it should. */
export async function roomInfo(
  connection: XmppConnection,
  room: string,
  signal: AbortSignal,
): Promise<RoomInfo | null> {
  let query: Element | undefined;
  try {
    const answer = await connection.request('get', element('query', ns.info), signal, room);
    query = childOf(answer, 'query', ns.info);
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
    return error.type === 'wait' ? { room, label: room, archived: true } : null;
  }
  const children = query === undefined ? [] : elementsOf(query);
  const features = children.filter(({ name }) => name === 'feature').map((one) => attributeOf(one, 'var'));
  const identity = children.find(({ name }) => name === 'identity');
  return {
    room,
    label: tidy(attributeOf(identity, 'name') ?? '') || room,
    archived: features.includes(ns.rooms) && features.includes(ns.archive),
  };
}
