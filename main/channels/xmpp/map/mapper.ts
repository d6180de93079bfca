import { createHash } from 'node:crypto';
import type { Correspondent } from '#shared/domain/message.ts';
import type { Inbound, MapContext, Mapper, RawItem, SourceBody, Unreadable } from '../../kit/inbound.ts';
import { archivedIn } from '../archive/archive-item.ts';
import type { Archived } from '../archive/archive-item.ts';
import { bareJid, ns } from '../names.ts';
import { attributeOf, childOf, elementsOf, textIn } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { readElement } from '../stream/xml-reader.ts';

const longestText = 200_000;
const longestName = 200;
const longestId = 500;
const snippetLength = 160;

/** An id that its sender promises to be unique (XEP-0359); shorter ones count from one in every session of many programs. */
const shortestUnique = 16;

const ourId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function read(bytes: Uint8Array): Archived | null {
  const root = readElement(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  return root === null ? null : archivedIn(root);
}

const originId = (message: Element): string | null =>
  (attributeOf(childOf(message, 'origin-id', ns.ids), 'id') ?? attributeOf(message, 'id'))?.slice(
    0,
    longestId,
  ) ?? null;

/** What was said, with the addresses of files that came along and are not in the text anyway. */
function wordsIn(message: Element): string {
  const body = textIn(childOf(message, 'body', ns.client));
  const links = elementsOf(message)
    .filter((child) => child.name === 'x' && child.ns === ns.outOfBand)
    .map((file) => textIn(childOf(file, 'url', ns.outOfBand)).trim())
    .filter((url) => url !== '' && !body.includes(url));
  return [body, ...links].join('\n').slice(0, longestText).replace(/^\n/, '');
}

const person = (message: Element, address: string): Correspondent => ({
  name: textIn(childOf(message, 'nick', ns.nick))
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, longestName),
  address,
});

/**
 * Equal for all copies of one message: by its sender's own unique id and what it says, so that a server that numbers its archive anew
 * brings no doubles; where the id may not be unique, by the archive and its id.
 */
function dedupeOf(archived: Archived, from: string, text: string, own: string): string {
  const id = originId(archived.message);
  const unique = id !== null && id.length >= shortestUnique;
  const facts = unique ? ['id', from, id, text] : ['archive', own, archived.id];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 40);
}

function understand(archived: Archived, item: RawItem, context: MapContext): Inbound | null {
  const { message } = archived;
  const from = bareJid(attributeOf(message, 'from'));
  const to = bareJid(attributeOf(message, 'to'));
  if (from === null) return null;
  const outgoing = context.own.includes(from);
  const room = attributeOf(message, 'type') === 'groupchat';
  const peer = outgoing && !room ? to : from;
  if (peer === null) return null;
  const text = wordsIn(message);
  const id = originId(message);
  const sentAt = archived.stampedAt ?? item.receivedAt ?? context.now;
  return {
    kind: 'message',
    dedupe: dedupeOf(archived, from, text, outgoing ? from : (to ?? '')),
    key: item.key,
    direction: outgoing ? 'out' : 'in',
    // Only what our own account wrote may say which of our messages it is.
    clientId: outgoing && id !== null && ourId.test(id) ? id : null,
    at: Math.max(0, Math.min(sentAt, context.now)),
    atSource: 'server',
    from: outgoing ? { name: '', address: from } : person(message, from),
    sender: null,
    replyTo: [],
    to: to === null ? [] : [{ name: '', address: to }],
    cc: [],
    bcc: [],
    subject: '',
    text,
    snippet: text.replaceAll(/\s+/g, ' ').trim().slice(0, snippetLength),
    hasHtml: false,
    html: null,
    thread: { self: null, parents: [], room: peer },
    parts: [],
    invitation: null,
    automatic: null,
    bounce: null,
    oddities: [],
    // The server that delivers has checked who sends (RFC 6120 section 8.1.2.1).
    authenticatedFrom: outgoing ? null : from,
    listUnsubscribe: null,
    seen: item.seen,
    answered: item.answered,
    keepSource: true,
  };
}

/** Understands one result of an archive: pure, total, and the same answer for the same bytes. */
export const xmppMapper: Mapper = {
  map: (item: RawItem, context: MapContext): Inbound | Unreadable => {
    const archived = item.bytes.length === 0 ? null : read(item.bytes);
    const result = archived === null ? null : understand(archived, item, context);
    return (
      result ?? { kind: 'unreadable', key: item.key, reason: item.bytes.length === 0 ? 'empty' : 'foreign' }
    );
  },
  body: (source): SourceBody | null => {
    const archived = read(source);
    return archived === null ? null : { text: wordsIn(archived.message), html: null, inline: [] };
  },
  part: () => null,
};
