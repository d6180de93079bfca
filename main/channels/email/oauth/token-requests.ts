import * as oauth from 'oauth4webapi';
import { ChannelError, failure } from '../../kit/failure.ts';
import { limitSignal } from '../../kit/waiting.ts';
import { codeOf, kindOfCode, wordsOf } from '../../kit/connection-codes.ts';
import type { OAuthProvider } from './providers.ts';

/** What a token endpoint gave. `refreshToken` is null when the old one goes on being valid. */
export type Tokens = {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Seconds from now. */
  readonly expiresIn: number;
};

// RFC 6749 section 5.1 only recommends expires_in; an hour is what the large providers give.
const usualLife = 3_600;
/** How long a token endpoint may take, in ms. */
export const slowestAnswer = 30_000;

/** The server as the library wants it: it takes https alone, see {@link requestOptions}. */
export const serverOf = (provider: OAuthProvider): oauth.AuthorizationServer => ({
  issuer: provider.issuer,
  authorization_endpoint: provider.authorizeUrl.href,
  token_endpoint: provider.tokenUrl.href.replace(/^http:/, 'https:'),
  // An ID token may come along unasked; it is not used, only its claims are compared, so any sound algorithm will do.
  id_token_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'],
});

export const clientOf = (provider: OAuthProvider): oauth.Client => ({ client_id: provider.clientId });

export const clientAuthOf = (provider: OAuthProvider): oauth.ClientAuth =>
  provider.clientSecret === null ? oauth.None() : oauth.ClientSecretPost(provider.clientSecret);

/** Options of every request: its end (see {@link slowestAnswer}), and plain http for a server on this machine (the settings allow no other). */
export const requestOptions = (
  provider: OAuthProvider,
  signal: AbortSignal,
): oauth.TokenEndpointRequestOptions => ({
  signal,
  ...(provider.tokenUrl.protocol === 'http:' ? { [oauth.customFetch]: fetchFromThisMachine } : {}),
});

const fetchFromThisMachine: NonNullable<oauth.TokenEndpointRequestOptions[typeof oauth.customFetch]> = (
  url,
  options,
) => fetch(url.replace(/^https:/, 'http:'), options);

/** Reads the answer of a token endpoint. */
export const readTokens = (response: oauth.TokenEndpointResponse): Tokens => ({
  accessToken: response.access_token,
  refreshToken: response.refresh_token ?? null,
  expiresIn: response.expires_in ?? usualLife,
});

/** Trades a refresh token for new tokens (RFC 6749 section 6). */
export async function refreshTokens(
  provider: OAuthProvider,
  refreshToken: string,
  signal: AbortSignal,
): Promise<Tokens> {
  const server = serverOf(provider);
  const client = clientOf(provider);
  const limited = limitSignal(signal, slowestAnswer);
  try {
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      clientAuthOf(provider),
      refreshToken,
      requestOptions(provider, limited.signal),
    );
    return readTokens(await oauth.processRefreshTokenResponse(server, client, response));
  } catch (error) {
    throw tokenFailure(error, provider, signal);
  } finally {
    limited.release();
  }
}

/** Turns whatever a token request threw into a failure; an abort comes out as the signal's reason. */
export function tokenFailure(error: unknown, provider: OAuthProvider, signal: AbortSignal): Error {
  if (signal.aborted) return signal.reason instanceof Error ? signal.reason : new Error('aborted');
  if (error instanceof ChannelError) return error;
  const where = provider.tokenUrl.host;
  if (error instanceof oauth.ResponseBodyError) {
    const said = wordsOf(error.error_description ?? error.error);
    // slow_down and temporarily_unavailable pass by themselves; everything else needs the person (RFC 6749 section 5.2).
    const passing = error.status >= 500 || /temporarily_unavailable|slow_down/.test(error.error);
    return new ChannelError(failure(passing ? 'no-answer' : 'sign-in-expired', where, { said }), error);
  }
  const cause = error instanceof Error ? error.cause : null;
  if (cause instanceof Response && cause.status >= 500) {
    return new ChannelError(failure('no-answer', where, { said: String(cause.status) }), error);
  }
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new ChannelError(failure('no-answer', where), error);
  }
  const kind = kindOfCode(codeOf(cause)) ?? (error instanceof TypeError ? 'no-answer' : 'protocol');
  const said = wordsOf(error instanceof Error ? error.message : null);
  return new ChannelError(failure(kind, where, { said }), error);
}
