import { createHash } from 'node:crypto';
import { chatNamespace, visitLimits, visitorKeyPattern } from '#shared/domain/website-chat/protocol.ts';
import { bareJid } from '../names.ts';
import { attributeOf, childOf, elementsOf, textIn } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';

/** What a visitor's browser says of itself in a stanza, beside its words. */
export type VisitorSaid = {
  /** Who it is: the hash of the key that only this browser and we know. */
  readonly room: string;
  readonly name: string;
  /** Facts for a person to read: page, title, language, firstVisit. */
  readonly facts: Readonly<Record<string, string>>;
  /** It has just arrived, and `last` is the newest message of ours that it has. */
  readonly hello: { readonly last: string | null } | null;
  /** A mail address that the visitor left. */
  readonly contact: string | null;
};

const oneLine = (text: string | null, most: number): string =>
  (text ?? '')
    .replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, most);

/** The visitor's id made from the secret: whoever learns the id, from a log or a list, cannot speak as that visitor. */
export const roomOfKey = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 32);

/** Whether an address is such an id; everything else is a JID. */
export const isVisitorId = (address: string): boolean => /^[0-9a-f]{32}$/.test(address);

const webPage = (url: string | null): string => {
  const text = oneLine(url, visitLimits.page);
  return /^https?:\/\/[^\s]+$/i.test(text) ? text : '';
};

const languageTag = (text: string | null): string => {
  const tag = oneLine(text, visitLimits.language);
  return /^[a-z0-9]+(-[a-z0-9]+)*$/i.test(tag) ? tag : '';
};

const instant = (text: string | null): string => {
  const at = Date.parse(oneLine(text, 40));
  return Number.isNaN(at) || at < 0 ? '' : new Date(at).toISOString();
};

// The address itself is judged where it is taken over; this only keeps out what no address can look like (RFC 5321 section 4.5.3.1).
const mailAddress = (text: string | null): string | null => {
  const address = oneLine(text, visitLimits.address + 1);
  return address.length <= visitLimits.address && /^[^\s@<>"(),:;\\]+@[^\s@<>"(),:;\\]+$/.test(address)
    ? address
    : null;
};

/** What the widget put into a stanza; null for the stanza of any other program. */
export function visitorSaid(message: Element): VisitorSaid | null {
  const visitor = childOf(message, 'visitor', chatNamespace);
  const key = attributeOf(visitor, 'key') ?? '';
  if (visitor === undefined || !visitorKeyPattern.test(key)) return null;
  const page = childOf(visitor, 'page', chatNamespace);
  const hello = childOf(visitor, 'hello', chatNamespace);
  const facts = {
    page: webPage(attributeOf(page, 'url')),
    title: oneLine(attributeOf(page, 'title'), visitLimits.title),
    language: languageTag(attributeOf(visitor, 'language')),
    firstVisit: instant(attributeOf(visitor, 'first')),
  };
  const last = oneLine(attributeOf(hello, 'last'), 200);
  return {
    room: roomOfKey(key),
    name: oneLine(attributeOf(visitor, 'name'), visitLimits.name),
    facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== '')),
    hello: hello === undefined ? null : { last: last === '' ? null : last },
    contact: mailAddress(attributeOf(childOf(visitor, 'contact', chatNamespace), 'address')),
  };
}

/** The talk a stanza from outside belongs to: the visitor's, or that of its JID where it comes from any other program. */
export const roomOfSender = (message: Element): string | null =>
  visitorSaid(message)?.room ?? bareJid(attributeOf(message, 'from'));

/** The talk that a message of ours says it is for. */
export function roomOfAnswer(message: Element): string | null {
  const room = attributeOf(childOf(message, 'answer', chatNamespace), 'room');
  return room !== null && (isVisitorId(room) || bareJid(room) === room) ? room : null;
}

/** Whether a stanza says anything that is kept: words, an arrival, an address, or that words of ours arrived or were read. */
export const hasVisitorNews = (message: Element): boolean =>
  attributeOf(message, 'type') !== 'error' &&
  (textIn(childOf(message, 'body', 'jabber:client')) !== '' ||
    elementsOf(message).some(
      ({ name, ns }) =>
        (name === 'x' && ns === 'jabber:x:oob') ||
        (name === 'received' && ns === 'urn:xmpp:receipts') ||
        (name === 'displayed' && ns === 'urn:xmpp:chat-markers:0') ||
        (name === 'visitor' && ns === chatNamespace),
    ));
