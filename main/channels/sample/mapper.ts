import type { Invitation } from '#shared/domain/message.ts';
import type { Inbound, InboundPart, MapContext, Mapper, RawItem, Unreadable } from '../kit/inbound.ts';
import {
  contentOf,
  decodeItem,
  scripted,
  shop,
  type SampleItem,
  type SampleItemFile,
} from './sample-item.ts';

const snippetLength = 160;

const partsOf = (files: readonly SampleItemFile[]): InboundPart[] =>
  files.map((file, index) => ({
    part: String(index + 1),
    name: file.name,
    mimeType: file.mimeType,
    size: file.make().length,
    contentId: file.contentId,
    inline: file.contentId !== null,
    kind: file.mimeType === 'text/calendar' ? 'calendar' : 'file',
  }));

const externalId = (conversation: number, message: number): string =>
  `sample-${String(conversation)}-${String(message)}@larkfield.example`;

/** The borough's invitation; the sample has one, so its facts are written here as they stand in the file. */
const invitationIn = (parts: readonly InboundPart[]): Invitation | null =>
  parts.some((part) => part.kind === 'calendar')
    ? {
        method: 'REQUEST',
        summary: 'Borough cycle day: stand 14',
        start: Date.UTC(2025, 3, 12, 8),
        end: Date.UTC(2025, 3, 12, 15),
        location: 'Market Square',
        organiser: 'Rosalind Peake',
      }
    : null;

const nobody = {
  clientId: null,
  atSource: 'server',
  sender: null,
  replyTo: [],
  cc: [],
  bcc: [],
  invitation: null,
  automatic: null,
  bounce: null,
  oddities: [],
  authenticatedFrom: null,
  listUnsubscribe: null,
  seen: true,
  answered: false,
  keepSource: true,
} as const;

const mapScripted = (item: RawItem, at: SampleItem & { readonly kind: 'scripted' }): Inbound | Unreadable => {
  const found = scripted(at);
  if (found === null) return { kind: 'unreadable', key: item.key, reason: 'foreign' };
  const { conversation, message } = found;
  const outgoing = message.from === 'us';
  const from =
    message.from === 'us' ? shop : message.from === 'customer' ? conversation.customer : message.from;
  const parts = partsOf(contentOf(at)?.files ?? []);
  const earlier = Array.from({ length: at.message }, (_, index) => externalId(at.conversation, index));
  return {
    ...nobody,
    kind: 'message',
    dedupe: externalId(at.conversation, at.message),
    key: item.key,
    direction: outgoing ? 'out' : 'in',
    at: at.at,
    from,
    to: [outgoing ? conversation.customer : shop],
    cc: message.cc ?? [],
    replyTo: message.replyTo === undefined ? [] : [message.replyTo],
    subject: conversation.subject,
    text: message.text,
    snippet: message.text.replaceAll(/\s+/g, ' ').slice(0, snippetLength),
    hasHtml: message.html !== undefined,
    html: null,
    thread: { self: externalId(at.conversation, at.message), parents: earlier, room: null },
    parts,
    invitation: invitationIn(parts),
    automatic: message.automatic ?? null,
    oddities: message.oddities ?? [],
    authenticatedFrom: outgoing || message.oddities !== undefined ? null : from.address,
    seen: message.unread !== true,
  };
};

const mapAnswer = (item: RawItem, answer: SampleItem & { readonly kind: 'answer' }): Inbound => ({
  ...nobody,
  kind: 'message',
  dedupe: `answer-${answer.to}`,
  key: item.key,
  direction: 'in',
  at: answer.at,
  from: answer.from,
  to: [shop],
  subject: answer.subject,
  text: answer.text,
  snippet: answer.text.replaceAll(/\s+/g, ' ').slice(0, snippetLength),
  hasHtml: false,
  html: null,
  thread: { self: `answer-${answer.to}`, parents: [answer.to], room: null },
  parts: [],
  seen: false,
});

/** Turns sample items into messages; the items name what was written beforehand. */
export const sampleMapper: Mapper = {
  map: (item: RawItem, { now }: MapContext): Inbound | Unreadable => {
    const decoded = decodeItem(item.bytes);
    if (decoded?.kind === 'scripted') return mapScripted(item, { ...decoded, at: Math.min(decoded.at, now) });
    if (decoded?.kind === 'answer') return mapAnswer(item, { ...decoded, at: Math.min(decoded.at, now) });
    return { kind: 'unreadable', key: item.key, reason: 'foreign' };
  },
  body: (source) => {
    const decoded = decodeItem(source);
    const content = decoded === null ? null : contentOf(decoded);
    if (content === null) return null;
    const inline = partsOf(content.files).flatMap(({ contentId, part, mimeType }) =>
      contentId === null ? [] : [{ contentId, part, mimeType }],
    );
    return { text: content.text, html: content.html, inline };
  },
  part: (source, part) => {
    const decoded = decodeItem(source);
    const file = decoded === null ? undefined : contentOf(decoded)?.files[Number(part) - 1];
    return file === undefined ? null : { bytes: file.make(), mimeType: file.mimeType, name: file.name };
  },
};
