import { createHash } from 'node:crypto';
import type { Correspondent } from '#shared/domain/message.ts';
import type {
  Inbound,
  InboundFact,
  MapContext,
  Mapper,
  RawItem,
  SourceBody,
  Understood,
} from '../../kit/inbound.ts';
import { archivedIn } from '../archive/archive-item.ts';
import type { Archived } from '../archive/archive-item.ts';
import { bareJid, ns } from '../names.ts';
import { attributeOf, childOf, elementsOf, textIn } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { readElement } from '../stream/xml-reader.ts';
import { roomOfAnswer, visitorSaid } from './visitor-said.ts';

const longestText = 200_000;
const longestName = 200;
const longestId = 500;
const snippetLength = 160;
/** An id that its sender promises to be unique (XEP-0359); shorter ones count from one in every session of many programs. */
const shortestUnique = 16;

const ourId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type Read = { readonly archived: Archived; readonly toldRoom: string | null };

function read(bytes: Uint8Array): Read | null {
  const root = readElement(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  const archived = root === null ? null : archivedIn(root);
  return root === null || archived === null ? null : { archived, toldRoom: roomOfAnswer(root) };
}

/** What was said, with the addresses of files that came along and are not in the text anyway (XEP-0066). */
function wordsIn(message: Element): string {
  const body = textIn(childOf(message, 'body', ns.client));
  const links = elementsOf(message)
    .filter((child) => child.name === 'x' && child.ns === ns.outOfBand)
    .map((file) => textIn(childOf(file, 'url', ns.outOfBand)).trim())
    .filter((url) => url !== '' && !body.includes(url));
  return [body, ...links].join('\n').slice(0, longestText).replace(/^\n/, '');
}

const nickOf = (message: Element): string =>
  textIn(childOf(message, 'nick', ns.nick))
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, longestName);

const hashOf = (facts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 40);

const originId = (message: Element): string | null =>
  (attributeOf(childOf(message, 'origin-id', ns.ids), 'id') ?? attributeOf(message, 'id'))?.slice(
    0,
    longestId,
  ) ?? null;

/** Who said it to whom. */
type Sides = {
  readonly outgoing: boolean;
  readonly room: string;
  readonly person: Correspondent;
  readonly own: string;
  readonly at: number;
};

function sidesOf({ archived, toldRoom }: Read, item: RawItem, context: MapContext): Sides | null {
  const { message, stampedAt } = archived;
  const from = bareJid(attributeOf(message, 'from'));
  const to = bareJid(attributeOf(message, 'to'));
  if (from === null) return null;
  const outgoing = context.own.includes(from);
  const said = outgoing ? null : visitorSaid(message);
  const room = outgoing ? (roomOfAnswer(message) ?? toldRoom ?? to) : (said?.room ?? from);
  if (room === null) return null;
  const name = outgoing ? '' : (said?.name ?? '') || nickOf(message);
  const sentAt = stampedAt ?? item.receivedAt ?? context.now;
  return {
    outgoing,
    room,
    person: { name, address: room },
    own: outgoing ? from : (to ?? ''),
    at: Math.max(0, Math.min(sentAt, context.now)),
  };
}

function messageOf({ archived }: Read, sides: Sides, item: RawItem): Inbound {
  const { message } = archived;
  const { outgoing, room, person, own, at } = sides;
  const text = wordsIn(message);
  const id = originId(message);
  const speaker = outgoing ? own : room;
  const unique = id !== null && id.length >= shortestUnique;
  // A visitor says the same again from another session when the line broke; it is one message all the same.
  const dedupe = hashOf(unique ? ['id', speaker, id, text] : ['archive', own, archived.id]);
  return {
    kind: 'message',
    dedupe,
    key: item.key,
    direction: outgoing ? 'out' : 'in',
    // Only what our own account wrote may say which of our messages it is.
    clientId: outgoing && id !== null && ourId.test(id) ? id : null,
    at,
    atSource: 'server',
    from: outgoing ? { name: '', address: own } : person,
    sender: null,
    replyTo: [],
    to: outgoing ? [person] : own === '' ? [] : [{ name: '', address: own }],
    cc: [],
    bcc: [],
    subject: '',
    text,
    snippet: text.replaceAll(/\s+/g, ' ').trim().slice(0, snippetLength),
    hasHtml: false,
    html: null,
    thread: { self: null, parents: [], room },
    parts: [],
    invitation: null,
    automatic: null,
    bounce: null,
    oddities: [],
    // A JID is vouched for by the server (RFC 6120 section 8.1.2.1), a visitor's id by the secret it is made of.
    authenticatedFrom: outgoing ? null : room,
    listUnsubscribe: null,
    seen: item.seen,
    answered: item.answered,
    // What lies in our own archive was written by us, so its id may vouch for it.
    name: outgoing && id !== null && ourId.test(id) ? id : dedupe,
    keepSource: true,
  };
}

/** What a stanza without words tells. */
function factOf({ archived }: Read, { outgoing, room, person, at }: Sides, key: string): InboundFact {
  const { message } = archived;
  const nothing = { kind: 'nothing', key } as const;
  if (outgoing) return nothing;
  const receipt = (level: 'delivered' | 'read', id: string | null): InboundFact =>
    id === null || !ourId.test(id)
      ? nothing
      : { kind: 'receipt', key, about: { clientId: id }, level, upTo: level === 'read', at };
  const said = visitorSaid(message);
  if (said !== null && said.contact !== null)
    return { kind: 'contact', key, room, person, channel: 'email', address: said.contact, at };
  const displayed = childOf(message, 'displayed', ns.markers);
  if (displayed !== undefined) return receipt('read', attributeOf(displayed, 'id'));
  const received = childOf(message, 'received', ns.receipts);
  if (received !== undefined) return receipt('delivered', attributeOf(received, 'id'));
  if (said !== null && Object.keys(said.facts).length > 0)
    return { kind: 'visit', key, room, person, facts: said.facts, at };
  return nothing;
}

/** Understands one result of the archive of a website chat's account: pure, total, and the same answer for the same bytes. */
export const visitorsMapper: Mapper = {
  map: (item: RawItem, context: MapContext): Understood => {
    const { key } = item;
    if (item.bytes.length === 0) return { kind: 'unreadable', key, reason: 'empty' };
    const found = read(item.bytes);
    const sides = found === null ? null : sidesOf(found, item, context);
    if (found === null || sides === null) return { kind: 'unreadable', key, reason: 'foreign' };
    return wordsIn(found.archived.message) === '' ? factOf(found, sides, key) : messageOf(found, sides, item);
  },
  body: (source): SourceBody | null => {
    const found = read(source);
    return found === null ? null : { text: wordsIn(found.archived.message), html: null, inline: [] };
  },
  part: () => null,
};
