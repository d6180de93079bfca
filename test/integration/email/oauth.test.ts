import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Secrets, SetupContext } from '#main/channels/kit/channel.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import {
  accountOn,
  attemptOf,
  letter,
  quiet,
  rememberHandover,
  systemClock,
} from '#test/support/email-account.ts';
import type { TestAccount } from '#test/support/email-account.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { startOauthProvider } from '#test/support/oauth-provider/oauth-provider.ts';
import type { OauthProvider } from '#test/support/oauth-provider/oauth-provider.ts';
import { uniqueName } from '#test/support/temp.ts';

let provider: OauthProvider;
let server: MailServer;
const accounts: TestAccount[] = [];

beforeAll(async () => {
  provider = await startOauthProvider();
  server = await startMailServer({ smtp: 'postfix', introspectionUrl: provider.endpoints.introspection });
});

afterEach(async () => {
  await Promise.all(accounts.splice(0).map((one) => one.closeAll()));
});

afterAll(async () => {
  await server.stop();
  await provider.stop();
});

const oauthSettings = (): Settings => ({
  oauthAuthorizeUrl: provider.endpoints.authorization,
  oauthTokenUrl: provider.endpoints.token,
  oauthIssuer: provider.endpoints.issuer,
  oauthScopes: provider.scope,
  oauthClientId: provider.clientId,
});

const newUser = (): string => `${uniqueName('agent')}@shop.test`;

/** A person whose browser is played by the provider's test double; `then` does with the redirect what a browser would. */
const person = (email: string, then: (redirect: string) => Promise<void>): SetupContext => ({
  clock: systemClock,
  openBrowser: async (url) => {
    void then(await provider.signInAs(url, email));
  },
  log: () => undefined,
});

const follow = async (redirect: string): Promise<void> => {
  await (await fetch(redirect)).text();
};

async function signIn(
  user: string,
  settings = oauthSettings(),
): Promise<Extract<Secrets, { kind: 'oauth' }>> {
  const { channel, context } = accountOn(server, user, { settings });
  const secrets = await channel.signIn(user, context.settings, person(user, follow), quiet());
  if (secrets.kind !== 'oauth') throw new Error('no OAuth secrets');
  return secrets;
}

function account(user: string, secrets: Secrets): TestAccount {
  const made = accountOn(server, user, { settings: oauthSettings(), secrets });
  accounts.push(made);
  return made;
}

describe('signing in by the browser', () => {
  it('leads to an account that receives and sends', async () => {
    const user = newUser();
    const one = account(user, await signIn(user));
    expect(await one.channel.probe(one.context, quiet())).toMatchObject({ address: user });
    const session = one.open();
    await session.streams(quiet());
    const attempt = attemptOf(one, letter(user, { to: [{ name: '', address: 'customer@example.org' }] }));
    expect(await session.send(attempt, rememberHandover(), quiet())).toMatchObject({ kind: 'accepted' });
    expect(one.saved()).toEqual([]);
  });

  it('shows a sentence in the browser and closes its port afterwards', async () => {
    const user = newUser();
    let shown = '';
    let redirect = '';
    const { channel, context } = accountOn(server, user, {
      settings: oauthSettings(),
      channel: { closePage: 'Done <here>' },
    });
    const visit = async (url: string): Promise<void> => {
      redirect = url;
      shown = await (await fetch(url)).text();
    };
    await channel.signIn(user, context.settings, person(user, visit), quiet());
    expect(shown).toContain('Done &lt;here&gt;');
    expect(new URL(redirect).hostname).toBe('127.0.0.1');
    await expect(fetch(redirect)).rejects.toThrow();
  });

  it('asks with PKCE and a state, and takes no answer that carries another state or comes from another issuer', async () => {
    const user = newUser();
    const { channel, context } = accountOn(server, user, { settings: oauthSettings() });
    let asked = new URL('http://nowhere.test');
    const stop = new AbortController();
    const statuses: number[] = [];
    const attack: SetupContext = {
      clock: systemClock,
      openBrowser: async (url) => {
        asked = new URL(url);
        const redirect = new URL(asked.searchParams.get('redirect_uri') ?? '');
        redirect.search = '?code=stolen&state=guessed';
        statuses.push((await fetch(redirect)).status);
        redirect.search = `?code=stolen&state=${asked.searchParams.get('state') ?? ''}&iss=https://evil.test`;
        statuses.push((await fetch(redirect)).status);
      },
      log: () => undefined,
    };
    await expect(channel.signIn(user, context.settings, attack, stop.signal)).rejects.toMatchObject({
      failure: { kind: 'protocol' },
    });
    expect(statuses).toEqual([404, 200]);
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
    expect(asked.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(provider.requests().filter(({ path }) => path === '/token').length).toBeGreaterThanOrEqual(0);
  });

  it('is cancelled by refusing in the browser, by waiting too long and by calling it off', async () => {
    const user = newUser();
    const { channel, context } = accountOn(server, user, {
      settings: oauthSettings(),
      channel: { signInPatience: 300 },
    });
    const refusing: SetupContext = {
      ...person(user, follow),
      openBrowser: async (url) => {
        void follow(await provider.refuseAs(url, user));
      },
    };
    const patient = accountOn(server, user, { settings: oauthSettings() }).channel;
    await expect(patient.signIn(user, context.settings, refusing, quiet())).rejects.toMatchObject({
      name: 'SignInCancelled',
    });
    const idle: SetupContext = { ...person(user, follow), openBrowser: async () => undefined };
    await expect(channel.signIn(user, context.settings, idle, quiet())).rejects.toMatchObject({
      name: 'SignInCancelled',
    });
    const stop = new AbortController();
    const waiting = channel.signIn(user, context.settings, idle, stop.signal);
    stop.abort(new Error('window closed'));
    await expect(waiting).rejects.toThrow('window closed');
  });

  it('is refused in words without a client id', async () => {
    const user = newUser();
    const settings = { ...oauthSettings(), oauthClientId: null, provider: 'google' };
    await expect(signIn(user, settings)).rejects.toMatchObject({
      failure: { kind: 'settings', where: 'oauthClientId', said: 'google' },
    });
  });
});

describe('tokens', () => {
  it('are refreshed before they run out, once for all who wait, and saved before they are used', async () => {
    const user = newUser();
    const secrets = await signIn(user);
    const one = account(user, { ...secrets, expiresAt: Date.now() + 60_000 });
    const before = provider.requests().filter(({ path }) => path === '/token').length;
    const session = one.open();
    const attempt = attemptOf(one, letter(user));
    await Promise.all([session.streams(quiet()), session.send(attempt, rememberHandover(), quiet())]);
    expect(provider.requests().filter(({ path }) => path === '/token').length - before).toBe(1);
    const [fresh] = one.saved();
    expect(fresh).toMatchObject({ kind: 'oauth', user, provider: 'custom' });
    expect(fresh).not.toMatchObject({ refreshToken: secrets.refreshToken });
    expect(fresh).not.toMatchObject({ accessToken: secrets.accessToken });
    expect(fresh?.kind === 'oauth' ? fresh.expiresAt : 0).toBeGreaterThan(Date.now() + 1_800_000);
  });

  it('that the server refuses early are refreshed and tried once more', async () => {
    const user = newUser();
    const one = account(user, await signIn(user));
    provider.revokeAccessTokens(user);
    expect((await one.open().streams(quiet())).length).toBeGreaterThan(0);
    expect(one.saved()).toHaveLength(1);
    provider.revokeAccessTokens(user);
    const attempt = attemptOf(one, letter(user, { clientId: 'c2' }));
    expect(await one.open().send(attempt, rememberHandover(), quiet())).toMatchObject({ kind: 'accepted' });
    expect(one.saved()).toHaveLength(2);
  });

  it('that were withdrawn lead back to the sign-in', async () => {
    const user = newUser();
    const one = account(user, await signIn(user));
    provider.revokeAll(user);
    await expect(one.open().streams(quiet())).rejects.toMatchObject({ failure: { kind: 'sign-in-expired' } });
    await expect(
      one.open().send(attemptOf(one, letter(user)), rememberHandover(), quiet()),
    ).rejects.toMatchObject({
      failure: { kind: 'sign-in-expired' },
    });
  });

  it('are asked for again later when the provider is out of order', async () => {
    const user = newUser();
    const secrets = await signIn(user);
    const one = account(user, { ...secrets, expiresAt: 0 });
    provider.failNext('/token', 503);
    await expect(one.open().streams(quiet())).rejects.toMatchObject({ failure: { kind: 'no-answer' } });
    expect((await one.open().streams(quiet())).length).toBeGreaterThan(0);
  });
});
