import { randomBytes } from 'node:crypto';
import { smsSegments } from '#shared/domain/sms/segments.ts';

/** Statuses a message goes through (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values). */
export type Status =
  | 'accepted'
  | 'scheduled'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'failed'
  | 'canceled'
  | 'receiving'
  | 'received'
  | 'read';

/** A change of status that comes by itself, `afterMs` after the message was made. */
export type Stage = { readonly afterMs: number; readonly status: Status; readonly errorCode?: number };

/** A file of a message, as the store of files keeps it. */
export type Media = { readonly sid: string; readonly contentType: string; readonly bytes: Buffer };

/** A message as the server keeps it. Times are ms of the server's clock. */
export type Message = {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly direction: 'inbound' | 'outbound-api' | 'outbound-reply' | 'outbound-call';
  readonly createdAt: number;
  readonly contentSid: string | null;
  readonly media: Media[];
  /** In the order of time; the first is the status it was made with. */
  stages: Stage[];
};

/** 34 letters: two that say what it is, and 32 of hex. */
export const newSid = (sort: 'AC' | 'SM' | 'MM' | 'ME' | 'HX' | 'SK' | 'PN'): string =>
  sort + randomBytes(16).toString('hex');

/** RFC 2822 in GMT, as the 2010 API writes dates: whole seconds. */
export const rfc2822 = (at: number): string => new Date(at).toUTCString().replace('GMT', '+0000');

const stageAt = (message: Message, now: number): Stage =>
  message.stages.filter(({ afterMs }) => message.createdAt + afterMs <= now).at(-1) ?? {
    afterMs: 0,
    status: 'queued',
  };

/** When it was sent: at its first stage beyond the queue; null until then. */
export function sentAt(message: Message, now: number): number | null {
  if (message.direction === 'inbound') return message.createdAt;
  const left = message.stages.find(
    ({ status }) => !['accepted', 'scheduled', 'queued', 'sending'].includes(status),
  );
  const at = left === undefined ? null : message.createdAt + left.afterMs;
  return at !== null && at <= now ? at : null;
}

/** The Message resource (twilio_api_v2010: api.v2010.account.message). */
export function messageJson(
  account: string,
  message: Message,
  now: number,
): Readonly<Record<string, unknown>> {
  const stage = stageAt(message, now);
  const sent = sentAt(message, now);
  const uri = `/2010-04-01/Accounts/${account}/Messages/${message.sid}`;
  return {
    body: message.body,
    num_segments: String(Math.max(1, smsSegments(message.body).segments)),
    direction: message.direction,
    from: message.from,
    to: message.to,
    date_updated: rfc2822(Math.max(message.createdAt, message.createdAt + stage.afterMs)),
    price: null,
    error_message: null,
    uri: `${uri}.json`,
    account_sid: account,
    num_media: String(message.media.length),
    status: stage.status,
    messaging_service_sid: null,
    sid: message.sid,
    date_sent: sent === null ? null : rfc2822(sent),
    date_created: rfc2822(message.createdAt),
    error_code: stage.errorCode ?? null,
    price_unit: 'USD',
    api_version: '2010-04-01',
    subresource_uris: { media: `${uri}/Media.json`, feedback: `${uri}/Feedback.json` },
  };
}

/** The Media resource (twilio_api_v2010: api.v2010.account.message.media). */
export const mediaJson = (
  account: string,
  message: Message,
  media: Media,
): Readonly<Record<string, unknown>> => ({
  sid: media.sid,
  account_sid: account,
  parent_sid: message.sid,
  content_type: media.contentType,
  date_created: rfc2822(message.createdAt),
  date_updated: rfc2822(message.createdAt),
  uri: `/2010-04-01/Accounts/${account}/Messages/${message.sid}/Media/${media.sid}.json`,
});
