import { newSid } from './messages.ts';
import type { Media, Message, Stage, Status } from './messages.ts';

/** A prepared text (content.v1.content) and how WhatsApp stands to it; null when it was never submitted. */
export type Content = {
  readonly sid: string;
  readonly friendlyName: string;
  readonly language: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, unknown>>;
  readonly approval: 'unsubmitted' | 'received' | 'pending' | 'approved' | 'rejected' | 'paused' | null;
};

/** Main keys may do everything, standard ones may not read accounts (https://www.twilio.com/docs/iam/api-keys). */
type ApiKey = { readonly secret: string; readonly type: 'main' | 'standard' };

/** What a customer or another program does. */
type Written = {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly at?: number;
  readonly media?: readonly { readonly contentType: string; readonly bytes: Buffer }[];
};

const delivery: readonly Stage[] = [
  { afterMs: 0, status: 'queued' },
  { afterMs: 1_000, status: 'sent' },
  { afterMs: 3_000, status: 'delivered' },
];

/** An account of the emulated Twilio: its numbers, its messages and its prepared texts. */
export class EmulatedAccount {
  readonly sid = newSid('AC');
  token = newSid('AC').slice(2);
  status: 'active' | 'suspended' | 'closed' = 'active';
  readonly keys = new Map<string, ApiKey>();
  /** Numbers for SMS, as bought. */
  readonly numbers = new Set<string>();
  /** Numbers that are senders of WhatsApp. */
  readonly whatsapp = new Set<string>();
  readonly messages: Message[] = [];
  readonly contents: Content[] = [];
  /** Who has replied STOP: `own|peer`. */
  readonly optedOut = new Set<string>();
  /** What becomes of messages that are sent from now on. */
  delivery: readonly Stage[] = delivery;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  addKey(type: ApiKey['type']): { readonly sid: string; readonly secret: string } {
    const sid = newSid('SK');
    const secret = newSid('AC').slice(2);
    this.keys.set(sid, { secret, type });
    return { sid, secret };
  }

  /** A customer writes. STOP and START do what carriers make of them. */
  receive({ from, to, body, at = this.#now(), media = [] }: Written): string {
    const word = body.trim().toUpperCase();
    if (['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'].includes(word))
      this.optedOut.add(`${to}|${from}`);
    if (['START', 'UNSTOP', 'YES'].includes(word)) this.optedOut.delete(`${to}|${from}`);
    return this.#add({
      from,
      to,
      body,
      at,
      media,
      direction: 'inbound',
      stages: [{ afterMs: 0, status: 'received' }],
    });
  }

  /** A message that leaves: by the API, or by a program that answers. */
  post(
    { from, to, body, at = this.#now(), media = [] }: Written,
    how: {
      readonly direction?: Message['direction'];
      readonly stages?: readonly Stage[];
      readonly contentSid?: string;
    } = {},
  ): string {
    const { direction = 'outbound-api', stages = this.delivery, contentSid } = how;
    return this.#add({
      ...{ from, to, body, at, media, direction, stages },
      ...(contentSid === undefined ? {} : { contentSid }),
    });
  }

  /** The status of a message changes now, whatever was planned. */
  settle(sid: string, status: Status, errorCode?: number): void {
    const message = this.find(sid);
    if (message === undefined) throw new Error('no such message');
    const afterMs = this.#now() - message.createdAt;
    message.stages = [
      ...message.stages.filter((stage) => stage.afterMs <= afterMs),
      { afterMs, status, ...(errorCode === undefined ? {} : { errorCode }) },
    ];
  }

  find(sid: string): Message | undefined {
    return this.messages.find((message) => message.sid === sid);
  }

  addContent(content: Omit<Content, 'sid'>): string {
    const sid = newSid('HX');
    this.contents.push({ ...content, sid });
    return sid;
  }

  #add(
    written: Omit<Required<Written>, 'media'> & {
      readonly media: NonNullable<Written['media']>;
      readonly direction: Message['direction'];
      readonly stages: readonly Stage[];
      readonly contentSid?: string;
    },
  ): string {
    const media: Media[] = written.media.map((file) => ({ ...file, sid: newSid('ME') }));
    const sid = newSid(media.length > 0 ? 'MM' : 'SM');
    const { from, to, body, at, direction, stages, contentSid = null } = written;
    this.messages.push({
      sid,
      from,
      to,
      body,
      direction,
      createdAt: at,
      contentSid,
      media,
      stages: [...stages],
    });
    return sid;
  }
}
