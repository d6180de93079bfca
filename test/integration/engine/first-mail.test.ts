import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainMail, settingsFor } from '#test/support/email-account.ts';
import { startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { startSpokenLine } from '#test/support/mail-server/spoken-line.ts';
import { uniqueName } from '#test/support/temp.ts';

let server: MailServer;

beforeAll(async () => {
  server = await startMailServer();
});

afterAll(async () => {
  await server.stop();
});

const mails = 200;
/** What a first pull brings. */
const newest = 64;

const messagesIn = ({ engine }: TestEngine): number =>
  engine.workspace()?.db.get<{ n: number }>('SELECT count(*) AS n FROM message')?.n ?? 0;

/** Connects an account and waits until all of its mail is here; answers what its own connections said, and what was here meanwhile. */
const connect = async (user: string) => {
  const running = await startEngine();
  /** How many messages were in the store when the server answered with its folders. */
  const hereAtFolders: number[] = [];
  const line = await startSpokenLine(server.imap.port, (said) => {
    if (/^\* LIST /m.test(said)) hereAtFolders.push(messagesIn(running));
    return said;
  });
  try {
    await running.ask('account.add', {
      kind: 'email',
      address: user,
      senderName: 'The shop',
      settings: settingsFor(server, { imapPort: line.port, imapSecurity: 'plain' }),
      credential: { kind: 'password', password: server.password },
    });
    await eventually(
      async () => {
        const { accounts } = await running.ask('account.list', {});
        return accounts[0]?.health.kind === 'listening';
      },
      { message: 'everything is here', withinMs: 60_000 },
    );
    // The login test lists the folders too, and ends with LOGOUT.
    const commands = line.commands();
    const own = commands.slice(commands.indexOf('LOGOUT') + 1);
    return {
      own,
      work: own.filter((said) => /^(?:LIST|EXAMINE|UID|FETCH|STATUS|IDLE)\b/.test(said)),
      hereAtFolders,
      here: messagesIn(running),
    };
  } finally {
    await running.close();
    await line.stop();
  }
};

const seed = (user: string, mailOf: (at: number) => Buffer): void =>
  server.seed(
    user,
    'INBOX',
    Array.from({ length: mails }, (_, at) => ({
      raw: mailOf(at),
      receivedAt: new Date(1_700_000_000_000 + at * 60_000),
    })),
  );

it('an account that was just connected shows its newest mail before the server is asked for anything else', async () => {
  const user = `${uniqueName('help')}@shop.test`;
  seed(user, (at) => plainMail(at));
  // As in any mailbox in which somebody has tidied up, numbers are missing.
  await server.expunge(user, 'INBOX', [3, 150, 190]);
  const { own, work, hereAtFolders, here } = await connect(user);
  expect(work.slice(0, 3)).toEqual([
    'EXAMINE INBOX',
    expect.stringMatching(/^FETCH 134:197 .*BODY\.PEEK/),
    expect.stringMatching(/^LIST /),
  ]);
  // The connection that listens is not opened before that either.
  const signedIn = own.flatMap((said, at) => (said.startsWith('AUTHENTICATE ') ? [at] : []));
  expect(signedIn).toHaveLength(2);
  expect(own.findIndex((said) => said.startsWith('LIST '))).toBeLessThan(signedIn[1] ?? 0);
  expect(hereAtFolders).toEqual([0, newest]);
  expect(here).toBe(mails - 3);
});

it('more of the newest comes before the folders where they are the ends of few conversations', async () => {
  const user = `${uniqueName('help')}@shop.test`;
  // Each question was asked in four mails.
  seed(user, (at) => {
    const first = at - (at % 4);
    const mail = plainMail(at).toString();
    return Buffer.from(
      at === first
        ? mail
        : mail.replace('\r\nDate:', `\r\nIn-Reply-To: <question-${String(first)}@example.org>\r\nDate:`),
    );
  });
  const { work, hereAtFolders, here } = await connect(user);
  expect(work.slice(0, 3)).toEqual([
    'EXAMINE INBOX',
    expect.stringMatching(/^FETCH 137:200 .*BODY\.PEEK/),
    expect.stringMatching(/^UID SEARCH /),
  ]);
  expect(hereAtFolders).toEqual([0, newest * 2]);
  expect(here).toBe(mails);
});

it('folders are imported side by side, back through the same years', async () => {
  const user = `${uniqueName('help')}@shop.test`;
  const many = 2_500;
  const day = 86_400_000;
  for (const [folder, first] of [
    ['INBOX', 0],
    ['Sent', many],
  ] as const)
    server.seed(
      user,
      folder,
      Array.from({ length: many }, (_, at) => {
        const written = new Date(Date.UTC(2019, 0, 1) + at * day);
        const raw = plainMail(first + at)
          .toString()
          .replace(/^Date: .*$/m, `Date: ${written.toUTCString()}`);
        return { raw: Buffer.from(raw), receivedAt: written };
      }),
    );
  const { work, here } = await connect(user);
  const opened = work.flatMap((said) => (/^EXAMINE (?:INBOX|Sent)$/.test(said) ? [said.slice(8)] : []));
  const turns = opened.filter((folder, at) => folder !== opened[at - 1]);
  // Twice a thousand of each, and the rest.
  expect(turns.slice(0, 5)).toEqual(['INBOX', 'Sent', 'INBOX', 'Sent', 'INBOX']);
  expect(here).toBe(2 * many);
});
