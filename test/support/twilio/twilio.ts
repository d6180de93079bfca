import { HttpEmulator } from '../http-emulator/http-emulator.ts';
import type { EmulatedAnswer, EmulatedRequest } from '../http-emulator/http-emulator.ts';
import { EmulatedAccount } from './account.ts';
import { answerContents } from './contents.ts';
import { createMessage } from './creating.ts';
import type { WindowRefusal } from './creating.ts';
import { listMessages, pageSizeIn } from './listing.ts';
import type { Disorder } from './listing.ts';
import { mediaJson, messageJson, rfc2822 } from './messages.ts';
import type { Message } from './messages.ts';
import { notAuthenticated, notFound, refusal, tooMany } from './refusals.ts';

/**
 * Twilio's REST API for messages, as twilio_api_v2010 and twilio_content_v1 of its OpenAPI documents describe it
 * (https://github.com/twilio/twilio-oai), with what their pages say beside: who may read what, how pages follow one another, what is
 * refused under which number, how messages stand after a while, and how files are reached through a redirect to a store of others.
 */
export class TwilioEmulator {
  readonly accounts: EmulatedAccount[] = [];
  readonly #http: HttpEmulator;
  readonly #store: HttpEmulator;
  #ahead = 0;
  #frozen: number | null = null;
  disorder: Disorder = 'none';
  windowRefusal: WindowRefusal = 'later';
  /** Where files are said to be; null for the store of this emulator. */
  storeAt: string | null = null;

  private constructor(http: HttpEmulator, store: HttpEmulator) {
    this.#http = http;
    this.#store = store;
  }

  static async start(): Promise<TwilioEmulator> {
    let emulator: TwilioEmulator | null = null;
    const running = (): TwilioEmulator => {
      if (emulator === null) throw new Error('not started');
      return emulator;
    };
    const http = await HttpEmulator.start((request) => running().#answer(request), tooMany);
    const store = await HttpEmulator.start((request) => running().#file(request), tooMany);
    emulator = new TwilioEmulator(http, store);
    return emulator;
  }

  /** The API's server, with its faults. */
  get http(): HttpEmulator {
    return this.#http;
  }

  /** The server of the files. */
  get store(): HttpEmulator {
    return this.#store;
  }

  /** The server's time (ms): the machine's, moved, or standing still. */
  now = (): number => this.#frozen ?? Date.now() + this.#ahead;

  /** The server's clock stands still here until it is moved. */
  freeze(at: number): void {
    this.#frozen = at;
  }

  /** Time goes by at the server. */
  pass(ms: number): void {
    if (this.#frozen === null) this.#ahead += ms;
    else this.#frozen += ms;
  }

  newAccount(): EmulatedAccount {
    const account = new EmulatedAccount(this.now);
    this.accounts.push(account);
    return account;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#http.stop(), this.#store.stop()]);
  }

  #answer(request: EmulatedRequest): EmulatedAnswer {
    const answer = this.#route(request);
    // Clients may read our clock from it, so it has to be ours and not the machine's.
    return { ...answer, headers: { date: new Date(this.now()).toUTCString(), ...answer.headers } };
  }

  /** Who asks, by Basic authentication (RFC 7617): an account with its token, or a key with its secret. */
  #who({
    headers,
  }: EmulatedRequest): { readonly account: EmulatedAccount; readonly standard: boolean } | null {
    const [scheme = '', encoded = ''] = (headers['authorization'] ?? '').split(' ');
    if (scheme.toLowerCase() !== 'basic') return null;
    const said = Buffer.from(encoded, 'base64').toString('utf8');
    const [user, password] = [said.slice(0, said.indexOf(':')), said.slice(said.indexOf(':') + 1)];
    for (const account of this.accounts) {
      if (account.sid === user) return account.token === password ? { account, standard: false } : null;
      const key = account.keys.get(user);
      if (key !== undefined)
        return key.secret === password ? { account, standard: key.type === 'standard' } : null;
    }
    return null;
  }

  #route(request: EmulatedRequest): EmulatedAnswer {
    const who = this.#who(request);
    if (who === null) return notAuthenticated();
    const { account, standard } = who;
    const { pathname } = request.url;
    if (pathname.startsWith('/v1/Content')) return answerContents(account, request);
    const place = /^\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})(?:\/(.+))?$/.exec(
      pathname.replace(/\.json$/, ''),
    );
    if (place === null) return notFound(pathname);
    const [, sid, rest = ''] = place;
    if (sid !== account.sid) return notAuthenticated();
    if (rest === '') return standard ? notAuthenticated() : this.#account(account);
    if (account.status !== 'active') return refusal(403, 20_403, 'Account is not active');
    if (!pathname.endsWith('.json') && !/\/Media\/ME[0-9a-f]{32}$/.test(pathname)) return notFound(pathname);
    return this.#resource(account, rest.split('/'), request);
  }

  #resource(account: EmulatedAccount, rest: readonly string[], request: EmulatedRequest): EmulatedAnswer {
    const [list, sid, sub, media] = rest;
    const { method, url } = request;
    const now = this.now();
    if (list === 'IncomingPhoneNumbers' && sid === undefined && method === 'GET')
      return this.#numbers(account, url);
    if (list !== 'Messages') return notFound(url.pathname);
    if (sid === undefined && method === 'POST')
      return createMessage(account, request, { now, windowRefusal: this.windowRefusal });
    if (method !== 'GET') return refusal(405, 20_004, 'Method not allowed');
    if (sid === undefined) return listMessages(account, request, { now, disorder: this.disorder });
    const message = account.find(sid);
    if (message === undefined) return notFound(url.pathname);
    if (sub === undefined) return { json: messageJson(account.sid, message, now) };
    return sub === 'Media' ? this.#media(account, message, media, url) : notFound(url.pathname);
  }

  #account(account: EmulatedAccount): EmulatedAnswer {
    const at = rfc2822(this.now());
    return {
      json: {
        auth_token: account.token,
        date_created: at,
        date_updated: at,
        friendly_name: 'Shop',
        owner_account_sid: account.sid,
        sid: account.sid,
        status: account.status,
        subresource_uris: {},
        type: 'Full',
        uri: `/2010-04-01/Accounts/${account.sid}.json`,
      },
    };
  }

  #numbers(account: EmulatedAccount, { searchParams }: URL): EmulatedAnswer {
    const size = pageSizeIn(searchParams);
    if (size === null) return refusal(400, 20_001, 'Page size must be between 1 and 1000');
    const asked = searchParams.get('PhoneNumber');
    // Without a pattern the digits may be any part of the number.
    const shown = [...account.numbers].filter(
      (number) => asked === null || number.includes(asked.replace('+', '')),
    );
    return {
      json: {
        incoming_phone_numbers: shown.slice(0, size).map((phone_number) => ({
          account_sid: account.sid,
          phone_number,
          friendly_name: phone_number,
          capabilities: { mms: true, sms: true, voice: true, fax: false },
        })),
        next_page_uri: null,
        page: 0,
        page_size: size,
      },
    };
  }

  #media(account: EmulatedAccount, message: Message, sid: string | undefined, url: URL): EmulatedAnswer {
    if (sid === undefined)
      return {
        json: {
          media_list: message.media.map((file) => mediaJson(account.sid, message, file)),
          next_page_uri: null,
          page: 0,
          page_size: 50,
        },
      };
    const file = message.media.find((one) => one.sid === sid);
    if (file === undefined) return notFound(url.pathname);
    if (url.pathname.endsWith('.json')) return { json: mediaJson(account.sid, message, file) };
    const location =
      this.storeAt ?? `${this.#store.base}/${account.sid}/${file.sid}?Signature=${file.sid.slice(2, 10)}`;
    return { status: 307, headers: { location } };
  }

  /** The store knows who may read by the address alone; other proof beside it is an error there, as it is at S3. */
  #file({ url, headers }: EmulatedRequest): EmulatedAnswer {
    if (headers['authorization'] !== undefined)
      return {
        status: 400,
        body: '<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>',
      };
    const [, account, sid] = url.pathname.split('/');
    const file = this.accounts
      .find((one) => one.sid === account)
      ?.messages.flatMap(({ media }) => media)
      .find((one) => one.sid === sid);
    if (file === undefined || !url.href.endsWith(`?Signature=${file.sid.slice(2, 10)}`))
      return { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
    return { headers: { 'content-type': file.contentType }, body: file.bytes };
  }
}
