import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accountOn, digestsOn, FolderMirror, plainMail, quiet } from '#test/support/email-account.ts';
import type { TestAccount } from '#test/support/email-account.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { startSpokenLine } from '#test/support/mail-server/spoken-line.ts';
import { uniqueName } from '#test/support/temp.ts';

let server: MailServer;
const accounts: TestAccount[] = [];

const account = (user: string, on = server): TestAccount => {
  const made = accountOn(on, user);
  accounts.push(made);
  return made;
};

const newUser = (): string => `${uniqueName('agent')}@shop.test`;

beforeAll(async () => {
  server = await startMailServer({ smtp: 'none' });
});

afterEach(async () => {
  await Promise.all(accounts.splice(0).map((one) => one.closeAll()));
});

afterAll(async () => {
  await server.stop();
});

const seedMany = (user: string, count: number, first = 1): void => {
  server.seed(
    user,
    'INBOX',
    Array.from({ length: count }, (_, at) => ({
      raw: plainMail(first + at),
      receivedAt: new Date(1_700_000_000_000 + at * 60_000),
    })),
  );
};

describe('the folders of an account', () => {
  it('are inbox, sent and archive by default, and never spam, trash or drafts', async () => {
    const folders = await account(newUser()).open().streams(quiet());
    const chosen = folders.filter((folder) => folder.chosen).map((folder) => folder.role);
    expect(chosen.sort()).toEqual(['archive', 'inbox', 'sent']);
    expect(folders.map((folder) => folder.role)).toEqual(expect.arrayContaining(['drafts', 'junk', 'trash']));
  });
});

describe('the first import', () => {
  it('asks for the newest by their places, and by their numbers where the server has counted wrong', async () => {
    const user = newUser();
    seedMany(user, 200);
    for (const counted of [200, 210]) {
      const line = await startSpokenLine(server.imap.port, (said) =>
        said.replace(/^\* 200 EXISTS/m, `* ${String(counted)} EXISTS`),
      );
      const made = accountOn(server, user, { settings: { imapPort: line.port, imapSecurity: 'plain' } });
      const mirror = new FolderMirror('INBOX');
      await mirror.catchUp(made.open());
      expect([mirror.mails.size, mirror.doubles]).toEqual([200, 0]);
      const [first = '', second = ''] = line.commands().filter((said) => / BODY\.PEEK|SEARCH/.test(said));
      expect(first).toMatch(/^FETCH /);
      // The places that there cannot be are refused, and nothing is taken from that answer.
      if (counted === 210) expect(second).toMatch(/^UID SEARCH /);
      await made.closeAll();
      await line.stop();
    }
  });

  it('brings 2,000 mails, the newest first, and each exactly as the server has it', async () => {
    const user = newUser();
    seedMany(user, 2_000);
    const session = account(user).open();
    const mirror = new FolderMirror('INBOX');
    await mirror.catchUp(session);
    expect(mirror.mails.size).toBe(2_000);
    expect(mirror.doubles).toBe(0);
    const uids = mirror.batches.flatMap((batch) => batch.items).map((item) => Number(item.key.split(':')[1]));
    expect(uids).toEqual(Array.from({ length: 2_000 }, (_, at) => 2_000 - at));
    expect(mirror.digests()).toEqual(await digestsOn(server, user, 'INBOX'));
    expect(mirror.batches[0]).toMatchObject({
      onServer: 2_000,
      remaining: 2_000 - (mirror.batches[0]?.items.length ?? 0),
    });
  });

  it('goes on where it was when the session ends in between', async () => {
    const user = newUser();
    seedMany(user, 300);
    const mirror = new FolderMirror('INBOX');
    const limits = { maxItems: 40, maxBytes: 8 * 1024 * 1024, check: false };
    for (let more = true; more;) {
      const session = account(user).open();
      const batch = await session.pull('INBOX', mirror.cursor, limits, quiet());
      mirror.apply(batch);
      await session.close();
      more = batch.more;
    }
    expect(mirror.doubles).toBe(0);
    expect(mirror.digests()).toEqual(await digestsOn(server, user, 'INBOX'));
  });

  it('shows a mail that arrives meanwhile before the older ones', async () => {
    const user = newUser();
    seedMany(user, 200);
    const mirror = new FolderMirror('INBOX');
    const limits = { maxItems: 50, maxBytes: 8 * 1024 * 1024, check: false };
    const first = account(user).open();
    mirror.apply(await first.pull('INBOX', null, limits, quiet()));
    await first.close();
    await server.deliver(user, plainMail(9_000, user));
    const second = account(user).open();
    const batch = await second.pull('INBOX', mirror.cursor, limits, quiet());
    mirror.apply(batch);
    expect(batch.items.map((item) => item.key.split(':')[1])).toEqual(['201']);
    await mirror.catchUp(second, limits);
    expect(mirror.doubles).toBe(0);
    expect(mirror.digests()).toEqual(await digestsOn(server, user, 'INBOX'));
  });

  it('brings only the beginning of a large mail, and the whole of it when asked', async () => {
    const user = newUser();
    const large = plainMail(1, user, 3 * 1024 * 1024);
    server.seed(user, 'INBOX', [{ raw: large }]);
    const session = account(user).open();
    const batch = await session.pull(
      'INBOX',
      null,
      { maxItems: 10, maxBytes: 1_000_000, check: false },
      quiet(),
    );
    const [item] = batch.items;
    expect(item).toMatchObject({ partial: true });
    expect(item?.bytes.length).toBe(1024 * 1024);
    expect(item?.size).toBeGreaterThan(3 * 1024 * 1024);
    const source = await session.source('INBOX', item?.key ?? '', quiet());
    expect(source?.length).toBe((await server.messages(user, 'INBOX'))[0]?.raw.length);
    expect(await session.source('INBOX', '1:99', quiet())).toBeNull();
  });

  it('takes nothing from drafts lying in a folder', async () => {
    const user = newUser();
    server.seed(user, 'INBOX', [{ raw: plainMail(1) }, { raw: plainMail(2), flags: ['\\Draft'] }]);
    const mirror = new FolderMirror('INBOX');
    await mirror.catchUp(account(user).open());
    expect(mirror.mails.size).toBe(1);
  });

  it('of an empty folder is over at once', async () => {
    const mirror = new FolderMirror('INBOX');
    expect(await mirror.catchUp(account(newUser()).open())).toBe(1);
    expect(mirror.mails.size).toBe(0);
  });
});

describe('staying in step', () => {
  it('brings nothing when nothing happened', async () => {
    const user = newUser();
    seedMany(user, 500);
    const session = account(user).open();
    const mirror = new FolderMirror('INBOX');
    await mirror.catchUp(session);
    for (let turn = 0; turn < 20; turn += 1) await mirror.catchUp(session);
    for (const batch of mirror.batches.slice(-20)) expect(batch).toMatchObject({ items: [], changes: [] });
  });

  for (const [dialect, withoutExtensions] of [
    ['QRESYNC', []],
    ['CONDSTORE alone', ['QRESYNC']],
    ['neither', ['QRESYNC', 'CONDSTORE', 'ESEARCH']],
  ] as const) {
    it(`sees 10,000 flag changes, deletions and moves made while it was away (${dialect})`, async () => {
      const own = await startMailServer({ smtp: 'none', withoutExtensions });
      try {
        const user = newUser();
        own.seed(
          user,
          'INBOX',
          Array.from({ length: 10_000 }, (_, at) => ({ raw: plainMail(at) })),
        );
        const mirror = new FolderMirror('INBOX');
        const first = account(user, own).open();
        await mirror.catchUp(first);
        await first.close();
        await own.addFlags(user, 'INBOX', 'all', ['\\Seen']);
        await own.expunge(user, 'INBOX', [5, 17, 9_000]);
        await own.move(user, 'INBOX', 'Archive', [100, 200]);
        await own.deliver(user, plainMail(20_000, user));
        const second = account(user, own).open();
        await mirror.catchUp(second, { check: dialect === 'neither' });
        expect(mirror.mails.size).toBe(9_996);
        expect(mirror.digests()).toEqual(await digestsOn(own, user, 'INBOX'));
        expect([...mirror.mails.values()].filter((mail) => !mail.seen)).toHaveLength(1);
        const archive = new FolderMirror('Archive');
        await archive.catchUp(second);
        expect(archive.mails.size).toBe(2);
      } finally {
        await own.stop();
      }
    });
  }

  it('notices a deletion without QRESYNC also when new mail makes up for it', async () => {
    const own = await startMailServer({ smtp: 'none', withoutExtensions: ['QRESYNC', 'CONDSTORE'] });
    try {
      const user = newUser();
      own.seed(
        user,
        'INBOX',
        [1, 2, 3].map((n) => ({ raw: plainMail(n) })),
      );
      const mirror = new FolderMirror('INBOX');
      const session = account(user, own).open();
      await mirror.catchUp(session);
      await own.expunge(user, 'INBOX', [2]);
      await own.deliver(user, plainMail(4, user));
      await mirror.catchUp(session);
      expect([...mirror.mails.keys()].map((key) => key.split(':')[1]).sort()).toEqual(['1', '3', '4']);
    } finally {
      await own.stop();
    }
  });

  it('tells the server what was read and answered', async () => {
    const user = newUser();
    seedMany(user, 3);
    const session = account(user).open();
    const mirror = new FolderMirror('INBOX');
    await mirror.catchUp(session);
    const [third = '', second = ''] = mirror.mails.keys();
    const inInbox = (key: string) => ({ stream: 'INBOX', key, name: null, room: null, from: '' });
    await session.apply?.(
      [
        { kind: 'seen', seen: true, ...inInbox(third) },
        { kind: 'seen', seen: true, ...inInbox(second) },
        { kind: 'answered', ...inInbox(third) },
        { kind: 'seen', seen: true, ...inInbox('1:1') },
      ],
      quiet(),
    );
    const flags = (await server.messages(user, 'INBOX')).map((mail) => [...mail.flags].sort());
    expect(flags).toEqual([[], ['\\Seen'], ['\\Answered', '\\Seen']]);
  });

  it('reads everything again, and tells it so, when the folder is numbered anew', async () => {
    const user = newUser();
    seedMany(user, 120);
    const mirror = new FolderMirror('INBOX');
    const first = account(user).open();
    await mirror.catchUp(first);
    await first.close();
    const uidValidity = await server.resetUidValidity(user, 'INBOX', 'reversed');
    await mirror.catchUp(account(user).open());
    const told = mirror.batches
      .flatMap((batch) => batch.changes)
      .filter((change) => change.kind === 'renumbered');
    expect(told).toEqual([{ kind: 'renumbered', prefix: `${String(uidValidity)}:` }]);
    expect([...mirror.mails.keys()].every((key) => key.startsWith(`${String(uidValidity)}:`))).toBe(true);
    expect(mirror.digests()).toEqual(await digestsOn(server, user, 'INBOX'));
  });

  it('gives up in words when the server numbers anew again and again', async () => {
    const user = newUser();
    seedMany(user, 3);
    const mirror = new FolderMirror('INBOX');
    const again = async (): Promise<void> => {
      const session = account(user).open();
      await mirror.catchUp(session);
      await session.close();
      await server.resetUidValidity(user, 'INBOX');
    };
    for (let turn = 0; turn < 4; turn += 1) await again();
    await expect(again()).rejects.toMatchObject({ failure: { kind: 'protocol', said: 'UIDVALIDITY' } });
  });

  it('says that a folder is gone when it was deleted', async () => {
    const user = newUser();
    await server.createFolder(user, 'Old');
    const mirror = new FolderMirror('Old');
    const session = account(user).open();
    await mirror.catchUp(session);
    await server.deleteFolder(user, 'Old');
    await expect(
      account(user).open().pull('Old', mirror.cursor, { maxItems: 1, maxBytes: 1, check: false }, quiet()),
    ).rejects.toMatchObject({
      failure: { kind: 'mailbox-gone' },
    });
  });
});
