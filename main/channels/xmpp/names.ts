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
  /** XEP-0030 */
  info: 'http://jabber.org/protocol/disco#info',
  items: 'http://jabber.org/protocol/disco#items',
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
  /** XEP-0359, XEP-0421 */
  ids: 'urn:xmpp:sid:0',
  occupant: 'urn:xmpp:occupant-id:0',
  /** XEP-0184, XEP-0333 */
  receipts: 'urn:xmpp:receipts',
  markers: 'urn:xmpp:chat-markers:0',
  /** XEP-0308 */
  correct: 'urn:xmpp:message-correct:0',
  /** XEP-0424 in both forms, XEP-0422 that the older one is wrapped in, and XEP-0425 in both forms */
  retract: 'urn:xmpp:message-retract:1',
  oldRetract: 'urn:xmpp:message-retract:0',
  fasten: 'urn:xmpp:fasten:0',
  moderate: 'urn:xmpp:message-moderate:1',
  oldModerate: 'urn:xmpp:message-moderate:0',
  /** XEP-0444 */
  reactions: 'urn:xmpp:reactions:0',
  /** XEP-0380, and what older programs send without it: XEP-0384, XEP-0027, XEP-0373 */
  encryption: 'urn:xmpp:eme:0',
  omemo: 'eu.siacs.conversations.axolotl',
  newOmemo: 'urn:xmpp:omemo:2',
  pgp: 'jabber:x:encrypted',
  openpgp: 'urn:xmpp:openpgp:0',
  /** XEP-0066, XEP-0385, XEP-0447, XEP-0446, XEP-0103, XEP-0372, XEP-0234 */
  outOfBand: 'jabber:x:oob',
  mediaSharing: 'urn:xmpp:sims:1',
  fileSharing: 'urn:xmpp:sfs:0',
  fileMetadata: 'urn:xmpp:file:metadata:0',
  urlData: 'http://jabber.org/protocol/url-data',
  reference: 'urn:xmpp:reference:0',
  jingleFile: 'urn:xmpp:jingle:apps:file-transfer:5',
  /** XEP-0363 */
  upload: 'urn:xmpp:http:upload:0',
  /** XEP-0172, XEP-0334 */
  nick: 'http://jabber.org/protocol/nick',
  hints: 'urn:xmpp:hints',
  /** XEP-0045 */
  rooms: 'http://jabber.org/protocol/muc',
  roomUser: 'http://jabber.org/protocol/muc#user',
  /** XEP-0402, XEP-0060 */
  bookmarks: 'urn:xmpp:bookmarks:1',
  pubsub: 'http://jabber.org/protocol/pubsub',
  /** What a session of ours writes beside a result it has looked into; it never comes from outside. */
  noted: 'steward:noted',
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

/** What stands after the first slash of an address: a device, or in a room the name somebody goes by; '' when there is nothing. */
export const resourceOf = (jid: string | null): string => {
  const at = jid?.indexOf('/') ?? -1;
  return jid === null || at === -1 ? '' : jid.slice(at + 1);
};
