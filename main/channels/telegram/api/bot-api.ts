import * as v from 'valibot';
import type { Clock } from '#shared/kit/ports.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { HttpClient, jsonOf } from '../../kit/http/http-client.ts';
import type { HttpAnswer, HttpRequest, SendOutcome } from '../../kit/http/http-client.ts';
import type { Timeouts } from '../deadlines.ts';
import type { BotToken } from '../settings.ts';
import { answered } from './shapes.ts';
import type { Answered } from './shapes.ts';

/** Updates of 4 MiB are the most that one answer holds; written as JSON with escapes they may take several times that. */
const largestAnswer = 32 * 1024 * 1024;

/** What the server said of a call, whatever its status; null when it was not a Bot API that spoke. */
export function readAnswer(answer: HttpAnswer): Answered | null {
  const read = v.safeParse(answered, jsonOf(answer));
  return read.success ? read.output : null;
}

/** The methods of one bot (core.telegram.org/bots/api#making-requests). */
export class BotApi {
  readonly #client: HttpClient;
  readonly #root: URL;
  readonly #token: BotToken;
  readonly #timeouts: Timeouts;
  readonly #clock: Clock;

  constructor(options: {
    readonly root: URL;
    readonly token: BotToken;
    readonly clock: Clock;
    readonly timeouts: Timeouts;
  }) {
    this.#root = options.root;
    this.#token = options.token;
    this.#timeouts = options.timeouts;
    this.#clock = options.clock;
    this.#client = new HttpClient({
      base: options.root,
      clock: options.clock,
      timeoutMs: options.timeouts.answer,
      waitIn: (answer) => {
        const after = readAnswer(answer)?.parameters?.retry_after;
        return after === undefined ? null : after * 1_000;
      },
    });
  }

  /** The bot's own number. */
  get bot(): string {
    return this.#token.bot;
  }

  /** Calls a method that may be called again, and answers its result in the form asked for. Everything else is a ChannelError. */
  async call<T extends v.GenericSchema>(
    method: string,
    form: T,
    parameters: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
    ms?: number,
  ): Promise<v.InferOutput<T>> {
    const answer = await this.#client.ask(
      { ...this.#request(method, parameters), maxBytes: largestAnswer, ...(ms === undefined ? {} : { ms }) },
      signal,
    );
    const said = readAnswer(answer);
    if (answer.status !== 200 || said?.ok !== true) throw this.refusal(answer, said);
    const result = v.safeParse(form, said.result);
    if (!result.success) throw new ChannelError(failure('protocol', this.#root.host));
    return result.output;
  }

  /** Calls a method that must not be called twice. */
  say(
    method: string,
    body: FormData | Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<SendOutcome> {
    const ms = body instanceof FormData ? this.#timeouts.upload : this.#timeouts.answer;
    return this.#client.say({ ...this.#request(method, body), ms }, signal);
  }

  /** Bytes of a file by the path that getFile gave; null when the path is no longer good. */
  async download(path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | null> {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    const answer = await this.#client.ask(
      {
        method: 'GET',
        path: `./file/bot${this.#token.token}/${encoded}`,
        ms: this.#timeouts.upload,
        maxBytes,
      },
      signal,
    );
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw this.refusal(answer, readAnswer(answer));
    return answer.bytes;
  }

  /** A refusal in the kit's words. A token that is wrong is answered 401, one that is not even in its form 404. */
  refusal(answer: HttpAnswer, said: Answered | null): ChannelError {
    const words = said?.description ?? null;
    const refused = this.#client.refusal(answer, words).failure;
    switch (answer.status) {
      case 401:
        return new ChannelError({ ...refused, kind: 'password-refused' });
      case 404:
        return new ChannelError(said === null ? refused : { ...refused, kind: 'password-refused' });
      case 409:
        // Somebody else reads this bot, or a webhook is set; taking it from them at once would only be answered in kind.
        return new ChannelError({ ...refused, retryAt: this.#clock.now() + this.#timeouts.conflict });
      default:
        return new ChannelError(refused);
    }
  }

  #request(method: string, body: FormData | Readonly<Record<string, unknown>>): HttpRequest {
    // Without the dot the number and the colon of the token would be read as the scheme of another address.
    return { method: 'POST', path: `./bot${this.#token.token}/${method}`, body };
  }
}
