import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '#main/channels/kit/channel.ts';
import { accountOn, digestsOn, FolderMirror, plainMail } from '#test/support/email-account.ts';
import { eventually } from '#test/support/eventually.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { startSpokenLine } from '#test/support/mail-server/spoken-line.ts';
import type { SpokenLine } from '#test/support/mail-server/spoken-line.ts';
import { uniqueName } from '#test/support/temp.ts';

// New mail is read by the connection that heard of it; a pull hands it over and asks the server nothing first.

let server: MailServer;
let plain: MailServer;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  [server, plain] = await Promise.all([
    startMailServer({ smtp: 'none' }),
    startMailServer({ smtp: 'none', withoutExtensions: ['QRESYNC', 'CONDSTORE'] }),
  ]);
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

afterAll(async () => {
  await Promise.all([server.stop(), plain.stop()]);
});

type Place = {
  readonly user: string;
  readonly line: SpokenLine;
  readonly session: Session;
  readonly mirror: FolderMirror;
  readonly hints: string[];
};

/** A mailbox that is here in full and listened to. */
async function listenedTo(on: MailServer, count: number): Promise<Place> {
  const user = `${uniqueName('agent')}@shop.test`;
  on.seed(
    user,
    'INBOX',
    Array.from({ length: count }, (_, at) => ({ raw: plainMail(at) })),
  );
  const line = await startSpokenLine(on.imap.port);
  const account = accountOn(on, user, { settings: { imapPort: line.port, imapSecurity: 'plain' } });
  const session = account.open();
  const mirror = new FolderMirror('INBOX');
  await mirror.catchUp(session, { check: true });
  const stop = new AbortController();
  const hints: string[] = [];
  const over = session
    .listen(['INBOX'], (stream) => hints.push(stream), stop.signal)
    .catch((error: unknown) => error);
  ends.push(async () => {
    stop.abort();
    await over;
    await account.closeAll();
    await line.stop();
  });
  await eventually(() => line.commands().includes('IDLE'), { message: 'listening' });
  await mirror.catchUp(session);
  line.forget();
  hints.length = 0;
  return { user, line, session, mirror, hints };
}

const heard = ({ hints }: Place, times = 1): Promise<boolean> =>
  eventually(() => hints.length >= times, { message: 'a hint' });

const same = async (on: MailServer, { mirror, user }: Place): Promise<void> => {
  expect(mirror.digests()).toEqual(await digestsOn(on, user, 'INBOX'));
  expect(mirror.doubles).toBe(0);
};

const isLook = (said: string): boolean => /^(?:EXAMINE|SELECT|UID FETCH \d+:\d+)/.test(said);

describe('mail that comes in while somebody listens', () => {
  it('is handed over without a word to the server, and how the folder stands otherwise is asked behind it', async () => {
    const place = await listenedTo(server, 5);
    await server.deliver(place.user, plainMail(5, place.user));
    await heard(place);
    const before = place.line.commands().filter(isLook);
    const batch = await place.session.pull(
      'INBOX',
      place.mirror.cursor,
      { maxItems: 100, maxBytes: 1_000_000, check: false },
      new AbortController().signal,
    );
    expect(before).toEqual([]);
    expect(place.line.commands().filter(isLook)).toEqual([]);
    expect(batch.items).toHaveLength(1);
    expect(batch).toMatchObject({ more: true, onServer: 6 });
    place.mirror.apply(batch);
    await place.mirror.catchUp(place.session);
    expect(place.line.commands()).toContain('EXAMINE INBOX');
    await same(server, place);
  });

  it('comes once each, however many come before a pull', async () => {
    const place = await listenedTo(server, 3);
    for (let n = 0; n < 7; n += 1) {
      await server.deliver(place.user, plainMail(10 + n, place.user));
      await heard(place, n + 1);
    }
    await place.mirror.catchUp(place.session);
    await same(server, place);
  });

  it('comes once each where many come at once', async () => {
    const place = await listenedTo(server, 3);
    const many = Array.from({ length: 40 }, (_, n) => plainMail(100 + n, place.user));
    await server.deliver(place.user, ...many);
    await eventually(
      async () => {
        await place.mirror.catchUp(place.session);
        return place.mirror.mails.size === 43;
      },
      { message: 'all mails' },
    );
    await same(server, place);
  });

  it('is let go of where it is deleted before or behind the pull, and marks that change meanwhile arrive', async () => {
    const place = await listenedTo(server, 4);
    await server.deliver(place.user, plainMail(20, place.user), plainMail(21, place.user));
    await heard(place);
    await server.addFlags(place.user, 'INBOX', [1, 5], ['\\Seen']);
    await server.expunge(place.user, 'INBOX', [2, 6]);
    await place.mirror.catchUp(place.session);
    await same(server, place);
    const seen = [...place.mirror.mails].filter(([, mail]) => mail.seen).map(([key]) => key.split(':')[1]);
    expect(seen.sort()).toEqual(['1', '5']);
  });

  it('comes all the same where the server knows no mod-sequences', async () => {
    const place = await listenedTo(plain, 4);
    await plain.deliver(place.user, plainMail(30, place.user));
    await heard(place);
    await plain.expunge(place.user, 'INBOX', [1]);
    await place.mirror.catchUp(place.session);
    await same(plain, place);
  });

  it('does not count where a pull has gone further by itself', async () => {
    const place = await listenedTo(server, 2);
    await server.deliver(place.user, plainMail(40, place.user));
    await heard(place);
    await place.mirror.catchUp(place.session, { check: true });
    await same(server, place);
    await server.deliver(place.user, plainMail(41, place.user));
    await heard(place, 2);
    await place.mirror.catchUp(place.session);
    await same(server, place);
  });
});
