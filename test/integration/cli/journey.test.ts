import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MboxSplitter } from '#main/cli/mail-files/mbox.ts';
import { CommandLine } from '#test/support/command-line.ts';
import { eventually, within } from '#test/support/eventually.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { generateMailbox } from '#test/support/mailbox-generator/generate-mailbox.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

const agent = 'help@shop.test';
const customer = 'carol@customer.test';
const mailCount = 300;

let server: MailServer;
let folder: TempDirectory;
let steward: CommandLine;
const path = (name: string): string => join(folder.path, name);
const here = (): readonly string[] => ['--workspace', path('workspace')];

beforeAll(async () => {
  server = await startMailServer({ smtp: 'postfix' });
  folder = makeTempDirectory('cli');
  const mails = [...generateMailbox({ seed: 7, count: mailCount, owner: agent })];
  for (const name of ['INBOX', 'Sent', 'Archive'] as const) {
    server.seed(
      agent,
      name,
      mails
        .filter((mail) => mail.folder === name)
        .map(({ raw, date, flags }) => ({ raw, receivedAt: date, flags })),
    );
  }
  steward = new CommandLine({ STEWARD_KEY_FILE: path('key') });
  await steward.ok(['key', 'new', path('key')]);
});

afterAll(async () => {
  await steward.stop();
  await server.stop();
  folder.remove();
});

const listed = v.object({
  conversations: v.array(
    v.object({
      id: v.string(),
      subject: v.string(),
      messages: v.number(),
      status: v.string(),
      turn: v.string(),
      customer: v.object({ address: v.string() }),
    }),
  ),
});
const shown = v.object({
  items: v.array(
    v.object({
      kind: v.string(),
      id: v.string(),
      direction: v.optional(v.string()),
      text: v.optional(v.string()),
      seen: v.optional(v.boolean()),
    }),
  ),
});

const conversationsOf = async (address: string) =>
  v
    .parse(listed, (await steward.ok(['list', ...here(), '--limit', '1000', '--json'])).json())
    .conversations.filter((row) => row.customer.address === address);

const lines = (text: string): readonly Readonly<Record<string, unknown>>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => v.parse(v.record(v.string(), v.unknown()), JSON.parse(line)));

const filesOf = v.array(v.object({ name: v.string(), mimeType: v.string(), size: v.number() }));

/** What must be the same in every copy. A mail says its time in seconds; ids of conversations are made anew by an import. */
const facts = (text: string): readonly string[] =>
  lines(text)
    .map(({ messageId, direction, at, subject, text: words, attachments }) =>
      JSON.stringify([
        messageId,
        direction,
        String(at).slice(0, '2026-01-01T00:00:00'.length),
        subject,
        words,
        v.parse(filesOf, attachments),
      ]),
    )
    .sort();

const exported = async (where: readonly string[]): Promise<readonly string[]> =>
  facts((await steward.ok(['export', '--format', 'jsonl', ...where])).out);

/** The mails of an mbox, without order. */
const mailsIn = (file: string): readonly string[] => {
  const splitter = new MboxSplitter();
  return [...splitter.push(readFileSync(file)), ...splitter.end()]
    .map(({ bytes }) => Buffer.from(bytes).toString('latin1'))
    .sort();
};

describe('a mailbox on the command line, from the server to an answered customer', () => {
  it('is connected, once its certificate is trusted by its fingerprint', async () => {
    writeFileSync(path('password'), `${server.password}\n`);
    const add = [
      ...['account', 'add', agent, ...here(), '--name', 'Shop Help', '--password-file', path('password')],
      ...['--imap-host', '127.0.0.1', '--imap-port', String(server.imap.tlsPort), '--imap-security', 'tls'],
      ...['--smtp-port', String(server.smtp.port), '--smtp-security', 'starttls'],
    ];
    const refused = await steward.run(add);
    expect(refused.code).toBe(4);
    expect(refused.err).toContain('--trust-certificate');
    const fingerprint = /--trust-certificate (\S+)/.exec(refused.err)?.[1] ?? '';
    expect(fingerprint.replaceAll(':', '')).toBe(server.certificate.fingerprint256.replaceAll(':', ''));
    const added = await steward.ok([...add, '--trust-certificate', fingerprint]);
    expect(added.out).toContain(agent);
    const again = await steward.run([...add, '--trust-certificate', fingerprint]);
    expect(again.code).toBe(5);
  });

  it('comes in whole with one sync, searchable, with equal counts on both sides', async () => {
    const synced = await steward.ok(['sync', '--once', ...here(), '--json']);
    const { accounts } = v.parse(
      v.object({ accounts: v.array(v.object({ here: v.number() })) }),
      synced.json(),
    );
    expect(accounts[0]?.here).toBe(mailCount);
    const { folders } = v.parse(
      v.object({
        folders: v.array(
          v.object({
            name: v.string(),
            chosen: v.boolean(),
            onServer: v.nullable(v.number()),
            here: v.number(),
          }),
        ),
      }),
      (await steward.ok(['account', 'folders', agent, ...here(), '--json'])).json(),
    );
    for (const one of folders.filter(({ chosen }) => chosen))
      expect([one.name, one.here]).toEqual([one.name, one.onServer]);
    const found = await steward.ok(['search', 'parcel', ...here(), '--json']);
    expect(found.json()).toMatchObject({ notYetIndexed: 0 });
    expect((await steward.ok(['verify', ...here()])).out).toContain('All is well');
  });

  it('syncs again at once, with nothing new', async () => {
    const before = await exported(here());
    await steward.ok(['sync', '--once', ...here()]);
    expect(await exported(here())).toEqual(before);
    expect(before).toHaveLength(mailCount);
  });

  it('shows a new question, and the answer reaches the customer with the right headers', async () => {
    const question = letter({
      from: `Carol Customer <${customer}>`,
      to: agent,
      subject: 'Is it waterproof?',
      date: new Date(),
      messageId: '<waterproof@customer.test>',
      text: 'Hello, is the blue one waterproof?',
    });
    await server.deliver(agent, question);
    await steward.ok(['sync', '--once', ...here()]);
    const [conversation] = await conversationsOf(customer);
    expect(conversation).toMatchObject({ subject: 'Is it waterproof?', turn: 'ours', status: 'open' });
    const id = conversation?.id ?? '';
    expect((await steward.ok(['show', id, ...here()])).out).toContain('is the blue one waterproof?');

    writeFileSync(path('care.txt'), 'Wash cold.');
    const answer = [
      '--text',
      'Yes, down to 3 m.\n\nDana',
      '--attach',
      path('care.txt'),
      '--now',
      '--resolve',
    ];
    await steward.ok(['reply', id, ...answer, ...here()]);
    const [received] = await eventually(
      async () => {
        const mails = await server.messages(customer, 'INBOX');
        return mails.length > 0 && mails;
      },
      { message: 'the answer is in the customer’s mailbox', withinMs: 60_000 },
    );
    const raw = received?.raw.toString() ?? '';
    expect(raw).toMatch(/^Subject: Re: Is it waterproof\?\r?$/m);
    expect(raw).toMatch(/^In-Reply-To: <waterproof@customer\.test>\r?$/m);
    expect(raw).toMatch(/^References:\s+<waterproof@customer\.test>\r?$/m);
    expect(raw).toMatch(/^From: "?Shop Help"? <help@shop\.test>\r?$/m);
    expect(raw).toContain('Yes, down to 3 m.');
    expect(raw).toContain('care.txt');
    const after = await steward.ok(['list', '--view', 'done', '--limit', '1000', ...here(), '--json']);
    expect(v.parse(listed, after.json()).conversations.map((row) => row.id)).toContain(id);
  });

  it('takes the customer’s next mail into the same conversation and opens it again', async () => {
    const [mail] = await server.messages(customer, 'INBOX');
    const messageId = /^Message-ID:\s*(<[^>]+>)/im.exec(mail?.raw.toString() ?? '')?.[1] ?? '';
    const next = letter({
      from: `Carol Customer <${customer}>`,
      to: agent,
      subject: 'Re: Is it waterproof?',
      date: new Date(),
      inReplyTo: messageId,
      references: ['<waterproof@customer.test>', messageId],
      text: 'Thank you! And the red one?',
    });
    await server.deliver(agent, next);
    await steward.ok(['sync', '--once', ...here()]);
    const conversations = await conversationsOf(customer);
    expect(conversations).toHaveLength(1);
    expect(conversations[0]).toMatchObject({ messages: 3, turn: 'ours', status: 'open' });
    const { items } = v.parse(
      shown,
      (await steward.ok(['show', conversations[0]?.id ?? '', ...here(), '--json'])).json(),
    );
    expect(items.filter(({ kind }) => kind === 'message').map(({ direction }) => direction)).toEqual([
      'in',
      'out',
      'in',
    ]);
    expect(
      (await server.messages(agent, 'Sent')).filter(({ raw }) => raw.includes('waterproof')),
    ).toHaveLength(1);
  });

  it('gives the same messages again when what was exported is imported elsewhere', async () => {
    await steward.ok(['export', '--format', 'mbox', '--out', path('all.mbox'), ...here()]);
    const elsewhere = ['--workspace', path('elsewhere')];
    const first = await steward.ok(['import', path('all.mbox'), '--own', agent, ...elsewhere, '--json']);
    expect(first.json()).toEqual({
      imported: { read: mailCount + 3, added: mailCount + 3, quarantined: 0, known: 0, deleted: 0 },
    });
    const replay = await steward.ok(['import', path('all.mbox'), '--own', agent, ...elsewhere, '--json']);
    expect(replay.json()).toMatchObject({ imported: { added: 0, known: mailCount + 3 } });
    const original = await exported(here());
    const copy = await exported(elsewhere);
    expect(copy).toEqual(original);
    await steward.ok(['export', '--format', 'mbox', '--out', path('again.mbox'), ...elsewhere]);
    expect(mailsIn(path('again.mbox'))).toEqual(mailsIn(path('all.mbox')));
    expect((await steward.ok(['verify', ...elsewhere])).out).toContain('All is well');
  });

  it('is backed up while it is in use, and the backup is all there elsewhere', async () => {
    const watching = steward.start(['sync', '--watch', ...here(), '--json']);
    await eventually(() => watching.out().includes('"listening"'), {
      message: 'the account is in step',
      withinMs: 60_000,
    });
    const busy = await steward.run(['list', ...here()]);
    expect(busy.code).toBe(3);
    expect(busy.err).toContain('Another Steward has this workspace open');
    await server.deliver(
      agent,
      letter({ to: agent, subject: 'While you copy', date: new Date(), text: 'Here I am.' }),
    );
    await steward.ok(['backup', path('backup'), ...here()]);
    await eventually(() => watching.out().includes('"arrived"'), {
      message: 'the new mail was told',
      withinMs: 60_000,
    });
    const stopped = await within(30_000, watching.interrupt(), 'the end of the watching command');
    expect(stopped.code).toBe(0);

    const copy = ['--workspace', path('restored')];
    await steward.ok(['restore', path('backup'), ...copy]);
    expect((await steward.ok(['verify', ...copy])).out).toContain('All is well');
    const restored = new Set(await exported(copy));
    const original = await exported(here());
    expect(original.filter((fact) => !restored.has(fact)).length).toBeLessThanOrEqual(1);
    const onto = await steward.run(['restore', path('backup'), ...here()]);
    expect(onto.code).toBe(5);
  });
});
