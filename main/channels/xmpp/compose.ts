import type { Composed, Outgoing } from '../kit/outgoing.ts';
import { bareJid, ns } from './names.ts';
import { element, serialised } from './stream/element.ts';
import type { Element } from './stream/element.ts';
import { readElement } from './stream/xml-reader.ts';

/** The wire form of a message without its recipient: the same text to everyone, under our own id (XEP-0359), to be archived and receipted. */
export function composeMessage(message: Outgoing): Composed {
  const stanza = element(
    'message',
    ns.client,
    { type: 'chat', id: message.clientId },
    element('body', ns.client, {}, message.text),
    element('origin-id', ns.ids, { id: message.clientId }),
    element('request', ns.receipts),
    element('markable', ns.markers),
    element('store', ns.hints),
  );
  return {
    externalId: message.clientId,
    recipients: [...message.to, ...message.cc, ...message.bcc].map(({ address }) => address),
    bytes: Buffer.from(serialised(stanza), 'utf8'),
  };
}

/** The wire form for one recipient; null when the bytes are no message or the recipient is no address. */
export function addressed(bytes: Uint8Array, recipient: string): Element | null {
  const stanza = readElement(Buffer.from(bytes).toString('utf8'));
  const to = bareJid(recipient);
  if (stanza?.name !== 'message' || stanza.ns !== ns.client || to === null) return null;
  return { ...stanza, attributes: new Map([...stanza.attributes, ['to', to]]) };
}
