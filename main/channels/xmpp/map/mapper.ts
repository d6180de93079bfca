import { createHash } from 'node:crypto';
import type { Correspondent } from '#shared/domain/message.ts';
import type {
  Inbound,
  InboundPart,
  MapContext,
  Mapper,
  RawItem,
  SourceBody,
  Understood,
} from '../../kit/inbound.ts';
import { packedPart, unpack } from '../../kit/packed.ts';
import { archivedIn } from '../archive/archive-item.ts';
import type { Archived } from '../archive/archive-item.ts';
import { bareJid, ns, resourceOf } from '../names.ts';
import { attributeOf, childOf, textIn } from '../stream/element.ts';
import type { Element } from '../stream/element.ts';
import { readElement } from '../stream/xml-reader.ts';
import { factOf } from './facts.ts';
import { filesIn, textBeside } from './files.ts';
import type { SharedFile } from './files.ts';
import { nameOf, roomName } from './message-names.ts';
import { notedIn } from './noted.ts';
import type { Noted } from './noted.ts';
import { idOf, isEncrypted, occupantJid, saidIn, writerOf } from './said.ts';

const longestText = 200_000;
const longestName = 200;
const snippetLength = 160;

/** An id that its sender promises to be unique (XEP-0359); shorter ones count from one in every session of many programs. */
const shortestUnique = 16;

const ourId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type Read = { readonly archived: Archived; readonly noted: Noted };

function read(bytes: Uint8Array): Read | null {
  const root = readElement(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  const archived = root === null ? null : archivedIn(root);
  return root === null || archived === null ? null : { archived, noted: notedIn(root) };
}

const originId = (message: Element): string | null =>
  idOf(childOf(message, 'origin-id', ns.ids)) ?? idOf(message);

const snippetOf = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, snippetLength);

const wordsIn = (message: Element, files: readonly SharedFile[]): string =>
  textBeside(message, files).slice(0, longestText);

const partsOf = (files: readonly SharedFile[]): readonly InboundPart[] =>
  files.map(({ name, mimeType, size }, at) => ({
    part: String(at + 1),
    name,
    mimeType,
    size,
    contentId: null,
    inline: false,
    kind: 'file',
    remote: true,
  }));

const callsThemself = (message: Element): string =>
  textIn(childOf(message, 'nick', ns.nick))
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, longestName);

/** Who wrote a message, to whom, and in which talk. */
type Place = {
  readonly outgoing: boolean;
  readonly from: Correspondent;
  readonly to: string | null;
  readonly room: string;
  readonly name: string;
  /** Who wrote it by their own server's word; a room's word for a nick proves nobody. */
  readonly proven: string | null;
};

/** A talk between two: the server that delivered it has checked who sends (RFC 6120 section 8.1.2.1). */
function betweenTwo({ archived }: Read, context: MapContext): Place | null {
  const { message } = archived;
  const from = writerOf(message);
  const to = writerOf(message, 'to');
  if (from === null) return null;
  const outgoing = context.own.includes(from);
  const room = outgoing ? to : from;
  if (room === null) return null;
  const id = idOf(message) ?? originId(message);
  return {
    outgoing,
    from: { name: outgoing ? '' : callsThemself(message) || resourceOf(room), address: from },
    to,
    room,
    name: id === null ? `${from}#${archived.id}` : nameOf(from, id),
    proven: outgoing || from.includes('/') ? null : from,
  };
}

/**
 * A talk in a room. A speaker is `room@host/nick`: the only thing about them that every room tells and that a person recognises. It is not
 * proof of anything, which is why `proven` stays empty.
 */
function inRoom({ archived, noted }: Read, context: MapContext): Place | null {
  const { message } = archived;
  const room = bareJid(attributeOf(message, 'from'));
  const nick = resourceOf(attributeOf(message, 'from'));
  const own = context.own[0];
  if (room === null || nick === '') return null;
  const outgoing = noted.ours && own !== undefined;
  const speaker = occupantJid(room, nick);
  const occupantId = idOf(childOf(message, 'occupant-id', ns.occupant));
  return {
    outgoing,
    from: outgoing ? { name: '', address: own } : { name: resourceOf(speaker), address: speaker },
    to: room,
    room,
    name: roomName(room, { occupantId, id: idOf(message), archiveId: archived.id }),
    proven: null,
  };
}

const isGroupchat = (message: Element): boolean => attributeOf(message, 'type') === 'groupchat';

/**
 * Equal for all copies of one message: by its sender's own unique id and what it says, so that a server that numbers its archive anew
 * brings no doubles; where the id may not be unique, by the archive and its id.
 */
function dedupeOf({ message, id: archiveId }: Archived, own: string, text: string): string {
  const id = originId(message);
  const from = isGroupchat(message) ? attributeOf(message, 'from') : writerOf(message);
  const unique = id !== null && id.length >= shortestUnique;
  const facts = unique ? ['id', from, id, text] : ['archive', own, archiveId];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 40);
}

const timeOf = (archived: Archived, item: RawItem, context: MapContext): number =>
  Math.max(0, Math.min(archived.stampedAt ?? item.receivedAt ?? context.now, context.now));

function messageOf(it: Read, place: Place, item: RawItem, context: MapContext): Inbound {
  const { message } = it.archived;
  const files = filesIn(message);
  const text = wordsIn(message, files);
  const id = originId(message);
  const archive = isGroupchat(message) ? place.room : place.outgoing ? place.from.address : (place.to ?? '');
  return {
    kind: 'message',
    dedupe: dedupeOf(it.archived, archive, text),
    key: item.key,
    direction: place.outgoing ? 'out' : 'in',
    // Only what our own account wrote may say which of our messages it is.
    clientId: place.outgoing && id !== null && ourId.test(id) ? id : null,
    at: timeOf(it.archived, item, context),
    atSource: 'server',
    from: place.from,
    sender: null,
    replyTo: [],
    to: place.to === null ? [] : [{ name: '', address: place.to }],
    cc: [],
    bcc: [],
    subject: '',
    text,
    snippet: snippetOf(text) || snippetOf(files.map(({ name }) => name).join(' ')),
    hasHtml: false,
    html: null,
    thread: { self: null, parents: [], room: place.room },
    parts: partsOf(files),
    invitation: null,
    automatic: null,
    bounce: null,
    oddities: isEncrypted(message) ? ['encrypted'] : [],
    authenticatedFrom: place.proven,
    listUnsubscribe: null,
    seen: item.seen,
    answered: item.answered,
    name: place.name,
    keepSource: true,
  };
}

function understand(item: RawItem, context: MapContext): Understood | null {
  const it = read(item.bytes);
  if (it === null) return null;
  const { message } = it.archived;
  const groupchat = isGroupchat(message);
  const said = saidIn(message);
  const at = timeOf(it.archived, item, context) + it.noted.order;
  if (groupchat && said.kind === 'retraction' && said.moderated) {
    // A moderator's removal comes from the room itself, which has no nick.
    const byRoom = resourceOf(attributeOf(message, 'from')) === '';
    return byRoom && it.noted.about !== null
      ? { kind: 'remove', key: item.key, about: { name: it.noted.about }, at }
      : { kind: 'nothing', key: item.key };
  }
  const place = groupchat ? inRoom(it, context) : betweenTwo(it, context);
  if (place === null) return groupchat || said.kind !== 'words' ? { kind: 'nothing', key: item.key } : null;
  const files = filesIn(message);
  const text = wordsIn(message, files);
  const facts = {
    key: item.key,
    at,
    groupchat,
    outgoing: place.outgoing,
    own: context.own[0] ?? '',
    by: place.from,
    room: place.room,
    name: place.name,
    archiveId: it.archived.id,
    text,
    snippet: snippetOf(text),
  };
  return factOf(said, facts, it.noted) ?? messageOf(it, place, item, context);
}

/** Understands one result of an archive: pure, total, and the same answer for the same bytes. */
export const xmppMapper: Mapper = {
  map: (item: RawItem, context: MapContext): Understood =>
    understand(item, context) ?? {
      kind: 'unreadable',
      key: item.key,
      reason: item.bytes.length === 0 ? 'empty' : 'foreign',
    },
  body: (source): SourceBody | null => {
    const message = messageIn(source);
    return message === null ? null : { text: wordsIn(message, filesIn(message)), html: null, inline: [] };
  },
  part: (source, part) => packedPart(source, part),
};

/** The message in what was pulled, or in what we composed, with or without files. */
function messageIn(source: Uint8Array): Element | null {
  const archived = read(source)?.archived;
  if (archived !== undefined) return archived.message;
  const packed = unpack(source)?.said;
  const written = typeof packed === 'string' ? packed : Buffer.from(source).toString('utf8');
  const message = readElement(written);
  return message?.name === 'message' && message.ns === ns.client ? message : null;
}
