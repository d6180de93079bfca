import * as v from 'valibot';
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
import { packedPart, unpack } from '../../kit/packed.ts';
import { field, isSpoken, redactedBy, redactionOf, relationOf, textField } from '../api/events.ts';
import { isEventId, isRoomId, readUserId } from '../identifiers.ts';
import { isEncryptedFile, partsOf } from './file.ts';
import { decodeItem } from './raw-item.ts';
import type { RawEvent, RawReceipt } from './raw-item.ts';
import { htmlOf, snippetOf, textOf } from './words.ts';

const longestName = 200;
const longestEmoji = 50;

/** Our own id as we give it to the server with what we send (its transaction id). */
const ourId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{1,12}$/;
/** A further file of a message of ours; its words and files are kept with the message itself. */
const ourFurtherFile = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{1,12}\.\d{1,3}$/;

const plainName = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, longestName);

const plausible = (at: number, now: number): number =>
  Number.isFinite(at) ? Math.max(0, Math.min(Math.floor(at), now)) : now;

const personOf = (name: string, address: string): Correspondent => ({ name: plainName(name), address });

/** Sorts as text by time, and apart where two versions have the same one. */
const versionOf = (at: number, id: string): string => `${String(at).padStart(15, '0')} ${id}`;

function understandReceipt(raw: RawReceipt, item: RawItem, context: MapContext): InboundFact | null {
  const reader = readUserId(raw.reader.address);
  if (reader === null || !isEventId(raw.event)) return null;
  if (context.own.includes(reader.toLowerCase())) return { kind: 'nothing', key: item.key };
  return {
    kind: 'receipt',
    key: item.key,
    about: { name: raw.event },
    level: 'read',
    upTo: raw.upTo,
    at: plausible(raw.at, context.now),
  };
}

/** What an event says of a message; null where it is one itself. */
function factOf(raw: RawEvent, item: RawItem, context: MapContext): InboundFact | null {
  const { event } = raw;
  const { key } = item;
  const at = plausible(event.origin_server_ts, context.now);
  const relation = relationOf(event);
  const redaction = redactionOf(event);
  if (redaction !== undefined) {
    const redactedAt = field(redaction, 'origin_server_ts');
    return {
      kind: 'remove',
      key,
      about: { name: event.event_id },
      at: plausible(typeof redactedAt === 'number' ? redactedAt : at, context.now),
    };
  }
  if (event.type === 'm.room.redaction') {
    const name = redactedBy(event);
    if (raw.undone !== undefined) {
      const { about, emoji, sender } = raw.undone;
      const by = personOf('', sender);
      return {
        kind: 'reaction',
        key,
        about: { name: about },
        by,
        emoji: emoji.slice(0, longestEmoji),
        on: false,
        at,
      };
    }
    return name !== null && isEventId(name)
      ? { kind: 'remove', key, about: { name }, at }
      : { kind: 'nothing', key };
  }
  if (event.type === 'm.reaction') {
    const { type, event: about, key: emoji } = relation;
    if (type !== 'm.annotation' || about === null || emoji === null || !isEventId(about))
      return { kind: 'nothing', key };
    const by = personOf(raw.sender, event.sender);
    return {
      kind: 'reaction',
      key,
      about: { name: about },
      by,
      emoji: emoji.slice(0, longestEmoji),
      on: true,
      at,
    };
  }
  if (!isSpoken(event)) return { kind: 'nothing', key };
  // What an encrypted event is about cannot be read: it is shown as what it is, whatever it says beside that.
  if (relation.type === 'm.replace' && event.type !== 'm.room.encrypted') {
    // Anybody may send such an event; only the author's counts (client-server API, "Validity of replacement events").
    if (relation.event === null || raw.target?.sender !== event.sender) return { kind: 'nothing', key };
    const text = textOf(event, plainName(raw.sender));
    return {
      kind: 'edit',
      key,
      about: { name: relation.event },
      version: versionOf(at, event.event_id),
      at,
      text,
      snippet: snippetOf(text),
      html: htmlOf(event),
    };
  }
  return null;
}

function messageOf(raw: RawEvent, item: RawItem, context: MapContext): Understood {
  const { event, room } = raw;
  const own = context.own.includes(event.sender.toLowerCase());
  const transaction = textField(event.unsigned, 'transaction_id');
  // Only the server says this, and only to the program that sent the message.
  if (own && transaction !== null && ourFurtherFile.test(transaction))
    return { kind: 'nothing', key: item.key };
  const encrypted = event.type === 'm.room.encrypted' || isEncryptedFile(event);
  const kind = textField(event.content, 'msgtype');
  if (kind === 'm.key.verification.request') return { kind: 'nothing', key: item.key };
  const text = event.type === 'm.room.encrypted' ? '' : textOf(event, plainName(raw.sender));
  const parts = encrypted ? [] : partsOf(event);
  const body = field(event.content, 'body');
  if (!encrypted && parts.length === 0 && typeof body !== 'string')
    return { kind: 'unreadable', key: item.key, reason: 'foreign' };
  const others = room.others.flatMap(({ name, address }) => {
    const id = readUserId(address);
    return id === null ? [] : [personOf(name, id)];
  });
  const us = context.own[0];
  const { answers } = relationOf(event);
  const message: Inbound = {
    kind: 'message',
    // Servers make event ids unique in their room; in old rooms they chose them freely.
    dedupe: `${room.id} ${event.event_id}`,
    key: item.key,
    direction: own ? 'out' : 'in',
    clientId: own && transaction !== null && ourId.test(transaction) ? transaction : null,
    at: plausible(event.origin_server_ts, context.now),
    atSource: 'server',
    from: personOf(own ? '' : raw.sender, event.sender),
    sender: null,
    replyTo: [],
    to: own ? others : us === undefined ? [] : [{ name: '', address: us }],
    cc: [],
    bcc: [],
    subject: plainName(room.name),
    text,
    snippet: snippetOf(text),
    hasHtml: !encrypted && htmlOf(event) !== null,
    html: null,
    thread: {
      self: event.event_id,
      parents: answers !== null && isEventId(answers) ? [answers] : [],
      room: room.id,
    },
    parts,
    invitation: null,
    // Bots speak in notices, so that other bots do not answer them (client-server API, `m.notice`).
    automatic: !own && kind === 'm.notice' ? 'notification' : null,
    bounce: null,
    oddities: encrypted ? ['encrypted'] : [],
    // The homeserver has checked the signatures of the sender's server.
    authenticatedFrom: own ? null : event.sender,
    listUnsubscribe: null,
    seen: item.seen,
    answered: item.answered,
    name: event.event_id,
    keepSource: true,
  };
  return message;
}

function understand(raw: RawEvent, item: RawItem, context: MapContext): Understood | null {
  const { event, room } = raw;
  if (readUserId(event.sender) === null || !isEventId(event.event_id) || !isRoomId(room.id)) return null;
  return factOf(raw, item, context) ?? messageOf(raw, item, context);
}

const packedWords = v.object({ body: v.string(), formatted: v.fallback(v.nullable(v.string()), null) });

/** Understands one event of a room or one receipt: pure, total, and the same answer for the same bytes. */
export const matrixMapper: Mapper = {
  map: (item, context): Understood => {
    const raw = item.bytes.length === 0 ? null : decodeItem(item.bytes);
    const understood =
      raw === null
        ? null
        : raw.steward === 'matrix-receipt'
          ? understandReceipt(raw, item, context)
          : understand(raw, item, context);
    return (
      understood ?? {
        kind: 'unreadable',
        key: item.key,
        reason: item.bytes.length === 0 ? 'empty' : 'foreign',
      }
    );
  },
  body: (source): SourceBody | null => {
    const packed = unpack(source);
    if (packed !== null) {
      const words = v.safeParse(packedWords, packed.said);
      return words.success ? { text: words.output.body, html: words.output.formatted, inline: [] } : null;
    }
    const raw = decodeItem(source);
    if (raw?.steward !== 'matrix-event') return null;
    if (raw.event.type === 'm.room.encrypted') return { text: '', html: null, inline: [] };
    return { text: textOf(raw.event, plainName(raw.sender)), html: htmlOf(raw.event), inline: [] };
  },
  part: packedPart,
};
