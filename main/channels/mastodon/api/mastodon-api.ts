import type { Clock } from '#shared/kit/ports.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { HttpClient, jsonOf } from '../../kit/http/http-client.ts';
import type { HttpAnswer, HttpRequest, SendOutcome } from '../../kit/http/http-client.ts';
import type { OutgoingFile } from '../../kit/outgoing.ts';
import {
  account,
  context,
  instance,
  notification,
  readAs,
  readList,
  refusal,
  status,
  uploaded,
} from './entities.ts';
import type { Account, Instance, Notification, Status } from './entities.ts';
import { nextMaxId } from './link-header.ts';

/** A status as it is used, and as it came. */
export type ReadStatus = { readonly read: Status; readonly raw: unknown };

/** One page of a list, newest first as servers give it. */
export type Page<Entry> = {
  readonly entries: readonly { readonly read: Entry; readonly raw: unknown }[];
  /** Where the next older page begins; null at the end. */
  readonly older: string | null;
};

/** Which page of a list: older than, or right after; both null for the newest. */
export type Range = { readonly maxId: string | null; readonly minId: string | null; readonly limit: number };

/** How to reach one account. */
export type ApiOptions = {
  readonly base: URL;
  readonly clock: Clock;
  readonly token: () => string;
};

/** A context may have 4,096 statuses on either side, each of some kilobytes. */
const largestContext = 24 * 1024 * 1024;
/** A page of 80 notifications, each with a status and two accounts. */
const largestPage = 16 * 1024 * 1024;
/** A large video over a slow line. */
const uploadMs = 10 * 60_000;
/** Requests of a window that are left to the agent, who may want to send while history is read. */
const reserve = 40;

/** X-RateLimit-Reset as ms from now: a date, or seconds since 1970 (GoToSocial); null where there is none. */
export function resetMs(headers: Headers, now: number): number | null {
  const value = headers.get('x-ratelimit-reset')?.trim() ?? '';
  const at = /^\d{9,11}$/.test(value) ? Number(value) * 1_000 : Date.parse(value);
  if (Number.isNaN(at)) return null;
  // The reset is told by the server's clock, which stands in Date.
  const serverNow = Date.parse(headers.get('date') ?? '');
  return Math.max(0, at - (Number.isNaN(serverNow) ? now : serverNow));
}

const isGood = ({ status: code }: HttpAnswer): boolean => code >= 200 && code <= 299;

/** The words of a refusal, or null. */
export const saidBy = (answer: HttpAnswer): string | null => readAs(refusal, jsonOf(answer))?.error ?? null;

/** The part of Mastodon's REST API that is used (docs.joinmastodon.org/methods), for one account. Refusals are ChannelErrors with the server's words. */
export class MastodonApi {
  readonly #http: HttpClient;
  readonly #options: ApiOptions;
  #left: { readonly count: number; readonly until: number } | null = null;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#http = new HttpClient({
      base: options.base,
      clock: options.clock,
      credentials: () => ({ authorization: `Bearer ${options.token()}` }),
      waitIn: (answer) => (answer.status === 429 ? resetMs(answer.headers, options.clock.now()) : null),
    });
  }

  /** When requests of the window run short, the ChannelError that says until when; null while there are enough. */
  get short(): ChannelError | null {
    const left = this.#left;
    if (left === null || left.count > reserve || left.until <= this.#options.clock.now()) return null;
    return new ChannelError(failure('rate-limited', this.#options.base.host, { retryAt: left.until }));
  }

  /** Who the token belongs to (methods/accounts#verify_credentials). */
  async verify(signal: AbortSignal): Promise<Account> {
    const answer = await this.#need({ method: 'GET', path: 'api/v1/accounts/verify_credentials' }, signal);
    return readAs(account, jsonOf(answer)) ?? this.#strange();
  }

  /** The server's name and limits (methods/instance#v2, and #v1 for older servers and relatives). */
  async instance(signal: AbortSignal): Promise<Instance> {
    const answer = await this.#ask({ method: 'GET', path: 'api/v2/instance' }, signal);
    const newer = isGood(answer) ? readAs(instance, jsonOf(answer)) : null;
    if (newer !== null && newer.domain !== '') return newer;
    const older = await this.#need({ method: 'GET', path: 'api/v1/instance' }, signal);
    return readAs(instance, jsonOf(older)) ?? this.#strange();
  }

  /**
   * Notifications of some types (methods/notifications#get). Those that the account's policy filters are asked for as well: since 4.3 that is
   * every direct post of somebody the account does not follow, and so of most customers (entities/NotificationPolicy).
   */
  notifications(types: readonly string[], range: Range, signal: AbortSignal): Promise<Page<Notification>> {
    const query = { ...rangeQuery(range), 'types[]': types, include_filtered: 'true' };
    return this.#page('api/v1/notifications', query, (json) => readList(notification, json), signal);
  }

  /** What an account wrote, without what it only boosted (methods/accounts#statuses). */
  statusesOf(accountId: string, range: Range, signal: AbortSignal): Promise<Page<Status>> {
    const path = `api/v1/accounts/${encodeURIComponent(accountId)}/statuses`;
    const query = { ...rangeQuery(range), exclude_reblogs: 'true' };
    return this.#page(path, query, (json) => readList(status, json), signal);
  }

  /** One status, or null when there is none, or none for us (methods/statuses#get). */
  async status(id: string, signal: AbortSignal): Promise<ReadStatus | null> {
    const answer = await this.#ask({ method: 'GET', path: statusPath(id) }, signal);
    if (answer.status === 404 || answer.status === 410) return null;
    if (!isGood(answer)) throw this.refused(answer);
    const raw = jsonOf(answer);
    const read = readAs(status, raw);
    return read === null ? this.#strange() : { read, raw };
  }

  /** The statuses before one, oldest first (methods/statuses#context); null where the server does not say, or says too much. */
  async ancestors(id: string, signal: AbortSignal): Promise<readonly ReadStatus[] | null> {
    const request = { method: 'GET', path: `${statusPath(id)}/context`, maxBytes: largestContext } as const;
    try {
      const answer = await this.#ask(request, signal);
      if (answer.status === 401 || answer.status === 429) throw this.refused(answer);
      return isGood(answer) ? readList(status, readAs(context, jsonOf(answer))?.ancestors) : null;
    } catch (error) {
      if (error instanceof ChannelError && error.failure.kind === 'quota') return null;
      throw error;
    }
  }

  /** Hands in a file (methods/media#v2). */
  upload(file: OutgoingFile, signal: AbortSignal): Promise<HttpAnswer> {
    const body = new FormData();
    body.set('file', new Blob([new Uint8Array(file.bytes)], { type: file.mimeType }), file.name);
    return this.#ask({ method: 'POST', path: 'api/v2/media', body, ms: uploadMs }, signal);
  }

  /** Whether a file that was handed in is ready: 200, 206 while it is not (methods/media#get). */
  media(id: string, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#ask({ method: 'GET', path: `api/v1/media/${encodeURIComponent(id)}` }, signal);
  }

  /** The id that an upload was given, or null. */
  uploadedId(answer: HttpAnswer): string | null {
    return readAs(uploaded, jsonOf(answer))?.id ?? null;
  }

  /** Publishes (methods/statuses#create). */
  async post(
    body: Readonly<Record<string, unknown>>,
    key: string,
    signal: AbortSignal,
  ): Promise<SendOutcome> {
    const headers = { 'idempotency-key': key };
    return this.#http.say({ method: 'POST', path: 'api/v1/statuses', headers, body }, signal);
  }

  /** The bytes at an address that the server named; credentials go to the server itself alone. */
  bytes(url: URL, maxBytes: number, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#http.ask({ method: 'GET', path: url, maxBytes, ms: uploadMs }, signal);
  }

  /** A refusal in the kit's words, with the server's own. */
  refused(answer: HttpAnswer): ChannelError {
    return this.#http.refusal(answer, saidBy(answer));
  }

  async #page<Entry>(
    path: string,
    query: NonNullable<HttpRequest['query']>,
    read: (json: unknown) => Page<Entry>['entries'] | null,
    signal: AbortSignal,
  ): Promise<Page<Entry>> {
    const answer = await this.#need({ method: 'GET', path, query, maxBytes: largestPage }, signal);
    const entries = read(jsonOf(answer)) ?? this.#strange();
    return { entries, older: nextMaxId(answer.headers.get('link')) };
  }

  async #need(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.#ask(request, signal);
    if (!isGood(answer)) throw this.refused(answer);
    return answer;
  }

  async #ask(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.#http.ask(request, signal);
    // Uploads are counted apart, 30 in half an hour, and say nothing about the rest.
    if (request.method === 'GET') this.#count(answer);
    return answer;
  }

  #count(answer: HttpAnswer): void {
    const count = Number(answer.headers.get('x-ratelimit-remaining') ?? 'none');
    const now = this.#options.clock.now();
    const reset = resetMs(answer.headers, now);
    if (!Number.isNaN(count) && reset !== null) this.#left = { count, until: now + reset };
  }

  #strange(): never {
    throw new ChannelError(failure('protocol', this.#options.base.host));
  }
}

const statusPath = (id: string): string => `api/v1/statuses/${encodeURIComponent(id)}`;

const rangeQuery = ({ maxId, minId, limit }: Range): NonNullable<HttpRequest['query']> => ({
  limit: String(limit),
  max_id: maxId ?? undefined,
  min_id: minId ?? undefined,
});
