import { ImapFlow } from 'imapflow';
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { startOauthProvider } from '#test/support/oauth-provider/oauth-provider.ts';
import type { OauthProvider } from '#test/support/oauth-provider/oauth-provider.ts';

const REDIRECT = 'http://127.0.0.1:49152/callback';
const randomVerifier = (): string => randomBytes(32).toString('base64url');

type Tokens = { readonly access_token: string; readonly refresh_token: string };

function isTokens(value: unknown): value is Tokens {
  return typeof value === 'object' && value !== null && 'access_token' in value && 'refresh_token' in value;
}

describe('the real authorization server', () => {
  let provider: OauthProvider;
  let server: MailServer;
  beforeAll(async () => {
    provider = await startOauthProvider();
    server = await startMailServer({ smtp: 'none', introspectionUrl: provider.endpoints.introspection });
  });
  afterAll(async () => {
    await server.stop();
    await provider.stop();
  });

  function authorizationUrl(verifier: string): string {
    const url = new URL(provider.endpoints.authorization);
    url.search = new URLSearchParams({
      client_id: provider.clientId,
      response_type: 'code',
      redirect_uri: REDIRECT,
      scope: provider.scope,
      state: 'state',
      prompt: 'consent',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString();
    return url.href;
  }

  async function post(endpoint: string, form: Record<string, string>): Promise<Response> {
    const body = new URLSearchParams({ client_id: provider.clientId, ...form });
    const response = await fetch(endpoint, { method: 'POST', body });
    if (!response.ok) throw new Error(await response.text());
    return response;
  }

  async function requestTokens(form: Record<string, string>): Promise<Tokens> {
    const answer: unknown = await (await post(provider.endpoints.token, form)).json();
    if (!isTokens(answer)) throw new Error(`no tokens: ${JSON.stringify(answer)}`);
    return answer;
  }

  async function tokensOf(email: string): Promise<Tokens> {
    const verifier = randomVerifier();
    const back = new URL(await provider.signInAs(authorizationUrl(verifier), email));
    expect(back.href.startsWith(REDIRECT)).toBe(true);
    expect(back.searchParams.get('state')).toBe('state');
    return requestTokens({
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: REDIRECT,
      code_verifier: verifier,
    });
  }

  const refresh = (token: string): Promise<Tokens> =>
    requestTokens({ grant_type: 'refresh_token', refresh_token: token });

  async function imapLogin(user: string, accessToken: string): Promise<void> {
    const imap = new ImapFlow({
      ...{ host: 'localhost', port: server.imap.tlsPort, secure: true, logger: false },
      auth: { user, accessToken },
      tls: { ca: server.certificate.pem },
    });
    imap.on('error', () => undefined);
    await imap.connect();
    await imap.logout();
  }

  it('lets a signed-in user into the mailbox with the access token, and nobody with a wrong one', async () => {
    const { access_token: token, refresh_token: refreshToken } = await tokensOf('alice@shop.test');
    expect(refreshToken).toBeTypeOf('string');
    await imapLogin('alice@shop.test', token);
    await expect(imapLogin('alice@shop.test', 'wrong')).rejects.toMatchObject({ authenticationFailed: true });
    await expect(imapLogin('carol@shop.test', token)).rejects.toMatchObject({ authenticationFailed: true });
  });

  it('gives a new refresh token at each use and revokes everything when an old one comes back', async () => {
    const first = await tokensOf('alice@shop.test');
    const second = await refresh(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    await imapLogin('alice@shop.test', second.access_token);
    await expect(refresh(first.refresh_token)).rejects.toThrow('invalid_grant');
    await expect(refresh(second.refresh_token)).rejects.toThrow('invalid_grant');
  });

  it('lets access tokens run out', async () => {
    provider.setLifetimes({ access: 1 });
    const { access_token: token } = await tokensOf('dave@shop.test');
    provider.setLifetimes({ access: 3_600 });
    await eventually(
      () =>
        imapLogin('dave@shop.test', token).then(
          () => false,
          () => true,
        ),
      {
        message: 'the token runs out',
        everyMs: 200,
      },
    );
  });

  it('revokes one token or all tokens of a user', async () => {
    const { access_token: token } = await tokensOf('erin@shop.test');
    const { refresh_token: refreshToken } = await tokensOf('grace@shop.test');
    const other = await tokensOf('frank@shop.test');
    await post(provider.endpoints.revocation, { token });
    await expect(imapLogin('erin@shop.test', token)).rejects.toMatchObject({ authenticationFailed: true });
    expect(provider.revokeAll('grace@shop.test')).toBeGreaterThan(0);
    await expect(refresh(refreshToken)).rejects.toThrow('invalid_grant');
    await imapLogin('frank@shop.test', other.access_token);
  });

  it('tells the client when the user refuses, and wants PKCE', async () => {
    const url = authorizationUrl(randomVerifier());
    const refused = new URL(await provider.refuseAs(url, 'alice@shop.test'));
    expect(refused.searchParams.get('error')).toBe('access_denied');
    const plain = new URL(url);
    plain.searchParams.delete('code_challenge');
    plain.searchParams.delete('code_challenge_method');
    const sentBack = new URL(await provider.signInAs(plain.href, 'alice@shop.test'));
    expect(sentBack.searchParams.get('error')).toBe('invalid_request');
  });

  it('breaks on demand and keeps account of its requests', async () => {
    const { refresh_token: token } = await tokensOf('alice@shop.test');
    const before = provider.requests().filter(({ path }) => path === '/token').length;
    provider.failNext('/token', 503);
    await expect(refresh(token)).rejects.toThrow();
    await refresh(token);
    expect(provider.requests().filter(({ path }) => path === '/token')).toHaveLength(before + 2);
  });
});
