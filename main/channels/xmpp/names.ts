/** The namespaces in use, each with the document that defines it. */
export const ns = {
  client: 'jabber:client',
  stream: 'http://etherx.jabber.org/streams',
  streamErrors: 'urn:ietf:params:xml:ns:xmpp-streams',
  stanzaErrors: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  tls: 'urn:ietf:params:xml:ns:xmpp-tls',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  ping: 'urn:xmpp:ping',
  /** XEP-0198 */
  acks: 'urn:xmpp:sm:3',
  /** XEP-0313, XEP-0059, XEP-0297, XEP-0203 */
  archive: 'urn:xmpp:mam:2',
  pages: 'http://jabber.org/protocol/rsm',
  forward: 'urn:xmpp:forward:0',
  delay: 'urn:xmpp:delay',
  form: 'jabber:x:data',
  /** XEP-0280 */
  carbons: 'urn:xmpp:carbons:2',
  /** XEP-0359 */
  ids: 'urn:xmpp:sid:0',
  /** XEP-0184, XEP-0333 */
  receipts: 'urn:xmpp:receipts',
  markers: 'urn:xmpp:chat-markers:0',
  /** XEP-0066, XEP-0172, XEP-0334 */
  outOfBand: 'jabber:x:oob',
  nick: 'http://jabber.org/protocol/nick',
  hints: 'urn:xmpp:hints',
} as const;

/** An address without its resource, in the one spelling that is compared; null when it is none (RFC 7622, ASCII domains and up). */
export function bareJid(written: string | null): string | null {
  if (written === null || written.length > 3_071) return null;
  const bare = written.split('/', 1)[0] ?? '';
  const at = bare.indexOf('@');
  const local = at === -1 ? '' : bare.slice(0, at);
  const domain = bare.slice(at + 1).replace(/\.$/, '');
  if (at === 0 || /[\s"&'/:<>@\p{Cc}]/u.test(local)) return null;
  if (!/^[\p{L}\p{N}\p{M}._-]+$/u.test(domain) || domain.length > 253) return null;
  return `${at === -1 ? '' : `${local}@`}${domain}`.toLowerCase().normalize('NFC');
}
