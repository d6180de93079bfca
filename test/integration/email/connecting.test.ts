import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Settings } from '#shared/contract/accounts.ts';
import { accountOn, quiet } from '#test/support/email-account.ts';
import type { AccountOptions } from '#test/support/email-account.ts';
import { makeCertificate } from '#test/support/mail-server/certificate.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { freePort } from '#test/support/ports.ts';
import { having, like, listing, unlike } from '#test/support/matching.ts';
import { within } from '#test/support/eventually.ts';

let server: MailServer;
const user = 'agent@shop.test';
const servers: Server[] = [];

beforeAll(async () => {
  server = await startMailServer();
});

afterEach(() => {
  for (const one of servers.splice(0)) one.close();
});

afterAll(async () => {
  await server.stop();
});

const timeouts = { connect: 1_000, greeting: 700, silence: 1_500 };

const probe = (settings: Settings = {}, options: AccountOptions = {}, signal = quiet()): Promise<unknown> => {
  const account = accountOn(server, user, { channel: { timeouts }, ...options, settings });
  return account.channel.probe(account.context, signal);
};

const refused = (kind: string, more: Readonly<Record<string, unknown>> = {}): object => ({
  failure: having({ kind, ...more }),
});

/** A server that says `greeting` and then answers each line by `answer`. */
async function talker(greeting: string, answer: (line: string) => string): Promise<number> {
  const one = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(greeting);
    socket.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString('latin1').split('\r\n').filter(Boolean)) socket.write(answer(line));
    });
  });
  servers.push(one);
  const port = await freePort();
  await new Promise<void>((resolve) => one.listen(port, '127.0.0.1', resolve));
  return port;
}

describe('trying a login', () => {
  it('answers the address and the folders, over TLS and over STARTTLS', async () => {
    const overTls = await probe();
    expect(overTls).toMatchObject({
      address: user,
      streams: listing(having({ name: 'INBOX' })),
    });
    const startTls = {
      imapPort: server.imap.port,
      imapSecurity: 'starttls',
      smtpPort: server.smtp.port,
      smtpSecurity: 'starttls',
    };
    expect(await probe(startTls)).toMatchObject({ address: user });
  });

  it('leaves no trace on the server', async () => {
    await probe();
    expect(await server.messages(user, 'INBOX')).toEqual([]);
    expect(server.scriptedSmtp().taken()).toEqual([]);
  });

  it('says that the password was refused, by which server and in whose words', async () => {
    const secrets = { kind: 'password', user, password: 'wrong' } as const;
    await expect(probe({}, { secrets })).rejects.toMatchObject(
      refused('password-refused', {
        where: `127.0.0.1:${String(server.imap.tlsPort)}`,
        said: like(/authentication failed/i),
      }),
    );
  });

  it('tells a refused password of the sending server apart', async () => {
    server.scriptedSmtp().script({
      kind: 'refuse login',
      answer: { code: 535, text: '5.7.8 Application-specific password required' },
    });
    await expect(probe()).rejects.toMatchObject(
      refused('password-refused', {
        where: `127.0.0.1:${String(server.smtp.tlsPort)}`,
        said: like(/application-specific/i),
      }),
    );
  });

  it('says that a host does not exist, that nothing listens, that nobody answers', async () => {
    await expect(probe({ imapHost: 'nowhere.invalid' })).rejects.toMatchObject({
      failure: { kind: like(/host-not-found|offline/) },
    });
    await expect(probe({ imapPort: await freePort() })).rejects.toMatchObject(refused('connection-refused'));
    const silent = await talker('', () => '');
    await expect(probe({ imapPort: silent, imapSecurity: 'starttls' })).rejects.toMatchObject(
      refused('no-answer'),
    );
    await expect(probe({ imapPort: silent })).rejects.toMatchObject(refused('no-answer'));
    await expect(probe({ smtpPort: silent, smtpSecurity: 'starttls' })).rejects.toMatchObject(
      refused('no-answer'),
    );
  });

  it.each([
    ['[UNAVAILABLE] Try again', 'no-answer'],
    ['[LIMIT] Too many sessions', 'rate-limited'],
    ['[AUTHENTICATIONFAILED] Invalid credentials', 'password-refused'],
    ['Application-specific password required', 'password-refused'],
  ])('understands the refusal "%s" as %s', async (words, kind) => {
    const port = await talker('* OK [CAPABILITY IMAP4rev1] hello\r\n', (line) => {
      const [tag = '', command = ''] = line.split(' ');
      if (command === 'CAPABILITY') return `* CAPABILITY IMAP4rev1\r\n${tag} OK done\r\n`;
      return command === 'LOGIN' ? `${tag} NO ${words}\r\n` : `${tag} OK done\r\n`;
    });
    await expect(probe({ imapPort: port, imapSecurity: 'plain' })).rejects.toMatchObject(refused(kind));
  });

  it('says that something else is listening there', async () => {
    const http = await talker('HTTP/1.1 400 Bad Request\r\n\r\n', () => 'HTTP/1.1 400 Bad Request\r\n\r\n');
    await expect(probe({ imapPort: http, imapSecurity: 'starttls' })).rejects.toMatchObject({
      failure: { kind: like(/protocol|no-answer/) },
    });
    await expect(probe({ imapPort: http })).rejects.toMatchObject(refused('no-tls'));
  });

  it('ends at once when it is called off', async () => {
    const silent = await talker('', () => '');
    const stop = new AbortController();
    const slow = { channel: { timeouts: { connect: 60_000, greeting: 60_000 } } };
    const trying = probe({ imapPort: silent, imapSecurity: 'starttls' }, slow, stop.signal);
    setImmediate(() => stop.abort(new Error('called off')));
    await expect(within(20_000, trying, 'the probe')).rejects.toThrow('called off');
  });
});

describe('the protection of the connection', () => {
  it('shows a certificate that nobody vouches for, with the fingerprint that would trust it', async () => {
    for (const settings of [
      { trustedImap: null },
      { trustedImap: null, imapPort: server.imap.port, imapSecurity: 'starttls' },
      { trustedSmtp: null },
      { trustedSmtp: null, smtpPort: server.smtp.port, smtpSecurity: 'starttls' },
    ]) {
      await expect(probe(settings)).rejects.toMatchObject({
        failure: {
          kind: 'certificate',
          certificate: {
            fingerprint: server.certificate.fingerprint256.replaceAll(':', ''),
            subject: 'localhost',
            problem: 'self-signed',
          },
        },
      });
    }
  });

  it('refuses another certificate than the trusted one before the password is said', async () => {
    const other = await makeCertificate({ names: ['evil.test'], addresses: ['127.0.0.1'] });
    let heard = '';
    const impostor = createTlsServer({ key: other.key, cert: other.pem }, (socket) => {
      socket.on('error', () => undefined);
      socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n');
      socket.on('data', (chunk: Buffer) => {
        heard += chunk.toString();
        const tag = chunk.toString().split(' ')[0] ?? '';
        socket.write(`* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK done\r\n`);
      });
    });
    servers.push(impostor);
    const port = await freePort();
    await new Promise<void>((resolve) => impostor.listen(port, '127.0.0.1', resolve));
    await expect(probe({ imapPort: port })).rejects.toMatchObject({
      failure: {
        kind: 'certificate',
        certificate: { problem: 'changed', fingerprint: other.fingerprint256.replaceAll(':', '') },
      },
    });
    expect(heard).not.toMatch(/AUTHENTICATE|LOGIN|secret/);
    await expect(probe({ smtpPort: port })).rejects.toMatchObject({
      failure: { kind: unlike(/password/) },
    });
  });

  it('does not go on in plain text when STARTTLS is not offered or was taken away', async () => {
    let heard = '';
    const stripped = await talker('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n', (line) => {
      heard += `${line}\n`;
      const [tag = ''] = line.split(' ');
      return `* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK done\r\n`;
    });
    await expect(probe({ imapPort: stripped, imapSecurity: 'starttls' })).rejects.toMatchObject(
      refused('no-tls'),
    );
    const strippedSmtp = await talker('220 hello\r\n', (line) => {
      heard += `${line}\n`;
      return line.startsWith('EHLO') ? '250-hello\r\n250 AUTH PLAIN LOGIN\r\n' : '502 5.5.1 no\r\n';
    });
    await expect(probe({ smtpPort: strippedSmtp, smtpSecurity: 'starttls' })).rejects.toMatchObject(
      refused('no-tls'),
    );
    expect(heard).not.toMatch(/AUTHENTICATE|LOGIN |AUTH |secret/);
  });

  it('believes nothing that was said before TLS', async () => {
    const injecting = await talker('* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n', (line) => {
      const [tag = '', command = ''] = line.split(' ');
      const done = `${tag} OK done\r\n`;
      return command === 'STARTTLS'
        ? `${done}* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n* PREAUTH welcome\r\n`
        : `* CAPABILITY IMAP4rev1 STARTTLS\r\n${done}`;
    });
    await expect(probe({ imapPort: injecting, imapSecurity: 'starttls' })).rejects.toMatchObject(
      refused('no-tls'),
    );
    const preauth = await talker(
      '* PREAUTH [CAPABILITY IMAP4rev1] welcome\r\n',
      (line) => `${line.split(' ')[0] ?? ''} OK done\r\n`,
    );
    await expect(probe({ imapPort: preauth, imapSecurity: 'starttls' })).rejects.toMatchObject(
      refused('no-tls'),
    );
  });

  it('refuses TLS older than 1.2', async () => {
    const old = createTlsServer(
      {
        key: server.certificate.key,
        cert: server.certificate.pem,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT:@SECLEVEL=0',
      },
      () => undefined,
    );
    old.on('tlsClientError', () => undefined);
    servers.push(old);
    const port = await freePort();
    await new Promise<void>((resolve) => old.listen(port, '127.0.0.1', resolve));
    await expect(probe({ imapPort: port })).rejects.toMatchObject(refused('no-tls'));
  });

  it('speaks plain text with this machine alone', async () => {
    expect(await probe({ imapPort: server.imap.port, imapSecurity: 'plain' })).toMatchObject({
      address: user,
    });
    await expect(async () =>
      probe({ imapHost: 'mail.example.org', imapSecurity: 'plain' }),
    ).rejects.toMatchObject(refused('settings', { where: 'imapSecurity' }));
  });
});
