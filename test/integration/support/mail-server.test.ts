import { existsSync } from 'node:fs';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer, MailServerOptions } from '#test/support/mail-server/mail-server.ts';
import { processesInGroup } from '#test/support/processes.ts';
import { uniqueName } from '#test/support/temp.ts';

const alice = (): string => `${uniqueName('alice')}@shop.test`;

async function login(server: MailServer, user: string, password = 'secret', tls = false): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: 'localhost',
    port: tls ? server.imap.tlsPort : server.imap.port,
    secure: tls,
    auth: { user, pass: password },
    tls: { ca: server.certificate.pem },
    logger: false,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const mail = (subject: string, to: string): Buffer =>
  Buffer.from(`From: carol@customer.test\r\nTo: ${to}\r\nSubject: ${subject}\r\n\r\nHello\r\n.dot\r\n`);

async function withServer(
  options: MailServerOptions,
  use: (server: MailServer) => Promise<void>,
): Promise<void> {
  const server = await startMailServer(options);
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

describe('the real mail server', () => {
  let server: MailServer;
  beforeAll(async () => {
    server = await startMailServer({ smtp: 'postfix' });
  });
  afterAll(() => server.stop());

  it('lets any user in with the common password, by STARTTLS and by TLS, and no one with another', async () => {
    for (const tls of [false, true]) {
      const client = await login(server, alice(), 'secret', tls);
      expect(client.secureConnection).toBe(true);
      const folders = await client.list();
      expect(
        folders
          .map(({ specialUse }) => specialUse)
          .filter(Boolean)
          .sort(),
      ).toEqual(['\\Archive', '\\Drafts', '\\Inbox', '\\Junk', '\\Sent', '\\Trash']);
      await client.logout();
    }
    await expect(login(server, alice(), 'wrong')).rejects.toMatchObject({ authenticationFailed: true });
  });

  it('carries a mail from one user to another through Postfix, with either kind of TLS', async () => {
    const [from, to] = [alice(), alice()];
    for (const [port, secure] of [
      [server.smtp.port, false],
      [server.smtp.tlsPort, true],
    ] as const) {
      const transport = createTransport({
        host: 'localhost',
        port,
        secure,
        requireTLS: true,
        auth: { user: from, pass: 'secret' },
        tls: { ca: server.certificate.pem },
      });
      await transport.sendMail({ from, to, subject: `secure ${String(secure)}`, text: 'Hello' });
    }
    const received = await eventually(
      async () => {
        const mails = await server.messages(to, 'INBOX');
        return mails.length === 2 && mails;
      },
      { message: 'both mails arrive', withinMs: 60_000 },
    );
    expect(received.map(({ raw }) => /Subject: (.*)\r\n/.exec(raw.toString())?.[1]).sort()).toEqual([
      'secure false',
      'secure true',
    ]);
  });

  it('takes no mail from strangers', async () => {
    const transport = createTransport({
      host: 'localhost',
      port: server.smtp.port,
      tls: { ca: server.certificate.pem },
    });
    await expect(transport.sendMail({ from: alice(), to: alice(), text: 'spam' })).rejects.toMatchObject({
      responseCode: 554,
    });
  });

  it('gives out by IMAP exactly the bytes that were delivered, seeded or appended', async () => {
    const user = alice();
    await server.deliver(user, mail('delivered', user));
    server.seed(user, 'INBOX', [
      { raw: mail('seeded', user), flags: ['\\Seen'], receivedAt: new Date('2020-02-02') },
    ]);
    await server.append(user, 'INBOX', mail('appended', user), ['\\Flagged', '$Handled']);
    const client = await login(server, user);
    await client.mailboxOpen('INBOX');
    const seen = await client.fetchAll('1:*', { uid: true, source: true, flags: true, internalDate: true });
    await client.logout();
    const stored = await server.messages(user, 'INBOX');
    expect(stored.map(({ uid, raw }) => [uid, raw.toString()])).toEqual(
      seen.map(({ uid, source }) => [uid, source?.toString()]),
    );
    expect(stored).toHaveLength(3);
    const bySubject = (subject: string) => stored.find(({ raw }) => raw.includes(`Subject: ${subject}\r\n`));
    expect(bySubject('seeded')?.raw).toEqual(mail('seeded', user));
    expect(bySubject('delivered')?.raw.toString().endsWith(mail('delivered', user).toString())).toBe(true);
    expect(bySubject('seeded')?.flags).toEqual(['\\Seen']);
    expect(bySubject('appended')?.flags.toSorted()).toEqual(['$Handled', '\\Flagged']);
    expect(seen.map(({ internalDate }) => new Date(internalDate ?? 0).getFullYear())).toContain(2020);
  });

  it('takes 2,000 mails at once, and 300 more by delivery', async () => {
    const user = alice();
    const mails = Array.from({ length: 2_000 }, (_, index) => mail(`number ${String(index)}`, user));
    server.seed(
      user,
      'INBOX',
      mails.map((raw) => ({ raw })),
    );
    expect(await server.folderStatus(user, 'INBOX')).toMatchObject({
      messages: 2_000,
      unseen: 2_000,
      uidNext: 2_001,
    });
    await server.deliver(user, ...mails.slice(0, 300));
    expect((await server.folderStatus(user, 'INBOX')).messages).toBe(2_300);
  });

  it('tells a client in IDLE about a new mail', async () => {
    const user = alice();
    const client = await login(server, user);
    await client.mailboxOpen('INBOX');
    const heard = new Promise<number>((resolve) => {
      client.on('exists', ({ count }) => resolve(count));
    });
    const idle = client.idle();
    await server.deliver(user, mail('news', user));
    expect(await heard).toBe(1);
    await client.logout();
    await idle;
  });

  it('changes flags, moves, copies and expunges behind a client', async () => {
    const user = alice();
    server.seed(
      user,
      'INBOX',
      [1, 2, 3, 4].map((n) => ({ raw: mail(String(n), user) })),
    );
    await server.addFlags(user, 'INBOX', 'all', ['\\Seen', '$Handled']);
    await server.removeFlags(user, 'INBOX', [2, 3], ['\\Seen']);
    await server.setFlags(user, 'INBOX', [4], ['\\Answered']);
    await server.expunge(user, 'INBOX', [1]);
    await server.move(user, 'INBOX', 'Archive', [2]);
    await server.createFolder(user, 'Kunden/Größe');
    await server.copy(user, 'INBOX', 'Kunden/Größe', [3]);
    expect((await server.messages(user, 'INBOX')).map(({ uid, flags }) => [uid, ...flags])).toEqual([
      [3, '$Handled'],
      [4, '\\Answered'],
    ]);
    expect(await server.messages(user, 'Archive')).toHaveLength(1);
    expect(await server.messages(user, 'Kunden/Größe')).toHaveLength(1);
    expect(await server.folders(user)).toContain('Kunden/Größe');
    const client = await login(server, user);
    expect((await client.list()).map(({ path }) => path)).toContain('Kunden/Größe');
    await client.logout();
  });

  it('gives a folder a new UIDVALIDITY with the same mail, in the same or another order', async () => {
    const user = alice();
    server.seed(
      user,
      'INBOX',
      [1, 2, 3].map((n) => ({ raw: mail(String(n), user) })),
    );
    const subjects = async (): Promise<readonly string[]> =>
      (await server.messages(user, 'INBOX')).map(
        ({ uid, raw }) => `${String(uid)}=${String(/Subject: (.*)\r/.exec(raw.toString())?.[1])}`,
      );
    const client = await login(server, user);
    const opened = await client.mailboxOpen('INBOX');
    const before = Number(opened.uidValidity);
    const closed = new Promise((resolve) => client.on('close', () => resolve(true)));
    const same = await server.resetUidValidity(user, 'INBOX');
    expect(await closed).toBe(true);
    expect(same).toBeGreaterThan(before);
    expect((await server.folderStatus(user, 'INBOX')).uidValidity).toBe(same);
    expect(await subjects()).toEqual(['1=1', '2=2', '3=3']);
    const reversed = await server.resetUidValidity(user, 'INBOX', 'reversed');
    expect(reversed).toBeGreaterThan(same);
    expect(await subjects()).toEqual(['1=3', '2=2', '3=1']);
    const again = await login(server, user);
    expect(Number((await again.mailboxOpen('INBOX')).uidValidity)).toBe(reversed);
    await again.logout();
    await server.deliver(user, mail('4', user));
    expect((await server.folderStatus(user, 'INBOX')).uidNext).toBe(5);
  });

  it('keeps mail and ports over a restart, and falls silent while paused', async () => {
    const user = alice();
    await server.deliver(user, mail('kept', user));
    const client = await login(server, user);
    const closed = new Promise((resolve) => client.on('close', () => resolve(true)));
    await server.restart();
    expect(await closed).toBe(true);
    const again = await login(server, user);
    expect(await again.status('INBOX', { messages: true })).toMatchObject({ messages: 1 });
    server.pause();
    let answered = false;
    const noop = again.noop().then(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(answered).toBe(false);
    server.resume();
    await noop;
    await again.logout();
  });
});

describe('a mail server of another kind', () => {
  it('knows passwords of single users, also new ones', async () => {
    await withServer({ smtp: 'none', passwords: { 'alice@shop.test': 'own' } }, async (server) => {
      await (await login(server, 'alice@shop.test', 'own')).logout();
      await expect(login(server, 'alice@shop.test')).rejects.toMatchObject({ authenticationFailed: true });
      await (await login(server, 'bob@shop.test')).logout();
      server.setPassword('bob@shop.test', 'changed');
      await eventually(
        async () => (await login(server, 'bob@shop.test', 'changed')).logout().then(() => true),
        {
          message: 'the new password is right',
        },
      );
      await expect(login(server, 'bob@shop.test')).rejects.toMatchObject({ authenticationFailed: true });
    });
  });

  it('hides extensions and the purposes of folders', async () => {
    const options = {
      smtp: 'none',
      withoutExtensions: ['CONDSTORE', 'QRESYNC', 'IDLE'],
      specialUse: false,
    } as const;
    await withServer(options, async (server) => {
      const client = await login(server, alice());
      expect([...client.capabilities.keys()]).toContain('UIDPLUS');
      expect([...client.capabilities.keys()]).not.toContain('CONDSTORE');
      expect([...client.capabilities.keys()]).not.toContain('IDLE');
      await client.logout();
    });
  });

  it('brings mail from the scripted SMTP server to the mailbox of its recipient', async () => {
    await withServer({}, async (server) => {
      const transport = createTransport({
        host: 'localhost',
        port: server.smtp.port,
        auth: { user: 'alice@shop.test', pass: 'secret' },
        tls: { ca: server.certificate.pem },
      });
      server.scriptedSmtp().filesSent({ afterMs: 0 });
      await transport.sendMail({ from: 'alice@shop.test', to: 'carol@customer.test', text: 'Hello' });
      await server.scriptedSmtp().settled();
      expect(await server.messages('carol@customer.test', 'INBOX')).toHaveLength(1);
      expect(await server.messages('alice@shop.test', 'Sent')).toMatchObject([{ flags: ['\\Seen'] }]);
    });
  });

  it('leaves no process and no folder, even when paused with clients in it', async () => {
    const server = await startMailServer({ smtp: 'postfix' });
    const client = await login(server, alice());
    await client.mailboxOpen('INBOX');
    const groups = server.processGroups();
    expect(groups).toHaveLength(2);
    expect(groups.flatMap(processesInGroup).length).toBeGreaterThan(4);
    server.pause();
    await server.stop();
    expect(groups.flatMap(processesInGroup)).toEqual([]);
    expect(existsSync(server.directory)).toBe(false);
  });
});
