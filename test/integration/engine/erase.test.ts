import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { verify } from '#main/engine/store/verify.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import { settingsFor } from '#test/support/email-account.ts';
import { startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { rawPages } from '#test/support/store/raw-pages.ts';
import { makeTempDirectory, uniqueName } from '#test/support/temp.ts';

let server: MailServer;
let started: TestEngine | null = null;

beforeAll(async () => {
  server = await startMailServer({ smtp: 'scripted' });
});

afterEach(async () => {
  await started?.close();
  started = null;
});

afterAll(async () => {
  await server.stop();
});

const word = 'qxkwerbel';

const subjects = async (engine: TestEngine): Promise<readonly string[]> =>
  (
    await engine.ask('conversation.list', { query: { view: 'all', account: null }, after: null, limit: 200 })
  ).rows
    .map(({ subject }) => subject)
    .sort();

const inStep = (engine: TestEngine): Promise<unknown> =>
  eventually(
    async () => {
      const { accounts } = await engine.ask('account.list', {});
      return accounts.every(({ health }) => health.kind === 'listening');
    },
    { message: 'the account is in step', withinMs: 60_000 },
  );

/** Every file of a folder that bears a word, as it lies on the disk. */
const filesWith = (folder: string, text: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const path = join(folder, name);
    return statSync(path).isFile() && readFileSync(path).includes(text);
  });

describe('a customer who was erased', () => {
  it('stays away when the mailbox is read from the beginning, and comes in anew with a new mail', async () => {
    const owner = `${uniqueName('help')}@shop.test`;
    const erased = `${word}@customer.test`;
    const mail = (from: string, subject: string, text: string) =>
      letter({ from, to: owner, subject, text, date: new Date() });
    const seeded = [
      mail(`Qxkwerbel Gone <${erased}>`, 'First', `Words with ${word}`),
      mail(`Qxkwerbel Gone <${erased}>`, 'Second', `More with ${word}`),
      mail('Bob <bob@stays.test>', 'Of Bob', 'Words of Bob'),
    ];
    server.seed(
      owner,
      'INBOX',
      seeded.map((raw) => ({ raw, receivedAt: new Date(), flags: [] })),
    );
    const folder = makeTempDirectory('erase');
    let running = await startEngine({ workspaceDir: folder.path });
    started = running;
    await running.ask('account.add', {
      kind: 'email',
      address: owner,
      senderName: 'The shop',
      settings: settingsFor(server),
      credential: { kind: 'password', password: server.password },
    });
    await inStep(running);
    expect(await subjects(running)).toEqual(['First', 'Of Bob', 'Second']);

    const { customers } = await running.ask('customer.find', { text: word, limit: 5 });
    const id = customers[0]?.id;
    if (id === undefined) throw new Error('nobody was found');
    const preview = await running.ask('customer.erasePreview', { id });
    expect(preview).toMatchObject({ conversations: 2, messages: 2, shared: 0, unsettled: false });
    await running.ask('customer.erase', { id, typed: preview.name });
    await eventually(
      async () => {
        const { rows } = await running.ask('erasure.list', {});
        return rows.length === 1 && rows.every(({ doneAt }) => doneAt !== null);
      },
      { message: 'the erasure has ended', withinMs: 60_000 },
    );
    expect(await subjects(running)).toEqual(['Of Bob']);
    const workspace = running.engine.workspace();
    if (workspace === null) throw new Error('no workspace');
    expect(verify(workspace.db, workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
    const { root } = workspace;

    // The mailbox gets a new UIDVALIDITY: everything in it is new to whoever reads it.
    await running.close();
    const pages = rawPages(join(folder.path, workspaceFiles.database), deriveKeys(root).database);
    expect([pages.includes(word), pages.includes(word.slice(1)), pages.includes('of Bob')]).toEqual([
      ...[false, false, true],
    ]);
    expect(filesWith(folder.path, word)).toEqual([]);
    await server.resetUidValidity(owner, 'INBOX');
    running = await startEngine({ workspaceDir: folder.path });
    started = running;
    await server.deliver(owner, mail(`Qxkwerbel Gone <${erased}>`, 'Anew', 'It is me again'));
    await eventually(async () => (await subjects(running)).includes('Anew'), {
      message: 'the new mail is in the list',
      withinMs: 60_000,
    });
    await inStep(running);
    expect(await subjects(running)).toEqual(['Anew', 'Of Bob']);
    await running.close();
    started = null;
    folder.remove();
  });
});
