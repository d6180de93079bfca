import type { PreparedText } from '#shared/contract/accounts.ts';
import * as v from 'valibot';
import type { Batch, Cursor, RemoteFile, Session, SessionContext, StreamInfo } from '../kit/channel.ts';
import { wordsOf } from '../kit/connection-codes.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { jsonOf } from '../kit/http/http-client.ts';
import type { Attempt, Reconciled, SendHooks, SendResult } from '../kit/outgoing.ts';
import { Pace, pollEvery } from '../kit/polling.ts';
import type { Intervals } from '../kit/polling.ts';
import { TwilioClient } from './api/client.ts';
import { accountResource, incomingNumbers, messageList, messageResource } from './api/resources.ts';
import { messageItem, readItem } from './item.ts';
import { wireAddress } from './kinds.ts';
import type { TwilioKind } from './kinds.ts';
import { fetchMedia, listMedia } from './media.ts';
import type { SentMemory } from './memory.ts';
import { FollowUp } from './pull/follow-up.ts';
import { pullList } from './pull/pull.ts';
import type { Source } from './pull/pull.ts';
import { reconcileMessage } from './reconcile.ts';
import { sendMessage } from './send.ts';
import { readSettings } from './settings.ts';
import type { TwilioSettings } from './settings.ts';
import { approvedTemplates } from './templates.ts';

/** What came to our number, and what left from it: two lists, each with its own cursor. */
const streams = { in: 'incoming', out: 'outgoing' } as const;

/** What became of our own is asked for at every so manyth look only: nobody waits for it, and it is half of all requests. */
const looksForOutgoing = 3;

/** How one session works. */
export type SessionOptions = {
  readonly kind: TwilioKind;
  /** How often to look: nothing is told to a desktop, since that would need a public address. */
  readonly poll: Intervals;
  readonly sent: SentMemory;
};

/** One account of Twilio as one of its two channels. Every call is a request of its own; there is nothing to keep open. */
export class TwilioSession implements Session {
  readonly #context: SessionContext;
  readonly #options: SessionOptions;
  readonly #settings: TwilioSettings;
  readonly #client: TwilioClient;
  readonly #source: Source;
  readonly #pace: Pace;

  constructor(context: SessionContext, options: SessionOptions) {
    const { kind, sent } = options;
    const settings = readSettings(context.address, context.settings);
    const client = new TwilioClient(settings.api, settings, context);
    this.#context = context;
    this.#options = options;
    this.#settings = settings;
    this.#client = client;
    this.#pace = new Pace(options.poll, context.clock);
    this.#source = {
      kind,
      client,
      settings,
      clock: context.clock,
      sent,
      followUp: new FollowUp(),
      answered: null,
    };
  }

  /** Proves that the account's messages can be read. */
  async streams(signal: AbortSignal): Promise<readonly StreamInfo[]> {
    const { own, accountSid } = this.#settings;
    const path = `2010-04-01/Accounts/${accountSid}/Messages.json`;
    const query = { To: wireAddress(this.#options.kind, own), PageSize: '1' };
    await this.#client.need(messageList, { method: 'GET', path, query }, signal);
    return [
      { name: streams.in, label: `→ ${own}`, role: 'inbox', chosen: true },
      { name: streams.out, label: `${own} →`, role: 'sent', chosen: true },
    ];
  }

  /**
   * Proves that the account is open and, for SMS, that the number is one of its own. Senders of WhatsApp are in no list that every account
   * can read, so there only the account is proved. A standard API key may not read the account itself; its lists then have to do.
   */
  async check(signal: AbortSignal): Promise<void> {
    const { accountSid, own, user } = this.#settings;
    const answer = await this.#client.ask(
      { method: 'GET', path: `2010-04-01/Accounts/${accountSid}.json` },
      signal,
    );
    const keyMayNot = user !== accountSid && (answer.status === 401 || answer.status === 403);
    if (!keyMayNot) {
      if (answer.status === 404) throw new ChannelError(failure('settings', 'accountSid'));
      if (answer.status !== 200) throw this.#client.refusal(answer);
      const { status } = this.#client.read(accountResource, answer);
      if (status !== '' && status !== 'active')
        throw new ChannelError(failure('protocol', this.#client.host, { said: wordsOf(status) }));
    }
    if (this.#options.kind === 'whatsapp') return;
    const path = `2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`;
    const query = { PhoneNumber: own, PageSize: '20' };
    const numbers = await this.#client.need(incomingNumbers, { method: 'GET', path, query }, signal);
    if (!numbers.incoming_phone_numbers.some(({ phone_number }) => phone_number === own))
      throw new ChannelError(failure('settings', 'address'));
  }

  async pull(
    stream: string,
    cursor: Cursor | null,
    { maxItems, check }: { readonly maxItems: number; readonly check: boolean },
    signal: AbortSignal,
  ): Promise<Batch> {
    const list = stream === streams.out ? 'out' : 'in';
    const batch = await pullList(this.#source, list, { cursor, maxItems, check }, signal);
    if (batch.items.length > 0 && cursor !== null) this.#pace.stir();
    return batch;
  }

  listen(names: readonly string[], hint: (stream: string) => void, signal: AbortSignal): Promise<void> {
    let looks = 0;
    const look = (): void => {
      for (const name of names) if (name !== streams.out || looks % looksForOutgoing === 0) hint(name);
      looks += 1;
    };
    return pollEvery(this.#pace, look, signal);
  }

  send(attempt: Attempt, hooks: SendHooks, signal: AbortSignal): Promise<SendResult> {
    this.#pace.stir();
    return sendMessage(this.#source, attempt, hooks, signal);
  }

  reconcile(attempt: Attempt, signal: AbortSignal): Promise<Reconciled> {
    return reconcileMessage(this.#source, attempt, signal);
  }

  /** Items are always whole; this reads one again as it is now. */
  async source(_stream: string, key: string, signal: AbortSignal): Promise<Uint8Array | null> {
    const { accountSid, own } = this.#settings;
    const path = `2010-04-01/Accounts/${accountSid}/Messages/${encodeURIComponent(key.slice(0, 100))}.json`;
    const answer = await this.#client.ask({ method: 'GET', path }, signal);
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw this.#client.refusal(answer);
    const raw = jsonOf(answer);
    const read = v.safeParse(messageResource, raw);
    if (!read.success) return null;
    const message = read.output;
    const media =
      message.num_media === 0 ? [] : await listMedia(this.#client, accountSid, message.sid, signal);
    const clientId = this.#options.sent.clientIdOf(message.sid);
    return messageItem({ raw, message }, { own, clientId, media }, { seen: true, answered: false }).bytes;
  }

  async file(
    { part, source }: RemoteFile,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Uint8Array | null> {
    const message = readItem(source)?.message.sid;
    if (message === undefined) return null;
    const { accountSid } = this.#settings;
    return fetchMedia(this.#client, { accountSid, message, part }, maxBytes, signal);
  }

  templates(signal: AbortSignal): Promise<readonly PreparedText[]> {
    if (this.#options.kind === 'sms') return Promise.resolve([]);
    const client = new TwilioClient(this.#settings.content, this.#settings, this.#context);
    return approvedTemplates(client, signal);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
