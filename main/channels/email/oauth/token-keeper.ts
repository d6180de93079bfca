import type { SessionContext, Secrets } from '../../kit/channel.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import type { Login } from '../credentials.ts';
import { within } from '../../kit/waiting.ts';
import { hostPort } from '../../kit/endpoint.ts';
import { readSettings } from '../settings.ts';
import { readOAuthProvider } from './providers.ts';
import { refreshTokens } from './token-requests.ts';

type OAuthSecrets = Extract<Secrets, { readonly kind: 'oauth' }>;

// Long enough for a slow SMTP upload to start with a token that is still good.
const refreshBefore = 5 * 60_000;

const slowestRefresh = 60_000;

/** Gives out logins that are good now. Of several callers that need a new token at once, one fetches it and all get it. */
export class TokenKeeper {
  private readonly context: SessionContext;
  private refreshing: Promise<OAuthSecrets> | null = null;

  constructor(context: SessionContext) {
    this.context = context;
  }

  /** The login for a new connection; `refused` is an access token that the server has just turned down. */
  async login(signal: AbortSignal, refused: string | null = null): Promise<Login> {
    const secrets = this.context.secrets();
    switch (secrets.kind) {
      case 'password':
        return secrets;
      case 'oauth': {
        const stale = secrets.expiresAt - this.context.clock.now() < refreshBefore;
        const good = stale || secrets.accessToken === refused ? await this.refresh(secrets, signal) : secrets;
        return { kind: 'oauth', user: good.user, accessToken: good.accessToken };
      }
      case 'none':
        throw new ChannelError(failure('sign-in-expired', hostPort(this.settings.imap)));
    }
  }

  private get settings(): ReturnType<typeof readSettings> {
    return readSettings(this.context.address, this.context.settings);
  }

  private async refresh(secrets: OAuthSecrets, signal: AbortSignal): Promise<OAuthSecrets> {
    if (secrets.refreshToken === null) {
      throw new ChannelError(failure('sign-in-expired', hostPort(this.settings.imap)));
    }
    // The request is not bound to one caller's signal: a rotated refresh token that nobody waits for must still be saved.
    this.refreshing ??= this.fetchAndSave(secrets, secrets.refreshToken).finally(() => {
      this.refreshing = null;
    });
    return within(this.refreshing, {
      signal,
      ms: slowestRefresh,
      late: () => new ChannelError(failure('no-answer', hostPort(this.settings.imap))),
      end: () => undefined,
    });
  }

  private async fetchAndSave(secrets: OAuthSecrets, refreshToken: string): Promise<OAuthSecrets> {
    const provider = readOAuthProvider(this.context.settings);
    const tokens = await refreshTokens(provider, refreshToken, new AbortController().signal);
    const fresh: OAuthSecrets = {
      ...secrets,
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken ?? refreshToken,
      expiresAt: this.context.clock.now() + tokens.expiresIn * 1_000,
    };
    // Saved before it is used: where refresh tokens rotate, the old one is worthless from now on (RFC 9700 section 4.14).
    await this.context.saveSecrets(fresh);
    return fresh;
  }
}

const keepers = new WeakMap<SessionContext, TokenKeeper>();

/** The keeper of an account: all sessions on one context share it, because a rotated refresh token is good only once. */
export const tokensOf = (context: SessionContext): TokenKeeper => {
  const known = keepers.get(context) ?? new TokenKeeper(context);
  keepers.set(context, known);
  return known;
};
