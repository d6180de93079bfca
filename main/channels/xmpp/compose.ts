import type { Composed, Outgoing } from '../kit/outgoing.ts';
import { pack, unpack } from '../kit/packed.ts';
import type { OutgoingFile } from '../kit/outgoing.ts';
import { isRoomName } from './map/message-names.ts';
import { bareJid, ns, resourceOf } from './names.ts';
import { element, elementsOf, serialised } from './stream/element.ts';
import type { Element } from './stream/element.ts';
import { readElement } from './stream/xml-reader.ts';

/** The room that an answer goes to; null for what is said to one person. A room is known by how its messages are called, or by its speakers. */
function roomOf({ answers, to }: Outgoing): string | null {
  const room = answers?.room ?? null;
  if (answers === null || room === null || room.includes('/')) return null;
  const spoken = isRoomName(answers.name, room) || answers.from.address.startsWith(`${room}/`);
  return spoken && !to.some(({ address }) => !address.startsWith(room)) ? room : null;
}

/**
 * The wire form of a message without its recipient: the same text to everyone, under our own id (XEP-0359), to be archived and receipted.
 * Files go packed beside it; their addresses are written into it when they are known.
 */
export function composeMessage(message: Outgoing): Composed {
  const room = roomOf(message);
  const asked = room === null ? [element('request', ns.receipts), element('markable', ns.markers)] : [];
  const stanza = element(
    'message',
    ns.client,
    { type: room === null ? 'chat' : 'groupchat', id: message.clientId },
    element('body', ns.client, {}, message.text),
    element('origin-id', ns.ids, { id: message.clientId }),
    ...asked,
    element('store', ns.hints),
  );
  // A device that somebody wrote from is none of our business; only within a room the part after the slash says who it is.
  const met = message.answers?.from.address ?? null;
  const everyone = [...message.to, ...message.cc, ...message.bcc].map(({ address }) =>
    address === met ? address : (address.split('/', 1)[0] ?? address),
  );
  const written = serialised(stanza);
  return {
    externalId: message.clientId,
    recipients: room === null ? everyone : [room],
    bytes: message.files.length === 0 ? Buffer.from(written, 'utf8') : pack(written, message.files),
    ...(room === null ? {} : { room }),
  };
}

/** What is to be said, and the files that have to be on the web before. */
export type Written = { readonly stanza: Element; readonly files: readonly OutgoingFile[] };

/** Reads a wire form; null when the bytes are none of ours. */
export function readWritten(bytes: Uint8Array): Written | null {
  const packed = unpack(bytes);
  const text = typeof packed?.said === 'string' ? packed.said : Buffer.from(bytes).toString('utf8');
  const stanza = readElement(text);
  if (stanza?.name !== 'message' || stanza.ns !== ns.client) return null;
  return { stanza, files: packed?.files ?? [] };
}

/**
 * Names a file in a message: its address alone on the last line, and once more as XEP-0066 has it. Where there are no other words,
 * Conversations, Dino and Gajim show the file itself; beside words they show a link. Two messages instead would be two fates.
 */
export function withFile(stanza: Element, url: string): Element {
  const children = elementsOf(stanza).map((child) => {
    if (child.name !== 'body') return child;
    const text = child.children.filter((piece) => typeof piece === 'string').join('');
    return element('body', ns.client, {}, text === '' ? url : `${text}\n${url}`);
  });
  return {
    ...stanza,
    children: [...children, element('x', ns.outOfBand, {}, element('url', ns.outOfBand, {}, url))],
  };
}

/** The message for one recipient; null when that is no address. Someone met in a room is told from others by the part after the slash. */
export function addressed(stanza: Element, recipient: string): Element | null {
  const bare = bareJid(recipient);
  if (bare === null) return null;
  const nick = resourceOf(recipient);
  return {
    ...stanza,
    attributes: new Map([...stanza.attributes, ['to', nick === '' ? bare : `${bare}/${nick}`]]),
  };
}
