import { chatNamespace } from '#shared/domain/website-chat/protocol.ts';

/** The namespaces in use, each with the document that defines it. */
export const ns = {
  client: 'jabber:client',
  stream: 'http://etherx.jabber.org/streams',
  /** RFC 7395 */
  framing: 'urn:ietf:params:xml:ns:xmpp-framing',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  /** XEP-0199 */
  ping: 'urn:xmpp:ping',
  /** XEP-0359, XEP-0184, XEP-0333, XEP-0334, XEP-0203, XEP-0085 */
  ids: 'urn:xmpp:sid:0',
  receipts: 'urn:xmpp:receipts',
  markers: 'urn:xmpp:chat-markers:0',
  hints: 'urn:xmpp:hints',
  delay: 'urn:xmpp:delay',
  states: 'http://jabber.org/protocol/chatstates',
  chat: chatNamespace,
} as const;

/** An address without its resource, in one spelling. */
export const bare = (jid: string): string => (jid.split('/', 1)[0] ?? '').toLowerCase();
