import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';
import type { Configuration } from 'oidc-provider';
import { LOOPBACK, freePort } from '../ports.ts';
import { INTERACTION_PATH, handleInteraction, signIn } from './interaction.ts';
import { createTokenStore } from './token-store.ts';

/** How the provider starts. */
export type OauthProviderOptions = {
  /** Where it may send the user back to; the port of a loopback address does not matter (RFC 8252, 7.3). */
  readonly redirectUris?: readonly string[];
  /** Seconds; changed later with `setLifetimes`. */
  readonly accessTokenSeconds?: number;
  readonly refreshTokenSeconds?: number;
  /** True (default) gives a new refresh token at each use, and a used one revokes everything that came from it. */
  readonly rotateRefreshTokens?: boolean;
};

/** Where everything is, as in RFC 8414. */
export type OauthEndpoints = {
  readonly issuer: string;
  readonly authorization: string;
  readonly token: string;
  readonly revocation: string;
  readonly userinfo: string;
  readonly discovery: string;
  /** With the credentials of the mail server in it, for `startMailServer({ introspectionUrl })`. */
  readonly introspection: string;
};

/** A request that reached the provider. */
export type OauthRequest = { readonly method: string; readonly path: string; readonly at: number };

/** A real authorization server on loopback: code flow with PKCE (S256 required), rotation, revocation, introspection. */
export type OauthProvider = {
  readonly endpoints: OauthEndpoints;
  /** A public native client (no secret). */
  readonly clientId: string;
  readonly scope: string;
  /** Plays the browser of this user and returns the URL that the client is called back with, which it does not open. */
  readonly signInAs: (authorizationUrl: string, email: string) => Promise<string>;
  /** The same for a user who presses Cancel. */
  readonly refuseAs: (authorizationUrl: string, email: string) => Promise<string>;
  readonly setLifetimes: (seconds: { readonly access?: number; readonly refresh?: number }) => void;
  /** Revokes the tokens of one user, or of all; returns how many were alive. */
  readonly revokeAll: (email?: string) => number;
  /** Revokes the access tokens only, as if they had run out early. */
  readonly revokeAccessTokens: (email?: string) => number;
  /** Answers the next requests to this path with an error of the server. */
  readonly failNext: (
    path: '/token' | '/auth' | '/token/introspection',
    status: number,
    times?: number,
  ) => void;
  readonly requests: () => readonly OauthRequest[];
  readonly stop: () => Promise<void>;
};

const MAIL_SERVER = { id: 'mail-server', secret: 'mail-server-secret' };
const CLIENT_ID = 'desktop';
const SCOPES = ['openid', 'offline_access', 'email', 'mail'];

/** Starts the provider on a free port. Any user exists; the email address is the account. */
export async function startOauthProvider(options: OauthProviderOptions = {}): Promise<OauthProvider> {
  const port = await freePort();
  const issuer = `http://${LOOPBACK}:${String(port)}`;
  const lifetimes = {
    access: options.accessTokenSeconds ?? 3_600,
    refresh: options.refreshTokenSeconds ?? 86_400,
  };
  const store = createTokenStore();
  const provider = new Provider(issuer, configuration(options, lifetimes, store.adapterFor));
  const serve = provider.callback();
  const requests: OauthRequest[] = [];
  const failures: { readonly path: string; readonly status: number; left: number }[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', issuer);
    requests.push({ method: request.method ?? '', path: pathname, at: performance.now() });
    const failure = failures.find(({ path, left }) => path === pathname && left > 0);
    if (failure !== undefined) {
      failure.left -= 1;
      response.writeHead(failure.status, { 'content-type': 'text/plain' }).end('out of order');
    } else if (pathname.startsWith(INTERACTION_PATH)) await handleInteraction(provider, request, response);
    else await serve(request, response);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, LOOPBACK, resolve));

  return {
    endpoints: {
      issuer,
      authorization: `${issuer}/auth`,
      token: `${issuer}/token`,
      revocation: `${issuer}/token/revocation`,
      userinfo: `${issuer}/me`,
      discovery: `${issuer}/.well-known/openid-configuration`,
      introspection: `http://${MAIL_SERVER.id}:${MAIL_SERVER.secret}@${LOOPBACK}:${String(port)}/token/introspection`,
    },
    clientId: CLIENT_ID,
    scope: SCOPES.join(' '),
    signInAs: (url, email) => signIn(issuer, url, { email, refuse: false }),
    refuseAs: (url, email) => signIn(issuer, url, { email, refuse: true }),
    setLifetimes: (seconds) => {
      Object.assign(lifetimes, seconds);
    },
    revokeAll: (email) => store.revoke(['AccessToken', 'RefreshToken', 'AuthorizationCode', 'Grant'], email),
    revokeAccessTokens: (email) => store.revoke(['AccessToken'], email),
    failNext: (path, status, times = 1) => {
      failures.push({ path, status, left: times });
    },
    requests: () => [...requests],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function configuration(
  options: OauthProviderOptions,
  lifetimes: { readonly access: number; readonly refresh: number },
  adapter: NonNullable<Configuration['adapter']>,
): Configuration {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const paths = ['', '/', '/callback', '/oauth', '/oauth/callback'];
  const redirectUris = options.redirectUris ?? paths.map((path) => `http://${LOOPBACK}${path}`);
  return {
    adapter,
    clients: [
      {
        client_id: CLIENT_ID,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [...redirectUris],
      },
      {
        client_id: MAIL_SERVER.id,
        client_secret: MAIL_SERVER.secret,
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: [],
        response_types: [],
        redirect_uris: [],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    scopes: SCOPES,
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    rotateRefreshToken: options.rotateRefreshTokens ?? true,
    issueRefreshToken: async () => true,
    findAccount: async (_ctx, sub) => ({
      accountId: sub,
      claims: async () => ({ sub, email: sub, email_verified: true }),
    }),
    // Introspection answers these too, and a mail server wants to know whose mailbox the token opens.
    extraTokenClaims: async (_ctx, token) => ('accountId' in token ? { email: token.accountId } : {}),
    interactions: { url: (_ctx, interaction) => `${INTERACTION_PATH}${interaction.uid}` },
    cookies: { keys: ['only for tests'] },
    ttl: {
      AccessToken: () => lifetimes.access,
      RefreshToken: () => lifetimes.refresh,
      AuthorizationCode: 60,
      Grant: 86_400,
      IdToken: 3_600,
      Interaction: 600,
      Session: 86_400,
    },
    features: {
      devInteractions: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
      },
      introspection: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) =>
          client.clientId === MAIL_SERVER.id || token.clientId === client.clientId,
      },
    },
  };
}
