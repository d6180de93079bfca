import { chatNamespace } from '#shared/domain/website-chat/protocol.ts';
import type { Composed, Outgoing } from '../../kit/outgoing.ts';
import { bareJid, ns } from '../names.ts';
import { element, serialised } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { readElement } from '../stream/xml-reader.ts';
import { isVisitorId } from './visitor-said.ts';

/** A visitor as they are written to: their id, or the JID of whoever came with another program. */
export function readVisitor(typed: string): string | null {
  const address = typed.trim().toLowerCase();
  if (isVisitorId(address)) return address;
  const jid = bareJid(address);
  return jid?.includes('@') === true ? jid : null;
}

/** The wire form of an answer without its recipient's session, which is only known when it is sent. */
export function composeAnswer(message: Outgoing): Composed {
  const room = message.answers?.room ?? message.to[0]?.address ?? '';
  const stanza = element(
    'message',
    ns.client,
    { type: 'chat', id: message.clientId },
    element('body', ns.client, {}, message.text),
    element('origin-id', ns.ids, { id: message.clientId }),
    element('answer', chatNamespace, { room }),
    element('request', ns.receipts),
    element('markable', ns.markers),
    element('store', ns.hints),
  );
  return {
    externalId: message.clientId,
    recipients: room === '' ? [] : [room],
    bytes: Buffer.from(serialised(stanza), 'utf8'),
    room: room === '' ? null : room,
  };
}

/** The wire form for one session; null when the bytes are no message. */
export function saidToSession(bytes: Uint8Array, jid: string): Element | null {
  const stanza = readElement(Buffer.from(bytes).toString('utf8'));
  if (stanza?.name !== 'message' || stanza.ns !== ns.client) return null;
  return { ...stanza, attributes: new Map([...stanza.attributes, ['to', jid]]) };
}
