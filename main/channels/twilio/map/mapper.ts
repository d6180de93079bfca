import type {
  Inbound,
  InboundFact,
  InboundPart,
  MapContext,
  Mapper,
  RawItem,
  SourceBody,
  Understood,
} from '../../kit/inbound.ts';
import { packedPart, unpack } from '../../kit/packed.ts';
import type { Automatic } from '#shared/domain/message.ts';
import { dateOf, sentAt } from '../api/resources.ts';
import { receiptOf, standingOf, undeliveredWords } from '../api/statuses.ts';
import { readSaid } from '../compose.ts';
import { readItem } from '../item.ts';
import type { TwilioItem } from '../item.ts';
import { plainAddress, roomOf } from '../kinds.ts';
import type { TwilioKind } from '../kinds.ts';
import { isOptOutWord } from '../opt-out.ts';

const longestText = 100_000;
const snippetLength = 160;

const plausible = (at: number, now: number): number => Math.max(0, Math.min(at, now));

// The endings of what phones send; the rest is named by its subtype (https://www.twilio.com/docs/messaging/guides/accepted-mime-types).
const endings: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', 'jpg'],
  ['audio/mpeg', 'mp3'],
  ['audio/ogg', 'ogg'],
  ['audio/amr', 'amr'],
  ['video/3gpp', '3gp'],
  ['video/quicktime', 'mov'],
  ['text/plain', 'txt'],
  ['text/vcard', 'vcf'],
  ['text/x-vcard', 'vcf'],
  ['text/calendar', 'ics'],
  ['application/msword', 'doc'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
]);

const mimeForm = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,60}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,90}$/;

const mimeOf = (said: string): string => {
  const type = said.slice(0, 200).split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return mimeForm.test(type) ? type : 'application/octet-stream';
};

/** The API names no files; they are called by their type and place. */
function nameOf(mimeType: string, place: number): string {
  const [type = 'file', subtype = ''] = mimeType.split('/');
  const ending = endings.get(mimeType) ?? (/^[a-z0-9]{2,4}$/.test(subtype) ? subtype : '');
  const base = type === 'application' ? 'file' : type;
  return `${base}-${String(place + 1)}${ending === '' ? '' : `.${ending}`}`;
}

const mostParts = 50;

/** The files, by their own names where the list was had, and else by their places. */
const partsOf = ({ media, message }: TwilioItem): readonly InboundPart[] =>
  Array.from({ length: Math.min(Math.max(media.length, message.num_media), mostParts) }, (_, place) => {
    const file = media[place];
    const mimeType = mimeOf(file?.content_type ?? '');
    return {
      part: file?.sid ?? String(place + 1),
      name: nameOf(mimeType, place),
      mimeType,
      // Known only when it is fetched.
      size: 0,
      contentId: null,
      inline: false,
      kind: 'file',
      remote: true,
    };
  });

/** Who or what wrote it, where that was no person. */
function automaticOf(kind: TwilioKind, direction: string, text: string): Automatic | null {
  switch (direction) {
    case 'inbound':
      return kind === 'sms' && isOptOutWord(text) ? 'notification' : null;
    case 'outbound-reply':
      // What a program answered to a message (TwiML), without anybody of ours.
      return 'auto-reply';
    case 'outbound-call':
      return 'notification';
    default:
      return null;
  }
}

function understandMessage(
  kind: TwilioKind,
  read: TwilioItem,
  item: RawItem,
  context: MapContext,
): Inbound | null {
  const { message, clientId } = read;
  const incoming = message.direction === 'inbound';
  const [from, to] = [plainAddress(message.from), plainAddress(message.to)];
  const own = (incoming ? to : from) || plainAddress(read.own);
  const peer = incoming ? from : to;
  if (peer === '' || own === '') return null;
  const text = message.body.slice(0, longestText);
  const us = { name: '', address: own };
  const them = { name: '', address: peer };
  return {
    kind: 'message',
    dedupe: message.sid,
    key: item.key,
    direction: incoming ? 'in' : 'out',
    clientId: incoming ? null : clientId,
    at: plausible(sentAt(message) ?? item.receivedAt ?? context.now, context.now),
    atSource: 'server',
    from: incoming ? them : us,
    sender: null,
    replyTo: [],
    to: [incoming ? us : them],
    cc: [],
    bcc: [],
    subject: '',
    text,
    snippet: text.replaceAll(/\s+/gu, ' ').trim().slice(0, snippetLength),
    hasHtml: false,
    html: null,
    thread: { self: message.sid, parents: [], room: roomOf(own, peer) },
    parts: partsOf(read),
    invitation: null,
    automatic: automaticOf(kind, message.direction, text),
    bounce: null,
    oddities: [],
    // WhatsApp knows its senders; the sender of an SMS is whatever a carrier let through.
    authenticatedFrom: kind === 'whatsapp' && incoming ? peer : null,
    listUnsubscribe: null,
    seen: item.seen,
    answered: item.answered,
    name: message.sid,
    keepSource: true,
  };
}

function understandStanding({ message }: TwilioItem, item: RawItem, context: MapContext): InboundFact {
  const { key } = item;
  const about = { name: message.sid };
  const at = plausible(dateOf(message.date_updated) ?? sentAt(message) ?? context.now, context.now);
  const level = receiptOf[standingOf(message.status)];
  if (message.direction === 'inbound') return { kind: 'nothing', key };
  return level === null
    ? {
        kind: 'undelivered',
        key,
        about,
        recipient: plainAddress(message.to),
        said: undeliveredWords(message),
        at,
      }
    : { kind: 'receipt', key, about, level, upTo: false, at };
}

/** Understands the items of one kind: pure, total, and the same answer for the same bytes. */
export const twilioMapper = (kind: TwilioKind): Mapper => ({
  map: (item: RawItem, context: MapContext): Understood => {
    const read = item.bytes.length === 0 ? null : readItem(item.bytes);
    const understood =
      read === null
        ? null
        : read.what === 'standing'
          ? understandStanding(read, item, context)
          : understandMessage(kind, read, item, context);
    const reason = item.bytes.length === 0 ? 'empty' : 'foreign';
    return understood ?? { kind: 'unreadable', key: item.key, reason };
  },
  body: (source): SourceBody | null => {
    const packed = unpack(source);
    const text = packed === null ? readItem(source)?.message.body : readSaid(packed.said)?.text;
    return text === undefined ? null : { text: text.slice(0, longestText), html: null, inline: [] };
  },
  part: packedPart,
});
