import * as v from 'valibot';
import type { Secrets, SessionContext } from '../../kit/channel.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { HttpClient, jsonOf } from '../../kit/http/http-client.ts';
import type { HttpAnswer } from '../../kit/http/http-client.ts';
import { within } from '../../kit/waiting.ts';
import type { MatrixSettings } from '../settings.ts';
import { tokenAnswer } from './answers.ts';
import { errorIn } from './errors.ts';

type TokenSecrets = Extract<Secrets, { readonly kind: 'oauth' }>;

/** A token without an end; the largest number that stays exact in JSON. */
export const neverExpires = Number.MAX_SAFE_INTEGER;

// A request that begins with a token that ends on the way is refused and costs one more.
const refreshBefore = 30_000;
const slowestSignIn = 60_000;

/** What this installation calls itself in the list of devices of other programs. */
const deviceName = 'Steward';

/** The mark of our token secrets; behind it stands the device that the token belongs to. */
const provider = 'matrix';

/** Secrets made of an access token; the device is kept with it, so that a later sign-in can take the same one. */
export const tokenSecrets = (
  user: string,
  token: {
    readonly accessToken: string;
    readonly refreshToken: string | null;
    readonly expiresAt: number;
    readonly device: string | null;
  },
): TokenSecrets => ({
  kind: 'oauth',
  user,
  accessToken: token.accessToken,
  refreshToken: token.refreshToken,
  expiresAt: token.expiresAt,
  provider: token.device === null ? provider : `${provider} ${token.device}`,
});

/** The device that a token was given to; null when nobody said. */
export const deviceOf = (secrets: Secrets): string | null =>
  secrets.kind === 'oauth' && secrets.provider.startsWith(`${provider} `)
    ? secrets.provider.slice(provider.length + 1)
    : null;

/**
 * Gives out access tokens that are good now. A password is traded for a token at once and forgotten; where the server gives refresh tokens
 * they are used and saved before the new token is (client-server API, "Refreshing access tokens"). Of several callers that need a new token
 * one fetches it and all get it.
 */
export class Tokens {
  readonly #context: SessionContext;
  readonly #settings: MatrixSettings;
  readonly #client: HttpClient;
  #renewing: Promise<TokenSecrets> | null = null;

  constructor(context: SessionContext, settings: MatrixSettings) {
    this.#context = context;
    this.#settings = settings;
    this.#client = new HttpClient({
      base: settings.base,
      clock: context.clock,
      waitIn: (answer) => errorIn(answer).retryAfterMs,
    });
  }

  /** The token for the next request; `refused` is one that the server has just turned down. */
  async current(signal: AbortSignal, refused: string | null = null): Promise<string> {
    const secrets = this.#context.secrets();
    switch (secrets.kind) {
      case 'password':
        return this.#renewed(() => this.#signIn(secrets.user, secrets.password), signal);
      case 'oauth': {
        const { refreshToken, accessToken, expiresAt } = secrets;
        const stale = expiresAt - this.#context.clock.now() < refreshBefore;
        if (accessToken !== refused && !(stale && refreshToken !== null)) return accessToken;
        if (refreshToken === null) throw this.#expired(null);
        return this.#renewed(() => this.#refresh(secrets, refreshToken), signal);
      }
      case 'none':
        throw this.#expired(null);
    }
  }

  async #renewed(renew: () => Promise<TokenSecrets>, signal: AbortSignal): Promise<string> {
    // Not bound to one caller's signal: a token that nobody waits for any more must still be saved.
    this.#renewing ??= renew().finally(() => {
      this.#renewing = null;
    });
    const { accessToken } = await within(this.#renewing, {
      signal,
      ms: slowestSignIn,
      late: () => new ChannelError(failure('no-answer', this.#settings.base.host)),
      end: () => undefined,
    });
    return accessToken;
  }

  /** Signs in (`m.login.password`); with the device of an earlier time, the server forgets that one's old token. */
  async #signIn(user: string, password: string): Promise<TokenSecrets> {
    const { device } = this.#settings;
    const answer = await this.#client.ask(
      {
        method: 'POST',
        path: '_matrix/client/v3/login',
        body: {
          type: 'm.login.password',
          identifier: { type: 'm.id.user', user },
          password,
          initial_device_display_name: deviceName,
          refresh_token: true,
          ...(device === null ? {} : { device_id: device }),
        },
      },
      new AbortController().signal,
    );
    if (answer.status === 403 || answer.status === 401)
      throw new ChannelError(
        failure('password-refused', this.#settings.base.host, { said: errorIn(answer).said }),
      );
    return this.#save(user, answer, { refreshToken: null, device });
  }

  async #refresh(secrets: TokenSecrets, refreshToken: string): Promise<TokenSecrets> {
    const answer = await this.#client.ask(
      { method: 'POST', path: '_matrix/client/v3/refresh', body: { refresh_token: refreshToken } },
      new AbortController().signal,
    );
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
      throw this.#expired(errorIn(answer).said);
    return this.#save(secrets.user, answer, { refreshToken, device: deviceOf(secrets) });
  }

  /** Saves before use: the server forgets the old tokens when it first sees one of the new ones. */
  async #save(
    user: string,
    answer: HttpAnswer,
    before: { readonly refreshToken: string | null; readonly device: string | null },
  ): Promise<TokenSecrets> {
    if (answer.status !== 200) throw this.#client.refusal(answer, errorIn(answer).said);
    const read = v.safeParse(tokenAnswer, jsonOf(answer));
    if (!read.success) throw new ChannelError(failure('protocol', this.#settings.base.host));
    const { access_token, refresh_token, expires_in_ms, user_id, device_id } = read.output;
    const fresh = tokenSecrets(user_id ?? user, {
      accessToken: access_token,
      refreshToken: refresh_token ?? before.refreshToken,
      expiresAt: expires_in_ms === null ? neverExpires : this.#context.clock.now() + expires_in_ms,
      device: device_id ?? before.device,
    });
    await this.#context.saveSecrets(fresh);
    return fresh;
  }

  #expired(said: string | null): ChannelError {
    return new ChannelError(failure('sign-in-expired', this.#settings.base.host, { said }));
  }
}
