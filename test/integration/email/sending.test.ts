import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Attempt } from '#main/channels/kit/outgoing.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { accountOn, attemptOf, letter, quiet, rememberHandover } from '#test/support/email-account.ts';
import type { AccountOptions, TestAccount } from '#test/support/email-account.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import type { ScriptedSmtp } from '#test/support/scripted-smtp/scripted-smtp.ts';
import { uniqueName } from '#test/support/temp.ts';
import { within } from '#test/support/eventually.ts';

let server: MailServer;
let smtp: ScriptedSmtp;
const accounts: TestAccount[] = [];

beforeAll(async () => {
  server = await startMailServer();
  smtp = server.scriptedSmtp();
});

afterEach(async () => {
  smtp.clearScript();
  smtp.filesSent(undefined);
  await Promise.all(accounts.splice(0).map((one) => one.closeAll()));
});

afterAll(async () => {
  await server.stop();
});

let letters = 0;
const sender = (): string => `${uniqueName('agent')}@shop.test`;

function prepare(
  options: AccountOptions = {},
  to: readonly string[] = ['customer@example.org'],
): { readonly account: TestAccount; readonly attempt: Attempt } {
  const user = sender();
  const account = accountOn(server, user, options);
  accounts.push(account);
  letters += 1;
  const clientId = `019a8f00-0000-7000-8000-${String(letters).padStart(12, '0')}`;
  const attempt = attemptOf(
    account,
    letter(user, { clientId, to: to.map((address) => ({ name: '', address })) }),
  );
  return { account, attempt };
}

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const accepted = (attempt: Attempt): number =>
  smtp.accepted().filter((one) => one.messageId?.includes(attempt.clientId)).length;

describe('sending', () => {
  it('hands the mail over exactly as composed, to all recipients, after saying that it does', async () => {
    const { account, attempt } = prepare({}, ['a@example.org', 'b@example.org']);
    const hooks = rememberHandover();
    const result = await account.open().send(attempt, hooks, quiet());
    expect(result).toEqual({
      kind: 'accepted',
      accepted: ['a@example.org', 'b@example.org'],
      refused: [],
      externalId: attempt.externalId,
    });
    expect(hooks.times).toHaveLength(1);
    expect(smtp.accepted().at(-1)).toMatchObject({
      sha256: sha(attempt.bytes),
      recipients: ['a@example.org', 'b@example.org'],
      secure: true,
    });
  });

  it('works over STARTTLS as well', async () => {
    const { account, attempt } = prepare({
      settings: { smtpPort: server.smtp.port, smtpSecurity: 'starttls' },
    });
    expect(await account.open().send(attempt, rememberHandover(), quiet())).toMatchObject({
      kind: 'accepted',
    });
  });

  it('lets the server see the final dot only when the hand-over has been saved', async () => {
    const { account, attempt } = prepare();
    let takenBefore = -1;
    const slow = {
      handingOver: async (): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        takenBefore = smtp.taken().filter((one) => one.messageId?.includes(attempt.clientId)).length;
      },
    };
    await account.open().send(attempt, slow, quiet());
    expect(takenBefore).toBe(0);
    expect(accepted(attempt)).toBe(1);
  });

  it('sends nothing when the hand-over cannot be saved', async () => {
    const { account, attempt } = prepare();
    const failing = { handingOver: () => Promise.reject(new Error('disk full')) };
    await expect(account.open().send(attempt, failing, quiet())).rejects.toThrow('disk full');
    expect(smtp.taken().some((one) => one.messageId?.includes(attempt.clientId))).toBe(false);
  });

  it.each([
    [
      { kind: 'refuse sender', answer: { code: 451, text: '4.7.1 Greylisted' } },
      { kind: 'retry', said: '4.7.1 Greylisted' },
      0,
    ],
    [
      { kind: 'refuse sender', answer: { code: 550, text: '5.7.1 Not allowed' } },
      { kind: 'rejected', code: '5.7.1' },
      0,
    ],
    [
      { kind: 'refuse message', answer: { code: 451, text: '4.3.0 Later' } },
      { kind: 'retry', said: '4.3.0 Later' },
      1,
    ],
    [
      { kind: 'refuse message', answer: { code: 554, text: '5.7.1 Spam' } },
      { kind: 'rejected', said: '5.7.1 Spam', code: '5.7.1' },
      1,
    ],
    [{ kind: 'refuse message', answer: { code: 421, text: '4.3.2 Closing' } }, { kind: 'retry' }, 1],
    [
      { kind: 'refuse recipient', answer: { code: 550, text: '5.1.1 Unknown' } },
      { kind: 'rejected', code: '5.1.1' },
      0,
    ],
    [{ kind: 'refuse recipient', answer: { code: 450, text: '4.2.1 Busy' } }, { kind: 'retry' }, 0],
    [{ kind: 'drop before the dot', afterBytes: 100 }, { kind: 'retry' }, null],
    [{ kind: 'drop after the dot', accepted: true }, { kind: 'unknown' }, 1],
    [{ kind: 'drop after the dot', accepted: false }, { kind: 'unknown' }, 1],
  ] as const)('turns %j into %j', async (fault, expected, handovers) => {
    const { account, attempt } = prepare();
    const hooks = rememberHandover();
    smtp.script(fault);
    const result = await account.open().send(attempt, hooks, quiet());
    // A connection may break after the body went out and before its end: then the hand-over decides what is known.
    if (handovers === null) expect(result.kind).toBe(hooks.times.length === 0 ? 'retry' : 'unknown');
    else {
      expect(result).toMatchObject(expected);
      expect(hooks.times).toHaveLength(handovers);
    }
    expect(accepted(attempt)).toBe(fault.kind === 'drop after the dot' && fault.accepted ? 1 : 0);
  });

  it('offers again only the recipient that was refused for now', async () => {
    const { account, attempt } = prepare({}, ['a@example.org', 'b@example.org', 'c@example.org']);
    smtp.script({
      kind: 'refuse recipient',
      recipient: 'b@example.org',
      answer: { code: 451, text: '4.7.1 Greylisted' },
    });
    const session = account.open();
    const first = await session.send(attempt, rememberHandover(), quiet());
    expect(first).toMatchObject({
      kind: 'accepted',
      accepted: ['a@example.org', 'c@example.org'],
      refused: [{ recipient: 'b@example.org', permanent: false, said: '4.7.1 Greylisted' }],
    });
    const second = await session.send(
      { ...attempt, pending: ['b@example.org'] },
      rememberHandover(),
      quiet(),
    );
    expect(second).toMatchObject({ kind: 'accepted', accepted: ['b@example.org'] });
    const digests = smtp
      .accepted()
      .filter((one) => one.messageId?.includes(attempt.clientId))
      .map((one) => one.sha256);
    expect(digests).toEqual([sha(attempt.bytes), sha(attempt.bytes)]);
  });

  it('says that the outcome is unknown when the verdict comes after our patience', async () => {
    const { account, attempt } = prepare({ channel: { timeouts: { verdict: 300 } } });
    smtp.script({ kind: 'answer late', ms: 2_000 });
    expect(await account.open().send(attempt, rememberHandover(), quiet())).toMatchObject({
      kind: 'unknown',
    });
  });

  it('throws the state of the account, not of the mail, when the server cannot be used', async () => {
    const { account, attempt } = prepare();
    const session = account.open();
    smtp.script({ kind: 'refuse login', answer: { code: 535, text: '5.7.8 Bad credentials' } });
    await expect(session.send(attempt, rememberHandover(), quiet())).rejects.toMatchObject({
      failure: { kind: 'password-refused' },
    });
    smtp.script({ kind: 'refuse connection', answer: { code: 421, text: '4.7.0 Too many connections' } });
    await expect(session.send(attempt, rememberHandover(), quiet())).rejects.toMatchObject({
      failure: { kind: 'rate-limited' },
    });
    smtp.script({ kind: 'drop connection' });
    await expect(session.send(attempt, rememberHandover(), quiet())).rejects.toMatchObject({
      failure: { kind: 'no-answer' },
    });
  });

  it('never lets an address put anything else on the wire', async () => {
    const { account, attempt } = prepare();
    const before = smtp.recipientsOffered().length;
    for (const address of [
      '"x@evil.test y"@good.test',
      'a@good.test>\r\nRCPT TO:<x@evil.test',
      'a@good.test(x)evil',
      'a b@good.test',
      '<a@good.test>',
    ]) {
      const result = await account
        .open()
        .send({ ...attempt, pending: [address] }, rememberHandover(), quiet());
      expect(result).toMatchObject({ kind: 'rejected', code: '5.1.3' });
    }
    expect(smtp.recipientsOffered()).toHaveLength(before);
  });

  it('is called off at once', async () => {
    const { account, attempt } = prepare();
    smtp.script({ kind: 'never answer' });
    const stop = new AbortController();
    const hooks = {
      handingOver: async (): Promise<void> => {
        setTimeout(() => stop.abort(new Error('quit')), 50);
      },
    };
    const sending = account.open().send(attempt, hooks, stop.signal);
    expect(await within(20_000, sending, 'the send')).toMatchObject({ kind: 'unknown' });
  });
});

describe('the copy in Sent', () => {
  const timeouts = { filedPerhaps: 5_000, filedByServer: 6_000 };
  const copies = async (account: TestAccount): Promise<number> =>
    (await server.messages(account.context.address, 'Sent')).length;

  it.each([
    ['at once', { afterMs: 0 }],
    ['after three seconds', { afterMs: 3_000 }],
    ['never', undefined],
  ] as const)('is there exactly once where the server files its own %s', async (_when, rule) => {
    const { account, attempt } = prepare({ channel: { timeouts } });
    smtp.filesSent(rule);
    const session = account.open();
    await session.send(attempt, rememberHandover(), quiet());
    await session.fileSent?.(attempt, quiet());
    await smtp.settled();
    expect(await copies(account)).toBe(1);
    await session.fileSent?.(attempt, quiet());
    expect(await copies(account)).toBe(1);
    const [copy] = await server.messages(account.context.address, 'Sent');
    expect(copy?.flags).toEqual(['\\Seen']);
    expect(sha(copy?.raw ?? Buffer.alloc(0))).toBe(sha(attempt.bytes));
  });

  it('is not made twice when the answer to the first APPEND was lost', async () => {
    const proxy = await startCuttingProxy({ port: server.imap.port });
    const settings = { imapPort: proxy.port, imapSecurity: 'plain' };
    const { account, attempt } = prepare({ settings, channel: { timeouts: { filedPerhaps: 0 } } });
    try {
      proxy.cutWhen({
        direction: 'to client',
        place: { kind: 'after pattern', pattern: '[APPENDUID' },
        action: { kind: 'reset' },
      });
      const session = account.open();
      await expect(session.fileSent?.(attempt, quiet())).rejects.toMatchObject({
        failure: { kind: 'no-answer' },
      });
      expect(proxy.strikes()).toBe(1);
      await session.fileSent?.(attempt, quiet());
      expect(await copies(account)).toBe(1);
    } finally {
      await proxy.stop();
    }
  });

  it('is found by our own header where a relay gave the mail another Message-ID', async () => {
    const { account, attempt } = prepare({ channel: { timeouts } });
    const rewritten = Buffer.from(
      Buffer.from(attempt.bytes)
        .toString('latin1')
        .replace(/^Message-ID:.*$/m, 'Message-ID: <relay@example.net>'),
      'latin1',
    );
    await server.append(account.context.address, 'Sent', rewritten);
    await account.open().fileSent?.(attempt, quiet());
    expect(await copies(account)).toBe(1);
  });
});

describe('after an unknown outcome', () => {
  it('a copy in Sent proves that the mail was accepted', async () => {
    const { account, attempt } = prepare();
    await server.append(account.context.address, 'Sent', Buffer.from(attempt.bytes));
    expect(await account.open().reconcile(attempt, quiet())).toBe('accepted');
  });

  it('a copy in our own inbox proves it too', async () => {
    const user = sender();
    const account = accountOn(server, user);
    accounts.push(account);
    const attempt = attemptOf(account, letter(user, { to: [{ name: '', address: user }] }));
    await server.deliver(user, Buffer.from(attempt.bytes));
    expect(await account.open().reconcile(attempt, quiet())).toBe('accepted');
  });

  it('no copy proves nothing, except where the server is known to file every mail itself', async () => {
    const { account, attempt } = prepare();
    expect(await account.open().reconcile(attempt, quiet())).toBe('unknown');
    const known = prepare({ settings: { sent: 'server' }, channel: { timeouts: { filedByServer: 500 } } });
    expect(await known.account.open().reconcile(known.attempt, quiet())).toBe('absent');
  });

  it('a hostile id is searched for as text and is no command', async () => {
    const proxy = await startCuttingProxy({ port: server.imap.port });
    const { account, attempt } = prepare({ settings: { imapPort: proxy.port, imapSecurity: 'plain' } });
    try {
      await server.append(account.context.address, 'INBOX', Buffer.from(attempt.bytes));
      const hostile = [
        'x"\r\nA1 STORE 1:* +FLAGS (\\Deleted)\r\nA2 EXPUNGE\r\n',
        'x\r\nA3 DELETE Archive\r\n',
        '{5+}\r\nhello',
        'a\0b',
        '\\"',
      ];
      for (const externalId of hostile) {
        await account
          .open()
          .reconcile({ ...attempt, externalId }, quiet())
          .catch((error: unknown) => error);
      }
      const said = proxy
        .connections()
        .map((one) => one.saidToServer)
        .join('');
      const commands = said
        .split('\r\n')
        .map((line) => /^[0-9A-F]+ (?:UID )?([A-Z]+)/.exec(line)?.[1])
        .filter((name) => name !== undefined);
      expect([...new Set(commands)].sort()).toEqual(
        expect.not.arrayContaining(['STORE', 'EXPUNGE', 'DELETE']),
      );
      expect(await server.messages(account.context.address, 'INBOX')).toHaveLength(1);
      expect((await server.messages(account.context.address, 'INBOX'))[0]?.flags).toEqual([]);
      expect(await server.folders(account.context.address)).toContain('Archive');
    } finally {
      await proxy.stop();
    }
  });
});
