import { Resolver } from 'node:dns/promises';
import { describe, expect, it } from 'vitest';
import { startAutoconfig } from '#test/support/autoconfig/autoconfig.ts';
import { startNameServer } from '#test/support/autoconfig/name-server.ts';

describe('what a mail provider publishes about itself', () => {
  it('is told as an autoconfig document for the domains it knows, and 404 for others', async () => {
    const autoconfig = await startAutoconfig({
      'shop.test': { servers: [{ kind: 'imap', host: 'imap.mail.test', port: 993, socket: 'SSL' }] },
    });
    try {
      for (const path of [
        '/mail/config-v1.1.xml?emailaddress=alice%40shop.test',
        '/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=alice%40shop.test',
        '/v1.1/shop.test',
      ]) {
        const response = await fetch(autoconfig.baseUrl + path);
        expect(await response.text()).toContain('<hostname>imap.mail.test</hostname>');
      }
      const unknown = await fetch(`${autoconfig.baseUrl}/mail/config-v1.1.xml?emailaddress=a%40other.test`);
      expect(unknown.status).toBe(404);
      autoconfig.set('shop.test', { kind: 'raw', status: 200, body: '<html>parked</html>' });
      expect(await (await fetch(`${autoconfig.baseUrl}/v1.1/shop.test`)).text()).toContain('parked');
      expect(autoconfig.requests()).toHaveLength(5);
    } finally {
      await autoconfig.stop();
    }
  });

  it('is told by DNS', async () => {
    const names = await startNameServer(
      { type: 'SRV', name: '_imaps._tcp.shop.test', target: 'imap.mail.test', port: 993 },
      { type: 'MX', name: 'shop.test', preference: 10, exchange: 'mx.mail.test' },
      { type: 'TXT', name: 'shop.test', text: 'v=spf1 -all' },
    );
    try {
      const resolver = new Resolver({ timeout: 500, tries: 1 });
      resolver.setServers([names.address]);
      expect(await resolver.resolveSrv('_imaps._tcp.shop.test')).toMatchObject([
        { name: 'imap.mail.test', port: 993 },
      ]);
      expect(await resolver.resolveMx('shop.test')).toEqual([{ priority: 10, exchange: 'mx.mail.test' }]);
      expect(await resolver.resolveTxt('shop.test')).toEqual([['v=spf1 -all']]);
      await expect(resolver.resolveMx('other.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
      names.fallSilent();
      await expect(resolver.resolveMx('shop.test')).rejects.toMatchObject({ code: 'ETIMEOUT' });
      expect(names.questions()).toContain('SRV _imaps._tcp.shop.test');
    } finally {
      await names.stop();
    }
  });
});
