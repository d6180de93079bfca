import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ChannelError } from '#main/channels/kit/failure.ts';
import type { Secrets } from '#main/channels/kit/channel.ts';
import type { AccountFailure } from '#shared/contract/accounts.ts';
import { systemClock } from '#test/support/email-account.ts';
import { Reader, accountOf, forever } from '#test/support/matrix/account.ts';
import type { MatrixAccount } from '#test/support/matrix/account.ts';
import { EmulatedHomeserver } from '#test/support/matrix/homeserver.ts';
import { uniqueName } from '#test/support/temp.ts';

let server: EmulatedHomeserver;
const accounts: MatrixAccount[] = [];

beforeAll(async () => {
  server = await EmulatedHomeserver.start();
});
afterEach(async () => {
  server.http.speak();
  server.habits.tokenLife = null;
  server.habits.versions = ['v1.1', 'v1.11'];
  await Promise.all(accounts.splice(0).map((account) => account.closeAll()));
});
afterAll(() => server.stop());

const signedInWith = (own: string, password: string, device?: string): MatrixAccount => {
  const secrets: Secrets = { kind: 'password', user: own, password };
  const settings = { signInWith: 'password', ...(device === undefined ? {} : { device }) };
  const account = accountOf(server, own, { secrets, settings });
  accounts.push(account);
  return account;
};

const failureOf = async (work: Promise<unknown>): Promise<AccountFailure> => {
  const outcome = await work.then(
    () => new Error('it worked'),
    (error: unknown) => error,
  );
  if (outcome instanceof ChannelError) return outcome.failure;
  throw new Error('not a failure of a channel', { cause: outcome });
};

const devices = (user: string): ReadonlySet<string> =>
  new Set(
    [...server.world.tokens.values()].filter((token) => token.user === user).map(({ device }) => device),
  );

describe('signing in to Matrix', () => {
  it('trades the password for a token once, forgets it, and says which device this is', async () => {
    const own = server.person(uniqueName('agent'));
    const account = signedInWith(own, 'secret');
    const probed = await account.channel.probe(account.context, forever());
    expect(probed).toMatchObject({ address: own, streams: [{ name: 'rooms', chosen: true }] });
    expect(probed.settings).toEqual({
      device: [...devices(own)][0],
      maxAttachmentBytes: server.habits.maxUpload,
    });
    await account.open().streams(forever());
    expect(account.saved).toHaveLength(1);
    expect(JSON.stringify(account.context.secrets())).not.toContain('secret"');
    expect(devices(own).size).toBe(1);
  });

  it('signs in once for several calls at the same time', async () => {
    const own = server.person(uniqueName('agent'));
    const account = signedInWith(own, 'secret');
    await Promise.all([1, 2, 3].map(() => account.open().streams(forever())));
    expect(account.saved).toHaveLength(1);
  });

  it('takes the same device again after the server has ended the session', async () => {
    const own = server.person(uniqueName('agent'));
    const first = signedInWith(own, 'secret');
    const { settings } = await first.channel.probe(first.context, forever());
    server.signOut(own, 'soft');
    expect(await failureOf(first.open().streams(forever()))).toMatchObject({ kind: 'sign-in-expired' });
    const again = signedInWith(own, 'secret', String(settings?.['device']));
    await again.open().streams(forever());
    expect(devices(own).size).toBe(1);
  });

  it('says that the password is wrong, and asks nothing else', async () => {
    const own = server.person(uniqueName('agent'));
    const account = signedInWith(own, 'not it');
    expect(await failureOf(account.channel.probe(account.context, forever()))).toMatchObject({
      kind: 'password-refused',
      said: 'Invalid username or password',
    });
  });

  it('takes an access token as it is, and says when it is none', async () => {
    const own = server.person(uniqueName('agent'));
    const { channel } = signedInWith(own, 'secret');
    const settings = { homeserver: server.http.base, signInWith: 'token' };
    const token = server.tokenFor(own, 'PHONE');
    const secrets = channel.secretsFrom(own, settings, { kind: 'password', password: ` ${token} ` });
    const account = accountOf(server, own, { secrets });
    accounts.push(account);
    expect((await account.channel.probe(account.context, forever())).settings).toMatchObject({
      device: 'PHONE',
    });
    for (const password of ['', 'two words', 'a\nb'])
      expect(() => channel.secretsFrom(own, settings, { kind: 'password', password })).toThrow(ChannelError);
    expect(() =>
      channel.secretsFrom('agent@example.org', settings, { kind: 'password', password: 'x' }),
    ).toThrow(ChannelError);
  });

  it('refreshes a token that is about to end or has ended, and saves the new ones before it uses them', async () => {
    server.habits.tokenLife = 3_600_000;
    const own = server.person(uniqueName('agent'));
    const ana = server.person(uniqueName('ana'));
    const room = server.direct(ana, [own]);
    const account = signedInWith(own, 'secret');
    const reader = new Reader(account);
    await reader.catchUp(account.open());
    expect(account.saved).toHaveLength(1);
    // The server's clock runs ahead of ours: by it the token has ended, by ours it has not.
    server.world.skew = 2 * 3_600_000;
    server.say(room, ana, 'still there?');
    await Promise.all([reader.catchUp(account.open()), account.open().streams(forever())]);
    expect(reader.texts()).toContain('still there?');
    expect(account.saved).toHaveLength(2);
    server.world.skew = 0;
    const [one, two] = account.saved;
    expect(one?.kind === 'oauth' && two?.kind === 'oauth' && one.refreshToken !== two.refreshToken).toBe(
      true,
    );
  });

  it('asks for a new sign-in when the refresh token is refused', async () => {
    server.habits.tokenLife = 20_000;
    const own = server.person(uniqueName('agent'));
    const account = signedInWith(own, 'secret');
    await account.open().streams(forever());
    server.signOut(own, 'gone');
    expect(await failureOf(account.open().streams(forever()))).toMatchObject({ kind: 'sign-in-expired' });
  });

  it('refuses a server that speaks only what was before the first version of today', async () => {
    server.habits.versions = ['r0.6.1'];
    const own = server.person(uniqueName('agent'));
    const account = signedInWith(own, 'secret');
    expect(await failureOf(account.channel.probe(account.context, forever()))).toMatchObject({
      kind: 'protocol',
    });
  });
});

describe('finding a homeserver', () => {
  const setup = { clock: systemClock, openBrowser: () => Promise.resolve(), log: () => undefined };

  it('asks the server of the Matrix id, and offers its name where it says nothing', async () => {
    const own = server.person(uniqueName('agent'));
    const { channel } = signedInWith(own, 'secret');
    expect(await channel.discover(own, setup, forever())).toEqual([
      {
        how: 'autoconfig',
        settings: { homeserver: `${server.http.base}/` },
        signIn: 'password',
        provider: null,
      },
    ]);
    server.http.fail({ status: 404, body: 'no such page' });
    expect(await channel.discover(own, setup, forever())).toMatchObject([{ how: 'guess' }]);
  });

  it('offers nothing where the place that was named is no homeserver, and follows nobody to an unprotected one', async () => {
    const own = server.person(uniqueName('agent'));
    const { channel } = signedInWith(own, 'secret');
    server.http.fail({ json: { 'm.homeserver': { base_url: `${server.http.base}/nothing/here/` } } });
    expect(await channel.discover(own, setup, forever())).toEqual([]);
    server.http.fail({ json: { 'm.homeserver': { base_url: 'http://elsewhere.test/' } } });
    expect(await channel.discover(own, setup, forever())).toMatchObject([{ how: 'guess' }]);
    server.http.fail({ status: 302, headers: { location: 'http://elsewhere.test/' } });
    expect(await channel.discover(own, setup, forever())).toMatchObject([{ how: 'guess' }]);
  });
});
