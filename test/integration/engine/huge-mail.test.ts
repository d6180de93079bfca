import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsFor } from '#test/support/email-account.ts';
import { startEngine, type TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { startMailServer, type MailServer } from '#test/support/mail-server/mail-server.ts';
import { maildirFiles } from '#test/support/mail-server/maildir.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { uniqueName } from '#test/support/temp.ts';

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

describe('a mail of one gigabyte', () => {
  const owner = `${uniqueName('help')}@shop.test`;
  let server: MailServer;
  let engine: TestEngine;

  beforeAll(async () => {
    server = await startMailServer({ smtp: 'scripted' });
    const raw = letter({
      from: 'Hugo Huge <hugo@huge.test>',
      to: owner,
      subject: 'The whole film',
      text: 'Here it is.',
      files: [{ name: 'film.bin', type: 'application/octet-stream', content: 'x'.repeat(2 * mebibyte) }],
      date: new Date(),
    });
    server.seed(owner, 'INBOX', [{ raw }]);
    const files = maildirFiles(join(server.directory, 'mail'), owner, 'INBOX');
    // A hole in the file: nothing of it is written to the disk.
    for (const file of files.values()) truncateSync(file, gibibyte);
    engine = await startEngine();
    await engine.ask('account.add', {
      kind: 'email',
      address: owner,
      senderName: 'The shop',
      settings: settingsFor(server),
      credential: { kind: 'password', password: server.password },
    });
  });
  afterAll(async () => {
    await engine.close();
    await server.stop();
  });

  const query = { view: 'all', account: null } as const;
  const listed = () => engine.ask('conversation.list', { query, after: null, limit: 10 });

  it('is in the inbox with its words, fetched never as a whole, and refused in words; the account goes on', async () => {
    const before = process.resourceUsage().maxRSS * 1024;
    const [row] = await eventually(
      async () => {
        const { rows } = await listed();
        return rows.length === 1 ? rows : undefined;
      },
      { message: 'the mail is in the inbox', withinMs: 60_000 },
    );
    if (row === undefined) throw new Error('there is no conversation');
    expect(row.subject).toBe('The whole film');
    const { items } = await engine.ask('conversation.timeline', { id: row.id, before: null, limit: 10 });
    const [message] = items.filter((item) => item.kind === 'message');
    if (message === undefined) throw new Error('there is no message');
    expect((await engine.ask('message.body', { id: message.id })).text).toContain('Here it is.');
    const part = message.attachments[0]?.part ?? '2';
    for (const name of ['attachment.open', 'attachment.save'] as const) {
      const answer = await engine.engine.call(name, { id: message.id, part });
      expect(answer).toMatchObject({ failure: { kind: 'source-unavailable', reason: 'too-large' } });
    }
    expect(process.resourceUsage().maxRSS * 1024 - before).toBeLessThan(256 * mebibyte);
    // The same connection goes on: what comes next is here at once.
    const next = letter({ from: 'a@b.test', to: owner, subject: 'And next', text: 'x', date: new Date() });
    await server.deliver(owner, next);
    await eventually(async () => (await listed()).rows.some(({ subject }) => subject === 'And next'), {
      message: 'the next mail is in the inbox',
      withinMs: 60_000,
    });
  });
});
