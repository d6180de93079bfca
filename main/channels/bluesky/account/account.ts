import * as v from 'valibot';
import type { SessionContext } from '../../kit/channel.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { HttpClient, jsonOf } from '../../kit/http/http-client.ts';
import type { HttpAnswer, HttpRequest, SendOutcome } from '../../kit/http/http-client.ts';
import { readDid } from '../names.ts';
import { readSettings } from '../settings.ts';
import { TokenKeeper, wantsNewToken } from './tokens.ts';
import type { Tokens } from './tokens.ts';
import { granted, rateLimitWait, refusalIn, saidIn } from './xrpc.ts';
import type { Call } from './xrpc.ts';

/** What all sessions of one account share: its tokens, and calls that renew them when the server asks for that. */
export class BlueskyAccount {
  readonly chat: string;
  readonly #context: SessionContext;
  readonly #keeper: TokenKeeper;
  readonly #timeoutMs: number;

  constructor(context: SessionContext, timeoutMs: number) {
    const { service, chat } = readSettings(context.settings);
    this.#context = context;
    this.#timeoutMs = timeoutMs;
    this.#keeper = new TokenKeeper(context, service, timeoutMs);
    this.chat = chat;
  }

  /** Our DID: the account's address once it is connected. */
  get did(): string {
    const did = readDid(this.#context.address);
    if (did === null) throw new ChannelError(failure('settings', 'address'));
    return did;
  }

  /** Asks, and answers whatever the server said; an expired token is renewed once and the same asked again. */
  async ask(call: Call, signal: AbortSignal): Promise<HttpAnswer> {
    const tokens = await this.#keeper.tokens(signal);
    const answer = await this.#client(tokens).ask(requestOf(call), signal);
    if (!wantsNewToken(answer)) return answer;
    return this.#client(await this.#keeper.tokens(signal, tokens.accessToken)).ask(requestOf(call), signal);
  }

  /** Asks for something that has to come, in this shape; anything else is a ChannelError with the server's words. */
  async need<Shape extends v.GenericSchema>(
    call: Call,
    shape: Shape,
    signal: AbortSignal,
  ): Promise<v.InferOutput<Shape>> {
    const answer = await this.ask(call, signal);
    if (!granted(answer)) throw await this.refused(answer, signal);
    const parsed = v.safeParse(shape, jsonOf(answer));
    if (!parsed.success) throw new ChannelError(failure('protocol', await this.where(signal)));
    return parsed.output;
  }

  /** Says something that must not be said twice; a refused token was not heard, so that may be said again with a new one. */
  async say(call: Call, signal: AbortSignal): Promise<SendOutcome> {
    const tokens = await this.#keeper.tokens(signal);
    const outcome = await this.#client(tokens).say(requestOf(call), signal);
    if (outcome.kind !== 'answered' || !wantsNewToken(outcome.answer)) return outcome;
    const fresh = await this.#keeper.tokens(signal, tokens.accessToken);
    return this.#client(fresh).say(requestOf(call), signal);
  }

  /** A refusal as the engine understands it. */
  async refused(answer: HttpAnswer, signal: AbortSignal): Promise<ChannelError> {
    return this.#client(await this.#keeper.tokens(signal)).refusal(answer, saidIn(refusalIn(answer)));
  }

  /** A file of somebody's that the world may see, asked for without our tokens. */
  async fetchPublic(url: URL, maxBytes: number, signal: AbortSignal): Promise<HttpAnswer> {
    const client = new HttpClient({ base: url, clock: this.#context.clock, timeoutMs: this.#timeoutMs });
    return client.ask({ method: 'GET', path: url, maxBytes }, signal);
  }

  /** Where the account lives, as failures name it. */
  async where(signal: AbortSignal): Promise<string> {
    return new URL((await this.#keeper.tokens(signal)).server).host;
  }

  #client(tokens: Tokens): HttpClient {
    const { clock } = this.#context;
    return new HttpClient({
      base: new URL(tokens.server),
      clock,
      timeoutMs: this.#timeoutMs,
      credentials: () => ({ authorization: `Bearer ${tokens.accessToken}` }),
      waitIn: (answer) => rateLimitWait(answer, clock.now()),
    });
  }
}

function requestOf({ method, params, input, type, proxy, maxBytes }: Call): HttpRequest {
  return {
    method: input === undefined ? 'GET' : 'POST',
    path: `xrpc/${method}`,
    ...(params === undefined ? {} : { query: params }),
    ...(input === undefined ? {} : { body: input }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    headers: {
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(proxy === undefined ? {} : { 'atproto-proxy': proxy }),
    },
  };
}

const accounts = new WeakMap<SessionContext, BlueskyAccount>();

/** The account of a context: all its sessions share one, because a renewed token is good only once. */
export function accountOf(context: SessionContext, timeoutMs: number): BlueskyAccount {
  const known = accounts.get(context) ?? new BlueskyAccount(context, timeoutMs);
  accounts.set(context, known);
  return known;
}
