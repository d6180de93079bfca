import * as v from 'valibot';
import type { Secrets, SessionContext } from '../../kit/channel.ts';
import { wordsOf } from '../../kit/connection-codes.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { HttpClient, jsonOf } from '../../kit/http/http-client.ts';
import type { HttpAnswer, HttpRequest, SendOutcome } from '../../kit/http/http-client.ts';
import type { TwilioSettings } from '../settings.ts';
import { errorBody } from './resources.ts';

/** What an error answer says: Twilio's code and its words. */
export type TwilioError = { readonly code: number | null; readonly said: string };

/** Reads an error answer; one in no form of Twilio's is named by its status. */
export function errorOf(answer: HttpAnswer): TwilioError {
  const read = v.safeParse(errorBody, jsonOf(answer));
  const { code, message } = read.success ? read.output : { code: null, message: '' };
  const words = wordsOf(message) ?? `HTTP ${String(answer.status)}`;
  return { code, said: code === null ? words : `${words} (${String(code)})` };
}

const passwordOf = (secrets: Secrets): string => {
  if (secrets.kind !== 'password') throw new ChannelError(failure('settings', 'password'));
  return secrets.password;
};

/** Basic authentication over UTF-8 (RFC 7617): the account and its token, or an API key and its secret. */
const authorization = (user: string, secrets: Secrets): Readonly<Record<string, string>> => ({
  authorization: `Basic ${Buffer.from(`${user}:${passwordOf(secrets)}`, 'utf8').toString('base64')}`,
});

/** One of the API's servers, spoken to as one account. */
export class TwilioClient {
  readonly #http: HttpClient;
  readonly #base: URL;

  constructor(base: URL, settings: TwilioSettings, context: SessionContext) {
    this.#base = base;
    this.#http = new HttpClient({
      base,
      clock: context.clock,
      credentials: () => authorization(settings.user, context.secrets()),
    });
  }

  get host(): string {
    return this.#base.host;
  }

  get base(): URL {
    return this.#base;
  }

  ask(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#http.ask(request, signal);
  }

  say(request: HttpRequest, signal: AbortSignal): Promise<SendOutcome> {
    return this.#http.say(request, signal);
  }

  /** Asks for a resource that has to be there, in the form expected. */
  async need<T>(schema: v.GenericSchema<unknown, T>, request: HttpRequest, signal: AbortSignal): Promise<T> {
    const answer = await this.ask(request, signal);
    if (answer.status < 200 || answer.status > 299) throw this.refusal(answer);
    return this.read(schema, answer);
  }

  read<T>(schema: v.GenericSchema<unknown, T>, answer: HttpAnswer): T {
    const read = v.safeParse(schema, jsonOf(answer));
    if (!read.success) throw new ChannelError(failure('protocol', this.host));
    return read.output;
  }

  /** A refusal in the kit's words; a key without a right (70051), and an account that is closed (20403), are said as they are. */
  refusal(answer: HttpAnswer): ChannelError {
    const { code, said } = errorOf(answer);
    if (code === 20_003) return new ChannelError(failure('sign-in-expired', this.host, { said }));
    return this.#http.refusal(answer, said);
  }
}
