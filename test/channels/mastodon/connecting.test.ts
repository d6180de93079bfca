import { afterEach, describe, expect, it } from 'vitest';
import { ChannelError } from '#main/channels/kit/failure.ts';
import type { AccountFailure } from '#shared/contract/accounts.ts';
import { TestMastodonAccount } from '#test/support/mastodon/account.ts';
import { MastodonServer } from '#test/support/mastodon/mastodon-server.ts';
import type { ServerOptions } from '#test/support/mastodon/mastodon-server.ts';

const never = (): AbortSignal => new AbortController().signal;

const servers: MastodonServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function shopOn(options: ServerOptions = {}, scopes?: readonly string[]) {
  const server = await MastodonServer.start(options);
  servers.push(server);
  const shop = server.world.person('Shop', { displayName: 'The Shop' });
  return {
    server,
    shop,
    account: new TestMastodonAccount(server, shop, scopes === undefined ? {} : { scopes }),
  };
}

const failureOf = async (work: Promise<unknown>): Promise<AccountFailure> => {
  const error = await work.then(
    () => new Error('it worked'),
    (reason: unknown) => reason,
  );
  if (error instanceof ChannelError) return error.failure;
  throw new Error('not a failure of a channel', { cause: error });
};

describe('connecting a Mastodon account', () => {
  it('finds the handle and the limits of the server with the token alone, and leaves room for a name in front', async () => {
    const { account } = await shopOn({ maxCharacters: 5_000 });
    expect(await account.channel.probe(account.context, never())).toMatchObject({
      address: 'shop@social.example',
      label: '@shop@social.example',
      settings: { maxText: 4_968, maxAttachmentBytes: 103_809_024 },
      streams: [
        { name: 'notifications', role: 'inbox', chosen: true },
        { name: 'statuses', role: 'sent', chosen: true },
      ],
    });
  });

  it('asks older servers in the way they know', async () => {
    const { account } = await shopOn({ instanceV2: false });
    const { address, settings } = await account.channel.probe(account.context, never());
    expect(address).toBe('shop@social.example');
    expect(settings).toMatchObject({ maxText: 468 });
  });

  it('names the scope that a token lacks in the words of the server', async () => {
    const { account } = await shopOn({}, ['write']);
    expect(await failureOf(account.channel.probe(account.context, never()))).toMatchObject({
      kind: 'protocol',
      said: 'This action is outside the authorized scopes',
    });
  });

  it('says that the sign-in has ended when the token was revoked', async () => {
    const { server, account } = await shopOn();
    server.revoke(account.token);
    expect(await failureOf(account.channel.probe(account.context, never()))).toMatchObject({
      kind: 'sign-in-expired',
      said: 'The access token was revoked',
    });
  });

  it('refuses the token of somebody else, whose mentions do not belong here', async () => {
    const { server } = await shopOn();
    const other = server.world.person('other');
    const account = new TestMastodonAccount(server, other, { address: 'shop@social.example' });
    expect(await failureOf(account.session.streams(never()))).toMatchObject({
      kind: 'password-refused',
      said: '@other',
    });
  });

  it('takes a server by its name, by its address, and nothing that is not encrypted', async () => {
    const { account } = await shopOn();
    const { channel } = account;
    const token = { kind: 'password', password: ' abc_DEF-123 ' } as const;
    for (const instance of ['mastodon.social', 'https://mastodon.social', 'https://example.org/social/'])
      expect(channel.secretsFrom('', { instance }, token)).toMatchObject({ password: 'abc_DEF-123' });
    for (const instance of [
      '',
      'http://mastodon.social',
      'https://user:pw@mastodon.social',
      'ftp://mastodon.social',
    ])
      expect(() => channel.secretsFrom('', { instance }, token)).toThrow('settings at instance');
    for (const password of ['', 'two words', 'line\r\nbreak'])
      expect(() =>
        channel.secretsFrom('', { instance: 'mastodon.social' }, { kind: 'password', password }),
      ).toThrow('settings at password');
  });

  it('never shows the token to another machine', async () => {
    const { server, account } = await shopOn();
    await account.session.streams(never());
    const asked = server.http.requests.map(({ headers }) => headers['authorization']);
    expect(new Set(asked)).toEqual(new Set([`Bearer ${account.token}`]));
  });
});
