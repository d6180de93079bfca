import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#main/engine/host/system-ports.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { Clock } from '#shared/kit/ports.ts';
import { editOf, startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { addAccount, inStep } from '#test/support/faults/truth.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { makeTempDirectory, uniqueName } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

const hourMs = 60 * 60_000;
const withinMs = 60_000;

let server: MailServer;
let folder: TempDirectory;
let workspaceDir = '';
let running: TestEngine;
let wallOffset = 0;
let customer = '';
let address = '';

/** A wall clock that the test sets; the other clock goes on as ever. */
const clock: Clock = { now: () => Date.now() + wallOffset, monotonic: () => systemClock.monotonic() };

const start = async (): Promise<void> => {
  running = await startEngine({
    workspaceDir,
    clock,
    reserveBytes: 0,
    lookDelaysMs: [0, 200, 200],
  });
};

const inbox = async (): Promise<number> => (await server.messages(customer, 'INBOX')).length;

/** Writes a mail that leaves in an hour. */
const plan = async (): Promise<void> => {
  const { accounts } = await running.ask('account.list', {});
  const account = accounts[0]?.id;
  if (account === undefined) throw new Error('no account to send from');
  const draft = await running.ask('draft.start', { conversation: null, message: null, mode: 'new', account });
  const to = [{ name: '', address: customer }];
  await running.ask('draft.save', {
    id: draft.id,
    edit: editOf(draft, { to, subject: 'Your parcel', html: '<p>It arrives today.</p>' }),
  });
  const at = clock.now() + hourMs;
  await running.ask('draft.send', { id: draft.id, seenRev: null, resolve: false, at });
};

const hourPasses = async (): Promise<void> => {
  wallOffset += 2 * hourMs;
  running.engine.power('resume');
  await eventually(async () => (await inbox()) === 1, { message: 'the mail is there', withinMs });
  await eventually(async () => (await server.messages(address, 'Sent')).length === 1, {
    message: 'its copy is among the sent ones',
    withinMs,
  });
};

const outboxStates = async (): Promise<readonly string[]> =>
  (await running.ask('outbox.list', {})).rows.map(({ state }) => state);

beforeAll(async () => {
  server = await startMailServer({ smtp: 'scripted' });
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  wallOffset = 0;
  folder = makeTempDirectory('stepped-back');
  workspaceDir = join(folder.path, 'workspace');
  customer = `${uniqueName('carol')}@customer.test`;
  address = `${uniqueName('help')}@shop.test`;
  await start();
  await addAccount(running, server, address);
  await inStep(running);
  await plan();
});

afterEach(async () => {
  await running.close();
  folder.remove();
});

describe('a database that steps back in time', () => {
  it('by an older file in its place finds that its mail went out, and sends nothing', async () => {
    await running.close();
    const database = join(workspaceDir, workspaceFiles.database);
    const older = join(folder.path, 'older.db');
    copyFileSync(database, older);
    await start();
    await inStep(running);
    await hourPasses();
    await running.close();
    for (const suffix of ['-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true });
    copyFileSync(older, database);

    await start();
    expect((await running.ask('recovery.state', {})).steppedBack).toMatchObject({ toBeAsked: 1 });
    // The copy among the sent ones proves it.
    await eventually(async () => (await outboxStates()).length === 0, {
      message: 'it is known to have been sent',
      withinMs,
    });
    expect(await inbox()).toBe(1);
  });

  it('by a restore asks a person about what cannot be found any more, and the recipient holds exactly one', async () => {
    await running.engine.recovery().backUp('asked');
    const [backup] = (await running.ask('recovery.state', {})).backups;
    await hourPasses();
    await server.expunge(address, 'Sent', 'all');
    await running.ask('backup.restore', { id: backup?.id ?? '' });
    expect((await running.ask('recovery.state', {})).steppedBack).toMatchObject({ toBeAsked: 1 });
    await eventually(async () => (await outboxStates()).join() === 'unknown', {
      message: 'a person is asked',
      withinMs,
    });
    expect(await inbox()).toBe(1);
    // It stays so at every further start, until somebody decides.
    await running.close();
    await start();
    await inStep(running);
    expect(await outboxStates()).toEqual(['unknown']);
    expect(await inbox()).toBe(1);
    expect((await running.ask('recovery.state', {})).steppedBack).toMatchObject({ toBeAsked: 1 });
  });

  it('is none where it is simply started again', async () => {
    await running.close();
    await start();
    expect((await running.ask('recovery.state', {})).steppedBack).toBeNull();
    await inStep(running);
    await hourPasses();
    expect(await inbox()).toBe(1);
  });
});
