import * as oauth from 'oauth4webapi';
import type { Settings } from '#shared/contract/accounts.ts';
import type { Secrets, SetupContext } from '../../kit/channel.ts';
import { ChannelError, failure, SignInCancelled } from '../../kit/failure.ts';
import { limitSignal } from '../../kit/waiting.ts';
import { textOf } from '../../kit/endpoint.ts';
import { readOAuthProvider } from './providers.ts';
import type { OAuthProvider } from './providers.ts';
import { listenForRedirect } from './redirect-listener.ts';
import {
  clientAuthOf,
  clientOf,
  readTokens,
  requestOptions,
  serverOf,
  slowestAnswer,
  tokenFailure,
} from './token-requests.ts';
import type { Tokens } from './token-requests.ts';

/** What the sign-in may be told from outside. */
export type SignInOptions = {
  /** The sentence the browser shows at the end, in the person's language. */
  readonly closePage: string;
  /** How long the person may take, in ms. */
  readonly patience: number;
};

const path = '/callback';

/** The whole journey: authorization code with PKCE over the system browser and a loopback redirect (RFC 8252, RFC 7636, RFC 9700). */
export async function signInByBrowser(
  address: string,
  settings: Settings,
  options: SignInOptions,
  context: SetupContext,
  signal: AbortSignal,
): Promise<Secrets> {
  const provider = readOAuthProvider(settings);
  const limited = limitSignal(signal, options.patience);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const listener = await listenForRedirect({ path, state, text: options.closePage }, limited.signal);
  try {
    const redirectUri = `http://${provider.redirectHost}:${String(listener.port)}${path}`;
    const challenge = await oauth.calculatePKCECodeChallenge(verifier);
    await context.openBrowser(authorizeUrl(provider, { address, redirectUri, challenge, state }).href);
    const parameters = await waitForAnswer(listener.answer, signal);
    const tokens = await trade(provider, { parameters, redirectUri, verifier, state }, signal);
    return {
      kind: 'oauth',
      user: textOf(settings, 'user') ?? address,
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken,
      expiresAt: context.clock.now() + tokens.expiresIn * 1_000,
      provider: provider.id,
    };
  } finally {
    limited.release();
    listener.close();
  }
}

function authorizeUrl(
  provider: OAuthProvider,
  request: {
    readonly address: string;
    readonly redirectUri: string;
    readonly challenge: string;
    readonly state: string;
  },
): URL {
  const url = new URL(provider.authorizeUrl);
  const parameters = {
    ...provider.extra,
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: request.redirectUri,
    scope: provider.scopes,
    state: request.state,
    code_challenge: request.challenge,
    code_challenge_method: 'S256',
    login_hint: request.address,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

/** The end of patience and the person's own "cancel" are the same to the engine. */
async function waitForAnswer(
  answer: Promise<URLSearchParams>,
  signal: AbortSignal,
): Promise<URLSearchParams> {
  try {
    return await answer;
  } catch (error) {
    signal.throwIfAborted();
    throw new SignInCancelled(error);
  }
}

async function trade(
  provider: OAuthProvider,
  came: {
    readonly parameters: URLSearchParams;
    readonly redirectUri: string;
    readonly verifier: string;
    readonly state: string;
  },
  signal: AbortSignal,
): Promise<Tokens> {
  const server = serverOf(provider);
  const client = clientOf(provider);
  const limited = limitSignal(signal, slowestAnswer);
  try {
    // Compares the state, and the issuer where the server names one (RFC 9207): an answer of another server is not traded here.
    const checked = oauth.validateAuthResponse(server, client, came.parameters, came.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      clientAuthOf(provider),
      checked,
      came.redirectUri,
      came.verifier,
      requestOptions(provider, limited.signal),
    );
    return readTokens(await oauth.processAuthorizationCodeResponse(server, client, response));
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      if (error.error === 'access_denied') throw new SignInCancelled(error);
      const said = error.error_description ?? error.error;
      throw new ChannelError(failure('sign-in-expired', provider.authorizeUrl.host, { said }), error);
    }
    throw tokenFailure(error, provider, signal);
  } finally {
    limited.release();
  }
}
