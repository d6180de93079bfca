import type { Clock } from '#shared/kit/ports.ts';
import { certificateProblem } from '../certificates.ts';
import { innermostCode, kindOfCode, wordsOf } from '../connection-codes.ts';
import { ChannelError, failure } from '../failure.ts';
import { limitSignal } from '../waiting.ts';

/** One request. `path` is resolved against the server's base address, or is a whole URL. */
export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string | URL;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is; an object as JSON, search parameters as a form (WHATWG URL), a FormData as multipart (RFC 7578). */
  readonly body?:
    string | Uint8Array<ArrayBuffer> | URLSearchParams | FormData | Readonly<Record<string, unknown>>;
  /** How long the whole of it may take; a long poll needs more than the usual. */
  readonly ms?: number;
  /** The largest answer taken, in bytes. */
  readonly maxBytes?: number;
};

/** What came back, whatever its status. */
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

/** What became of a request that must not be made twice. */
export type SendOutcome =
  | { readonly kind: 'answered'; readonly answer: HttpAnswer }
  /** No connection was made, so nothing was said. */
  | { readonly kind: 'not-said'; readonly error: ChannelError }
  /** It may or may not have been heard. */
  | { readonly kind: 'unknown'; readonly said: string };

/** How a client of one account's server works. */
export type HttpOptions = {
  readonly base: URL;
  readonly clock: Clock;
  /** Headers of every request to the base address's own origin, such as Authorization; never sent anywhere else. */
  readonly credentials?: () => Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** A time to wait that the body of a refusal names, in ms; headers are read anyway. */
  readonly waitIn?: (answer: HttpAnswer) => number | null;
};

const usualTimeoutMs = 30_000;
const usualMaxBytes = 8 * 1024 * 1024;

/** Codes of failures before a connection was made; whatever was to be said was not heard. */
const beforeSaying: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const causeOf = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined ? error.cause : error;

/** The seconds or the date of Retry-After (RFC 9110 section 10.2.3) as ms from now; null when it says nothing. */
export function retryAfterMs(headers: Headers, now: number): number | null {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** The JSON of an answer, or null where it is none. */
export function jsonOf(answer: HttpAnswer): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(answer.bytes));
    return value;
  } catch {
    return null;
  }
}

/** Requests to one account's server: limited in time and size, never redirected, and with failures in the kit's words. */
export class HttpClient {
  readonly #options: HttpOptions;
  readonly #where: string;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#where = options.base.host;
  }

  /** Asks, and answers whatever the server said. A failed connection is a ChannelError. */
  async ask(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      return await this.#exchange(request, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw this.#failed(error);
    }
  }

  /** Asks for something that has to work: any status but 2xx is a ChannelError as {@link refusal} makes it. */
  async need(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.ask(request, signal);
    if (answer.status < 200 || answer.status > 299) throw this.refusal(answer);
    return answer;
  }

  /** Says something that must not be said twice. Throws only when called off before it could be heard. */
  async say(request: HttpRequest, signal: AbortSignal): Promise<SendOutcome> {
    signal.throwIfAborted();
    try {
      return { kind: 'answered', answer: await this.#exchange(request, signal) };
    } catch (error) {
      const code = innermostCode(causeOf(error));
      if (beforeSaying.has(code) || certificateProblem(code) !== null)
        return { kind: 'not-said', error: this.#failed(error) };
      return { kind: 'unknown', said: wordsOf(error instanceof Error ? error.message : String(error)) ?? '' };
    }
  }

  /** A status in the kit's words: 401 asks for a new sign-in, 429 says when to come back, 5xx is a server that does not answer. */
  refusal(answer: HttpAnswer, said: string | null = null): ChannelError {
    const words = wordsOf(said ?? `HTTP ${String(answer.status)}`);
    const now = this.#options.clock.now();
    const wait = this.#options.waitIn?.(answer) ?? retryAfterMs(answer.headers, now);
    const facts = { said: words, ...(wait === null ? {} : { retryAt: now + wait }) };
    switch (true) {
      case answer.status === 401:
        return new ChannelError(failure('sign-in-expired', this.#where, facts));
      case answer.status === 429:
        return new ChannelError(failure('rate-limited', this.#where, facts));
      case answer.status >= 500:
        return new ChannelError(failure('no-answer', this.#where, facts));
      default:
        return new ChannelError(failure('protocol', this.#where, facts));
    }
  }

  #failed(error: unknown): ChannelError {
    if (error instanceof ChannelError) return error;
    const cause = causeOf(error);
    const code = innermostCode(cause);
    if (certificateProblem(code) !== null)
      return new ChannelError(
        failure('certificate', this.#where, { said: wordsOf(messageOf(cause)) }),
        error,
      );
    return new ChannelError(failure(kindOfCode(code) ?? 'no-answer', this.#where), error);
  }

  async #exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { base, credentials, timeoutMs } = this.#options;
    const url = new URL(request.path, base);
    for (const [name, value] of Object.entries(request.query ?? {}))
      for (const one of value === undefined ? [] : [value].flat()) url.searchParams.append(name, one);
    const limited = limitSignal(signal, request.ms ?? timeoutMs ?? usualTimeoutMs);
    try {
      const response = await fetch(url, {
        method: request.method,
        // A redirect could lead the token, or a message, to somebody else.
        redirect: 'manual',
        headers: {
          ...(url.origin === base.origin ? credentials?.() : {}),
          ...bodyType(request.body),
          ...request.headers,
        },
        body: bodyOf(request.body),
        signal: limited.signal,
      });
      const bytes = await this.#read(response, request.maxBytes ?? usualMaxBytes);
      return { status: response.status, headers: response.headers, bytes };
    } finally {
      limited.release();
    }
  }

  async #read(response: Response, most: number): Promise<Uint8Array<ArrayBuffer>> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    if (response.body === null) return new Uint8Array();
    const reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> = response.body.getReader();
    for (;;) {
      const { done, value: chunk } = await reader.read();
      if (done) break;
      size += chunk.byteLength;
      if (size > most) {
        await reader.cancel().catch(() => undefined);
        throw new ChannelError(failure('quota', this.#where));
      }
      chunks.push(chunk);
    }
    const whole = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.byteLength;
    }
    return whole;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isPlain = (body: HttpRequest['body']): body is Readonly<Record<string, unknown>> =>
  typeof body === 'object' &&
  !(body instanceof Uint8Array) &&
  !(body instanceof URLSearchParams) &&
  !(body instanceof FormData);

const bodyType = (body: HttpRequest['body']): Readonly<Record<string, string>> =>
  isPlain(body) ? { 'content-type': 'application/json' } : {};

const bodyOf = (
  body: HttpRequest['body'],
): string | Uint8Array<ArrayBuffer> | URLSearchParams | FormData | null =>
  isPlain(body) ? JSON.stringify(body) : (body ?? null);
