import { Resolver } from 'node:dns/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmailChannel } from '#main/channels/email/channel.ts';
import type { DiscoveryOptions } from '#main/channels/email/discovery/discover.ts';
import { isInside } from '#main/channels/email/discovery/fetch-document.ts';
import type { Discovered } from '#shared/contract/accounts.ts';
import { startAutoconfig } from '#test/support/autoconfig/autoconfig.ts';
import type { Autoconfig } from '#test/support/autoconfig/autoconfig.ts';
import { startNameServer } from '#test/support/autoconfig/name-server.ts';
import type { NameServer } from '#test/support/autoconfig/name-server.ts';
import { quiet, systemClock } from '#test/support/email-account.ts';
import { having } from '#test/support/matching.ts';

let names: NameServer;
let autoconfig: Autoconfig;

beforeAll(async () => {
  names = await startNameServer(
    { type: 'SRV', name: '_imaps._tcp.srv.test', target: 'imap.srv.test', port: 993, priority: 10 },
    { type: 'SRV', name: '_submission._tcp.srv.test', target: 'smtp.srv.test', port: 587, priority: 10 },
    { type: 'SRV', name: '_imaps._tcp.none.test', target: '.', port: 0 },
    { type: 'MX', name: 'hosted.test', preference: 1, exchange: 'aspmx.l.google.com' },
    { type: 'MX', name: 'office.test', preference: 1, exchange: 'office-test.mail.protection.outlook.com' },
    { type: 'MX', name: 'notgoogle.test', preference: 1, exchange: 'mx.evilgoogle.com' },
  );
  autoconfig = await startAutoconfig({
    'auto.test': {
      servers: [
        { kind: 'pop3', host: 'pop.auto.test', port: 995, socket: 'SSL' },
        { kind: 'imap', host: 'plain.auto.test', port: 143, socket: 'plain' },
        { kind: 'imap', host: 'imap.auto.test', port: 993, socket: 'SSL', username: '%EMAILLOCALPART%' },
        { kind: 'smtp', host: 'smtp.%EMAILDOMAIN%', port: 587, socket: 'STARTTLS' },
      ],
    },
  });
});

afterAll(async () => {
  await names.stop();
  await autoconfig.stop();
});

const discover = (
  address: string,
  options: Partial<DiscoveryOptions> = {},
): Promise<readonly Discovered[]> => {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([names.address]);
  const discovery: DiscoveryOptions = {
    resolver,
    autoconfigBase: autoconfig.baseUrl,
    knock: async () => false,
    ...options,
  };
  const context = { clock: systemClock, openBrowser: async () => undefined, log: () => undefined };
  return createEmailChannel({ discovery }).discover(address, context, quiet());
};

describe('the servers of an address', () => {
  it('are known for the large providers without asking anybody', async () => {
    const asked = names.questions().length;
    const [first, second] = await discover('someone@gmail.com');
    expect(first).toMatchObject({
      how: 'provider',
      signIn: 'oauth',
      provider: 'google',
      settings: { imapHost: 'imap.gmail.com', smtpPort: 465, user: 'someone@gmail.com' },
    });
    expect(second).toMatchObject({ signIn: 'password' });
    expect((await discover('someone@free.fr'))[0]).toMatchObject({ settings: { user: 'someone' } });
    expect(names.questions()).toHaveLength(asked);
  });

  it('are those of the hoster behind the MX', async () => {
    expect((await discover('a@hosted.test'))[0]).toMatchObject({ provider: 'google', signIn: 'oauth' });
    expect((await discover('a@office.test'))[0]).toMatchObject({
      provider: 'microsoft',
      settings: { smtpSecurity: 'starttls', sent: 'server' },
    });
    expect(await discover('a@notgoogle.test')).toEqual([]);
  });

  it('are read from the autoconfig of the domain, encrypted ones alone', async () => {
    expect(await discover('jane@auto.test')).toEqual([
      having({
        how: 'autoconfig',
        settings: having({
          imapHost: 'imap.auto.test',
          imapSecurity: 'tls',
          smtpHost: 'smtp.auto.test',
          smtpPort: 587,
          smtpSecurity: 'starttls',
          user: 'jane',
        }),
      }),
    ]);
  });

  it('are read from SRV records, and "." means that there are none', async () => {
    expect(await discover('jane@srv.test')).toEqual([
      having({
        how: 'dns',
        settings: having({
          imapHost: 'imap.srv.test',
          imapPort: 993,
          smtpPort: 587,
          smtpSecurity: 'starttls',
        }),
      }),
    ]);
    expect(await discover('jane@none.test')).toEqual([]);
  });

  it('are guessed last, and only what opened is offered', async () => {
    const tried: string[] = [];
    const found = await discover('jane@guess.test', {
      knock: async (server) => {
        tried.push(`${server.host}:${String(server.port)}`);
        return server.host === 'mail.guess.test';
      },
    });
    expect(found).toEqual([
      having({
        how: 'guess',
        settings: having({ imapHost: 'mail.guess.test', smtpHost: 'mail.guess.test' }),
      }),
    ]);
    expect(tried).toContain('imap.guess.test:993');
  });

  it('stay unknown, without an error, when nothing answers sensibly', async () => {
    autoconfig.set('broken.test', {
      kind: 'raw',
      status: 200,
      body: '<clientConfig><incomingServer type="imap"><hostname>x y</hostname>',
    });
    autoconfig.set('away.test', {
      kind: 'raw',
      status: 302,
      body: '',
      location: 'http://169.254.169.254/latest',
    });
    autoconfig.set('big.test', { kind: 'raw', status: 200, body: 'x'.repeat(1_000_000) });
    for (const domain of ['broken.test', 'away.test', 'big.test'])
      expect(await discover(`a@${domain}`)).toEqual([]);
    expect(await discover('not an address')).toEqual([]);
    expect(await discover('a@evil.test/path')).toEqual([]);
  });
});

describe('what is asked over https', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.1.1',
    '172.20.0.1',
    '0.0.0.0',
    '::1',
    '::ffff:127.0.0.1',
    'fd00::1',
    'fe80::1',
  ])('is never %s', (address) => {
    expect(isInside(address)).toBe(true);
  });

  it('may be the world', () => {
    expect(isInside('93.184.216.34')).toBe(false);
    expect(isInside('2606:4700::1111')).toBe(false);
  });
});
