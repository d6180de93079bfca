import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CutPlace } from '#test/support/cutting-proxy/cut-rule.ts';
import { accountOn, digestsOn, FolderMirror, plainMail, quiet } from '#test/support/email-account.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { like } from '#test/support/matching.ts';
import { within } from '#test/support/eventually.ts';

let server: MailServer;
let proxy: CuttingProxy;
const user = 'agent@shop.test';
const count = 60;

beforeAll(async () => {
  server = await startMailServer({ smtp: 'none' });
  server.seed(
    user,
    'INBOX',
    Array.from({ length: count }, (_, at) => ({ raw: plainMail(at, user, 2_000) })),
  );
  proxy = await startCuttingProxy({ port: server.imap.port });
});

afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

const after = (pattern: string, plus: number, occurrence = 1): CutPlace => ({
  kind: 'after pattern',
  pattern,
  plus,
  occurrence,
});

// In the greeting, the login, SELECT, the announcement of a literal, and at 0, 1, half and all but one byte of literals.
const places: readonly CutPlace[] = [
  { kind: 'at byte', count: 0 },
  { kind: 'at byte', count: 10 },
  { kind: 'at byte', count: 400 },
  after('UIDVALIDITY', 3),
  after('EXISTS', 0),
  ...[1, 2, 10, 30, 59].flatMap((nth) =>
    [-12, 0, 2, 3, 1_000, 2_200].map((plus) => after('BODY[]<0>', plus, nth)),
  ),
];

describe('a line that breaks in the middle', () => {
  it.each(['cut', 'reset'] as const)(
    'loses nothing, doubles nothing and keeps no half mail (%s)',
    async (kind) => {
      const whole = await digestsOn(server, user, 'INBOX');
      let strikes = 0;
      for (const place of places) {
        const mirror = new FolderMirror('INBOX');
        const account = accountOn(server, user, {
          settings: { imapPort: proxy.port, imapSecurity: 'plain' },
        });
        const before = proxy.strikes();
        proxy.cutWhen({ direction: 'to client', place, action: { kind } });
        const session = account.open();
        const limits = { maxItems: 25 };
        try {
          await mirror.catchUp(session, limits).catch((error: unknown) => {
            expect(error).toMatchObject({ failure: { kind: like(/no-answer|protocol/) } });
          });
          await mirror.catchUp(session, limits);
        } finally {
          proxy.clearRules();
          await account.closeAll();
        }
        strikes += proxy.strikes() - before;
        expect(mirror.doubles).toBe(0);
        expect(mirror.digests()).toEqual(whole);
      }
      expect(strikes).toBeGreaterThan(places.length * 0.8);
    },
  );

  it('is given up in time when it falls silent, and the next call goes on', async () => {
    const timeouts = { silence: 500, connect: 2_000, greeting: 2_000 };
    const account = accountOn(server, user, {
      settings: { imapPort: proxy.port, imapSecurity: 'plain' },
      channel: { timeouts },
    });
    const mirror = new FolderMirror('INBOX');
    const session = account.open();
    proxy.cutWhen({
      direction: 'to client',
      place: after('BODY[]<0>', 500, 20),
      action: { kind: 'half-open' },
    });
    try {
      await expect(mirror.catchUp(session)).rejects.toMatchObject({ failure: { kind: 'no-answer' } });
      await mirror.catchUp(session);
      expect(mirror.mails.size).toBe(count);
    } finally {
      await account.closeAll();
    }
  });

  it('ends at once when a pull is called off', async () => {
    const account = accountOn(server, user, { settings: { imapPort: proxy.port, imapSecurity: 'plain' } });
    const session = account.open();
    proxy.cutWhen({ direction: 'to client', place: after('BODY[]<0>', 500, 20), action: { kind: 'stall' } });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('quit')), 300);
    const pulling = new FolderMirror('INBOX').catchUp(session, {}, stop.signal);
    try {
      await expect(within(20_000, pulling, 'the pull')).rejects.toThrow('quit');
      expect((await session.streams(quiet())).length).toBeGreaterThan(0);
    } finally {
      proxy.clearRules();
      proxy.release();
      await account.closeAll();
    }
  });
});
