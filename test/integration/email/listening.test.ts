import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '#main/channels/kit/channel.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { accountOn, plainMail } from '#test/support/email-account.ts';
import type { AccountOptions, TestAccount } from '#test/support/email-account.ts';
import { eventually, within } from '#test/support/eventually.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { uniqueName } from '#test/support/temp.ts';

let server: MailServer;
let withoutIdle: MailServer;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  [server, withoutIdle] = await Promise.all([
    startMailServer({ smtp: 'none' }),
    startMailServer({ smtp: 'none', withoutExtensions: ['IDLE'] }),
  ]);
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

afterAll(async () => {
  await Promise.all([server.stop(), withoutIdle.stop()]);
});

type Ear = {
  readonly hints: string[];
  readonly over: Promise<unknown>;
  readonly stop: () => void;
  readonly session: Session;
};

/** Listens until stopped; the end is a value, so that a test may look at it. */
function listen(account: TestAccount, streams: readonly string[]): Ear {
  const session = account.open();
  const stop = new AbortController();
  const hints: string[] = [];
  const over = session
    .listen(streams, (stream) => hints.push(stream), stop.signal)
    .catch((error: unknown) => error);
  ends.push(async () => {
    stop.abort();
    await over;
    await account.closeAll();
  });
  return { hints, over, stop: () => stop.abort(new Error('enough')), session };
}

const newUser = (): string => `${uniqueName('agent')}@shop.test`;

/** Waits until the ear has heard of every folder once and is in IDLE, then forgets it. */
async function settled(ear: Ear, streams: readonly string[]): Promise<void> {
  await eventually(() => streams.every((stream) => ear.hints.includes(stream)), {
    message: 'the first look',
  });
  ear.hints.length = 0;
}

const heard = (ear: Ear, stream: string, withinMs: number): Promise<boolean> =>
  eventually(() => ear.hints.includes(stream), { message: `a hint for ${stream}`, withinMs });

describe('listening', () => {
  it('hears of a new mail', async () => {
    const user = newUser();
    const ear = listen(accountOn(server, user), ['INBOX']);
    await settled(ear, ['INBOX']);
    await server.deliver(user, plainMail(1, user));
    await heard(ear, 'INBOX', 10_000);
  });

  it('hears of deletions and flags too', async () => {
    const user = newUser();
    server.seed(user, 'INBOX', [{ raw: plainMail(1) }, { raw: plainMail(2) }]);
    const ear = listen(accountOn(server, user), ['INBOX']);
    await settled(ear, ['INBOX']);
    await server.addFlags(user, 'INBOX', [1], ['\\Seen']);
    await heard(ear, 'INBOX', 10_000);
    ear.hints.length = 0;
    await server.expunge(user, 'INBOX', [2]);
    await heard(ear, 'INBOX', 10_000);
  });

  it('hears of mail in the other folders, and of mail that fell between two IDLEs, at the next cycle', async () => {
    const user = newUser();
    const ear = listen(accountOn(server, user, { channel: { timeouts: { idle: 300 } } }), ['INBOX', 'Sent']);
    await settled(ear, ['INBOX', 'Sent']);
    await server.append(user, 'Sent', plainMail(1));
    await heard(ear, 'Sent', 10_000);
    for (let n = 0; n < 10; n += 1) {
      ear.hints.length = 0;
      await server.deliver(user, plainMail(10 + n, user));
      await heard(ear, 'INBOX', 10_000);
    }
  });

  it('polls where the server has no IDLE', async () => {
    const user = newUser();
    const ear = listen(accountOn(withoutIdle, user, { channel: { timeouts: { poll: 200 } } }), ['INBOX']);
    await settled(ear, ['INBOX']);
    await withoutIdle.deliver(user, plainMail(1, user));
    await heard(ear, 'INBOX', 10_000);
  });

  it('asks for every folder again and again even when the server never says anything', async () => {
    const options: AccountOptions = { channel: { timeouts: { idle: 100, recheck: 300 } } };
    const ear = listen(accountOn(server, newUser(), options), ['INBOX', 'Sent']);
    await settled(ear, ['INBOX', 'Sent']);
    await heard(ear, 'INBOX', 10_000);
    await heard(ear, 'Sent', 10_000);
  });

  it('notices a server that has gone silent', async () => {
    const proxy = await startCuttingProxy({ port: server.imap.tlsPort });
    ends.push(() => proxy.stop());
    const options: AccountOptions = {
      settings: { imapPort: proxy.port },
      channel: { timeouts: { idle: 400, silence: 600 } },
    };
    const ear = listen(accountOn(server, newUser(), options), ['INBOX']);
    await settled(ear, ['INBOX']);
    proxy.now({ kind: 'half-open' });
    expect(await ear.over).toMatchObject({ failure: { kind: 'no-answer' } });
  });

  it('ends with a failure when the connection breaks, and at once when it is told to stop', async () => {
    const user = newUser();
    const broken = listen(accountOn(server, user), ['INBOX']);
    await settled(broken, ['INBOX']);
    await server.disconnect(user);
    expect(await broken.over).toMatchObject({ failure: { kind: 'no-answer' } });
    const stopped = listen(accountOn(server, user), ['INBOX']);
    await settled(stopped, ['INBOX']);
    stopped.stop();
    expect(await within(20_000, stopped.over, 'listening')).toMatchObject({ message: 'enough' });
  });
});
