import type { Inbound } from '#main/channels/kit/inbound.ts';
import { isDangerousFile } from '#shared/domain/file-name/dangerous-file.ts';
import type { Oddity } from '#shared/domain/message.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { ParsedItem } from '../../ingest/parsed-item.ts';
import type { NewMessage } from '../../store/write/message.ts';
import type { ActionContext } from '../action.ts';
import type { IngestBatch } from './intake.ts';

/** Names of messages and rooms come from outside; no server makes them longer (Matrix: 255 bytes). */
const longestName = 2_000;
const longestWarning = 2_000;

const bounded = (name: string | null): string | null =>
  name === null || name === '' ? null : name.slice(0, longestName);

/** The page of a message, where it is one that a browser may open. */
const webAddress = (url: string | null): string | null =>
  url !== null && url.length <= longestName && /^https?:/i.test(url) && URL.canParse(url) ? url : null;

/** The row of a message from a channel; its source goes into the vault where the channel says so. */
export const asNewMessage = (
  { vault }: ActionContext,
  batch: IngestBatch,
  item: ParsedItem,
  inbound: Inbound,
  place: {
    readonly id: MessageId;
    readonly conversation: number;
    readonly oddities: readonly Oddity[];
  },
): NewMessage => ({
  // Named one by one: spread into so many fields, the object would be built the slow way for each message.
  id: place.id,
  conversation: place.conversation,
  oddities: place.oddities,
  direction: inbound.direction,
  channel: batch.channel,
  account: batch.account,
  externalId: inbound.thread.self,
  // Our own id belongs to what we sent through the outbox; a copy that claims it is not that row.
  clientId: null,
  at: inbound.at,
  from: inbound.from,
  replyTo: inbound.replyTo,
  to: inbound.to,
  cc: inbound.cc,
  bcc: inbound.bcc,
  subject: inbound.subject,
  snippet: inbound.snippet,
  text: inbound.text,
  html: inbound.html,
  packed: inbound.packed,
  hasHtml: inbound.hasHtml,
  seen: inbound.seen,
  answered: inbound.answered,
  automatic: inbound.automatic,
  authenticatedFrom: inbound.authenticatedFrom,
  invitation: inbound.invitation,
  source: inbound.keepSource ? (item.kept ?? vault.put(item.bytes)) : null,
  sourcePartial: item.partial,
  attachments: inbound.parts.map((part) => ({
    ...part,
    dangerous: isDangerousFile(part.name, part.mimeType),
    blob: null,
    remote: part.remote === true,
  })),
  name: bounded(inbound.name ?? null),
  room: bounded(inbound.thread.room),
  visibility: inbound.visibility ?? null,
  warning: (inbound.warning ?? '').slice(0, longestWarning),
  permalink: webAddress(inbound.permalink ?? null),
  editedAt: inbound.editedAt ?? null,
});
