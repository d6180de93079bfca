import * as v from 'valibot';
import type { Secrets, SessionContext } from '../../kit/channel.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { HttpClient, jsonOf } from '../../kit/http/http-client.ts';
import type { HttpAnswer } from '../../kit/http/http-client.ts';
import { isLoopback } from '../../kit/endpoint.ts';
import { within } from '../../kit/waiting.ts';
import { readDid } from '../names.ts';
import { readOwnAddress } from '../settings.ts';
import { granted, rateLimitWait, refusalIn, saidIn } from './xrpc.ts';

type Password = Extract<Secrets, { readonly kind: 'password' }>;

/** Tokens that were good when they were given. `server` is the account's own server. */
export type Tokens = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly server: string;
};

const token = v.pipe(v.string(), v.minLength(1), v.maxLength(10_000));
const sessionShape = v.object({
  accessJwt: token,
  refreshJwt: token,
  did: v.string(),
  didDoc: v.fallback(v.unknown(), null),
});
const servicesShape = v.object({
  service: v.array(
    v.fallback(v.object({ id: v.string(), type: v.string(), serviceEndpoint: v.string() }), {
      id: '',
      type: '',
      serviceEndpoint: '',
    }),
  ),
});

const slowest = 60_000;

/** The account's own server as its DID document names it (https://atproto.com/specs/did); null where it names none that may be spoken to. */
function ownServerIn(didDoc: unknown): string | null {
  const parsed = v.safeParse(servicesShape, didDoc);
  if (!parsed.success) return null;
  const service = parsed.output.service.find(
    ({ id, type }) => /(^|^did:.+)#atproto_pds$/.test(id) && type === 'AtprotoPersonalDataServer',
  );
  const url =
    service !== undefined && URL.canParse(service.serviceEndpoint) ? new URL(service.serviceEndpoint) : null;
  if (url?.username !== '' || url.password !== '') return null;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
    ? `${url.origin}/`
    : null;
}

/** Answers that say a token is worth nothing any more, whatever was asked with it. */
const worthless: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'InvalidToken',
  'AuthenticationRequired',
  'AuthMissing',
]);

/** True where another token would help; a token that may not do this says so in the words of its scope. */
export function wantsNewToken(answer: HttpAnswer): boolean {
  if (answer.status !== 400 && answer.status !== 401) return false;
  const { error, message } = refusalIn(answer);
  return worthless.has(error) && !/scope|method/i.test(message);
}

/** True where the password was made without access to what was asked: 400 InvalidToken "Bad token method" or "Bad token scope" at a PDS. */
export function isForbiddenScope(answer: HttpAnswer): boolean {
  if (answer.status !== 400 && answer.status !== 401 && answer.status !== 403) return false;
  const { error, message } = refusalIn(answer);
  return error === 'ScopeMissingError' || (error === 'InvalidToken' && /scope|method/i.test(message));
}

/**
 * Signs one account in and keeps its tokens. A password is exchanged for tokens only where there are none that can be renewed, because
 * servers allow that 30 times in 5 minutes; and what is fetched is saved before it is used, because a renewed token makes the old one
 * worthless. Of several callers that need new tokens at once, one fetches them and all get them.
 */
export class TokenKeeper {
  readonly #context: SessionContext;
  readonly #service: URL;
  readonly #timeoutMs: number;
  #fetching: Promise<Tokens> | null = null;

  constructor(context: SessionContext, service: URL, timeoutMs: number) {
    this.#context = context;
    this.#service = service;
    this.#timeoutMs = timeoutMs;
  }

  /** Tokens to ask with; `refused` is an access token that the server has just turned down. */
  async tokens(signal: AbortSignal, refused: string | null = null): Promise<Tokens> {
    signal.throwIfAborted();
    const { session } = this.#secrets();
    if (session?.accessToken !== undefined && session.accessToken !== refused) return session;
    // Not bound to one caller's signal: a renewed token that nobody waits for must still be saved.
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = null;
    });
    return within(this.#fetching, {
      signal,
      ms: slowest,
      late: () => new ChannelError(failure('no-answer', this.#service.host)),
      end: () => undefined,
    });
  }

  #secrets(): Password {
    const secrets = this.#context.secrets();
    if (secrets.kind !== 'password') throw new ChannelError(failure('sign-in-expired', this.#service.host));
    return secrets;
  }

  async #fetch(): Promise<Tokens> {
    const { session } = this.#secrets();
    const renewed = session === undefined ? null : await this.#renew(session);
    return renewed ?? this.#signIn();
  }

  /** Null where the server no longer renews them, so that the password has to do. */
  async #renew(session: Tokens): Promise<Tokens | null> {
    const client = this.#client(new URL(session.server));
    const answer = await client.ask(
      {
        method: 'POST',
        path: 'xrpc/com.atproto.server.refreshSession',
        headers: { authorization: `Bearer ${session.refreshToken}` },
      },
      never(),
    );
    if (granted(answer)) return this.#save(answer, session.server);
    if (answer.status === 400 || answer.status === 401) return null;
    throw client.refusal(answer, saidIn(refusalIn(answer)));
  }

  async #signIn(): Promise<Tokens> {
    const { user, password } = this.#secrets();
    const client = this.#client(this.#service);
    const answer = await client.ask(
      {
        method: 'POST',
        path: 'xrpc/com.atproto.server.createSession',
        body: { identifier: user, password },
      },
      never(),
    );
    if (granted(answer)) return this.#save(answer, this.#service.href);
    const said = saidIn(refusalIn(answer));
    if (answer.status === 400 || answer.status === 401 || answer.status === 403)
      throw new ChannelError(failure('password-refused', this.#service.host, { said }));
    throw client.refusal(answer, said);
  }

  async #save(answer: HttpAnswer, server: string): Promise<Tokens> {
    const parsed = v.safeParse(sessionShape, jsonOf(answer));
    const did = parsed.success ? readDid(parsed.output.did) : null;
    if (!parsed.success || did === null) throw new ChannelError(failure('protocol', this.#service.host));
    // Another account's tokens would read and write in its name.
    if (did !== readOwnAddress(this.#context.address) && readDid(this.#context.address) !== null)
      throw new ChannelError(failure('password-refused', this.#service.host));
    const session: Tokens = {
      accessToken: parsed.output.accessJwt,
      refreshToken: parsed.output.refreshJwt,
      server: ownServerIn(parsed.output.didDoc) ?? server,
    };
    await this.#context.saveSecrets({ ...this.#secrets(), session });
    return session;
  }

  #client(base: URL): HttpClient {
    const { clock } = this.#context;
    return new HttpClient({
      base,
      clock,
      timeoutMs: this.#timeoutMs,
      waitIn: (answer) => rateLimitWait(answer, clock.now()),
    });
  }
}

const never = (): AbortSignal => new AbortController().signal;
