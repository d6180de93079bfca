import * as v from 'valibot';
import type { GenericSchema, InferOutput } from 'valibot';
import type { SessionContext } from '../../kit/channel.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { HttpClient, jsonOf } from '../../kit/http/http-client.ts';
import type { HttpAnswer, HttpRequest, SendOutcome } from '../../kit/http/http-client.ts';
import type { Timeouts } from '../deadlines.ts';
import type { MatrixSettings } from '../settings.ts';
import { errorIn, isUnknownToken } from './errors.ts';
import { Tokens } from './tokens.ts';

const tokensOfAccounts = new WeakMap<SessionContext, Tokens>();

/** All sessions of one account share its tokens, because a rotated refresh token is good only once. */
const tokensOf = (context: SessionContext, settings: MatrixSettings): Tokens => {
  const known = tokensOfAccounts.get(context) ?? new Tokens(context, settings);
  tokensOfAccounts.set(context, known);
  return known;
};

/** A path with its parts escaped: ids hold colons, exclamation marks and, from hostile servers, anything. */
export const pathOf = (start: string, ...parts: readonly string[]): string =>
  [start, ...parts.map((part) => encodeURIComponent(part))].join('/');

/** The path of something in a room. */
export const roomPath = (room: string, ...parts: readonly string[]): string =>
  pathOf('_matrix/client/v3/rooms', room, ...parts);

/** The client-server API of one account's homeserver: signed in, renewed once when the token is turned down, and with its errors in the kit's words. */
export class Homeserver {
  readonly settings: MatrixSettings;
  readonly #tokens: Tokens;
  readonly #client: HttpClient;
  #token = '';

  constructor(context: SessionContext, settings: MatrixSettings, timeouts: Timeouts) {
    this.settings = settings;
    this.#tokens = tokensOf(context, settings);
    this.#client = new HttpClient({
      base: settings.base,
      clock: context.clock,
      credentials: () => ({ authorization: `Bearer ${this.#token}` }),
      timeoutMs: timeouts.answer,
      waitIn: (answer) => errorIn(answer).retryAfterMs,
    });
  }

  /** Asks, and answers whatever the server said, save that it does not know us: that is a ChannelError `sign-in-expired`. */
  async ask(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const token = await this.#sign(signal);
    const answer = await this.#client.ask(request, signal);
    if (!isUnknownToken(answer)) return answer;
    await this.#sign(signal, token);
    const again = await this.#client.ask(request, signal);
    if (isUnknownToken(again)) throw this.refusal(again);
    return again;
  }

  /** Asks for something that has to be there, in a form that has to be right. */
  async need<Schema extends GenericSchema>(
    request: HttpRequest,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<InferOutput<Schema>> {
    const answer = await this.ask(request, signal);
    if (answer.status < 200 || answer.status > 299) throw this.refusal(answer);
    const read = v.safeParse(schema, jsonOf(answer));
    if (!read.success) throw new ChannelError(failure('protocol', this.settings.base.host));
    return read.output;
  }

  /** Asks for something that may not be there; null when the server has none or does not let us see it. */
  async find<Schema extends GenericSchema>(
    request: HttpRequest,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<InferOutput<Schema> | null> {
    const answer = await this.ask(request, signal);
    if ([400, 403, 404, 405].includes(answer.status)) return null;
    if (answer.status < 200 || answer.status > 299) throw this.refusal(answer);
    const read = v.safeParse(schema, jsonOf(answer));
    return read.success ? read.output : null;
  }

  /** Says something that counts; a token that is turned down has not been heard and is renewed once. */
  async say(request: HttpRequest, signal: AbortSignal): Promise<SendOutcome> {
    const token = await this.#sign(signal);
    const outcome = await this.#client.say(request, signal);
    if (outcome.kind !== 'answered' || !isUnknownToken(outcome.answer)) return outcome;
    try {
      await this.#sign(signal, token);
    } catch (error) {
      if (error instanceof ChannelError) return { kind: 'not-said', error };
      throw error;
    }
    return this.#client.say(request, signal);
  }

  /** An answer that is none of those hoped for, as a failure with the server's own words. */
  refusal(answer: HttpAnswer): ChannelError {
    return this.#client.refusal(answer, errorIn(answer).said);
  }

  async #sign(signal: AbortSignal, refused: string | null = null): Promise<string> {
    this.#token = await this.#tokens.current(signal, refused);
    return this.#token;
  }
}
