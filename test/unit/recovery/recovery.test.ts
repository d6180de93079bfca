import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { importMails } from '#main/engine/archive/import-mails.ts';
import { holdPlace, partialOf, putInPlace, settleRestore } from '#main/engine/recovery/restore.ts';
import type { RestoreStep } from '#main/engine/recovery/restore.ts';
import { verify } from '#main/engine/store/verify.ts';
import { documentFromText } from '#main/policy/file-source.ts';
import { readPolicy } from '#shared/domain/policy/read.ts';
import { startEngine, testShell } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

const open: TestEngine[] = [];
const folders: { readonly remove: () => void }[] = [];

afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
  for (const folder of folders.splice(0)) folder.remove();
});

const machine = (): { readonly path: string; readonly workspaceDir: string } => {
  const folder = makeTempDirectory('recovery');
  folders.push(folder);
  return { path: folder.path, workspaceDir: join(folder.path, 'workspace') };
};

const start = async (
  workspaceDir: string,
  options: Parameters<typeof startEngine>[0] = {},
): Promise<TestEngine> => {
  const engine = await startEngine({ workspaceDir, traffic: 'off', reserveBytes: 0, ...options });
  open.push(engine);
  return engine;
};

const state = (engine: TestEngine) => engine.ask('recovery.state', {});
const appKind = (engine: TestEngine): string => engine.engine.state().kind;
const backedUp = async (engine: TestEngine) => {
  await engine.engine.recovery().backUp('asked');
  return state(engine);
};
const newest = async (engine: TestEngine): Promise<string> => (await state(engine)).backups[0]?.id ?? 'none';
const called = async (engine: TestEngine): Promise<string> => (await engine.ask('app.preferences', {})).name;
const call = (engine: TestEngine, name: string) => engine.ask('app.setPreferences', { change: { name } });

const filled = async (engine: TestEngine, count: number, from = 0): Promise<void> => {
  const workspace = engine.engine.workspace();
  if (workspace === null) throw new Error('the workspace is not open');
  const letters = Array.from({ length: count }, (_, at) =>
    letter({
      from: 'Carol <carol@customer.test>',
      to: 'help@shop.test',
      subject: `Parcel ${String(from + at)}`,
      text: `Where is parcel ${String(from + at)}? ${'It was blue. '.repeat(200)}`,
      date: new Date(Date.UTC(2026, 0, 5, 10, from + at)),
      messageId: `<parcel-${String(from + at)}@customer.test>`,
    }),
  );
  await importMails(workspace, each(letters), {
    channel: 'email',
    label: 'Imported',
    own: ['help@shop.test'],
    progress: () => undefined,
    signal: new AbortController().signal,
  });
};

async function* each(letters: readonly Uint8Array[]) {
  for (const bytes of letters) {
    await Promise.resolve();
    yield {
      ...{ bytes, partial: false, size: bytes.byteLength, receivedAt: null },
      ...{ seen: true, answered: false, folder: 'archive' as const },
    };
  }
}

const report = (engine: TestEngine) => {
  const workspace = engine.engine.workspace();
  if (workspace === null) throw new Error('the workspace is not open');
  return verify(workspace.db, workspace.vault, { everyNthBlob: 1 });
};

const damage = (path: string): void => {
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  // Beyond the pages that are read at every opening; every page of this stretch is hit.
  for (let at = Math.floor(size / 8); at < size; at += 4096)
    writeSync(file, Buffer.from([255, 0, 255]), 0, 3, at);
  closeSync(file);
};

describe('a backup', () => {
  it('made while others write is the workspace as it was at one moment', async () => {
    const { workspaceDir } = machine();
    const engine = await start(workspaceDir);
    await filled(engine, 40);
    const writing = filled(engine, 60, 40);
    await engine.engine.recovery().backUp('asked');
    await writing;
    const { backups, trouble } = await state(engine);
    expect(trouble).toBeNull();
    expect(backups).toHaveLength(1);
    expect(backups[0]).toMatchObject({ why: 'asked', stand: 'good', version: '0.0.0-test' });
    expect(backups[0]?.messages).toBeGreaterThanOrEqual(40);
    const id = await newest(engine);
    expect((await engine.ask('backup.verify', { id })).stand).toBe('good');

    await engine.ask('backup.restore', { id });
    expect(appKind(engine)).toBe('ready');
    expect(report(engine)).toMatchObject({ problems: [], checked: { messages: backups[0]?.messages } });
  });

  it('that does not fit says how much is missing and leaves nothing behind', async () => {
    const { path, workspaceDir } = machine();
    const engine = await start(workspaceDir, { reserveBytes: 2 ** 60 });
    const { backups, trouble } = await backedUp(engine);
    expect(trouble?.kind).toBe('no-space');
    expect(trouble?.needs).toBeGreaterThan(2 ** 40);
    expect(backups).toEqual([]);
    expect(readdirSync(join(path, 'backups'))).toEqual([]);
  });

  it('to a disk that is not there is told as that, and made when it is there again', async () => {
    const { path, workspaceDir } = machine();
    const disk = makeTempDirectory('disk');
    folders.push(disk);
    const engine = await start(workspaceDir, { answers: { folder: () => disk.path } });
    expect(await engine.ask('backup.chooseFolder', { to: 'ask' })).toEqual({ folder: disk.path });
    disk.remove();
    expect((await backedUp(engine)).trouble?.kind).toBe('not-there');
    expect(existsSync(join(path, 'backups'))).toBe(false);
    expect(await engine.ask('backup.chooseFolder', { to: 'default' })).toEqual({
      folder: join(path, 'backups'),
    });
    expect(await backedUp(engine)).toMatchObject({ trouble: null, folderBy: 'default' });
  });

  it('goes where a policy says, and nowhere into the workspace', async () => {
    const { path, workspaceDir } = machine();
    const laid = join(path, 'laid');
    const policy = readPolicy([
      documentFromText('policies.json', JSON.stringify({ 'backups.folder': laid, 'backups.keepDays': 7 })),
    ]);
    const managed = await start(workspaceDir, { policy });
    expect(await backedUp(managed)).toMatchObject({ folder: laid, folderBy: 'policy', trouble: null });
    expect(await managed.refusal('backup.chooseFolder', { to: 'ask' })).toBe('managed');
    await managed.close();
    const free = await start(workspaceDir, { answers: { folder: () => join(workspaceDir, 'vault') } });
    expect(await free.refusal('backup.chooseFolder', { to: 'ask' })).toBe('folder-inside');
  });

  it('from before somebody was erased goes when a newer one is good, and restoring it first brings nobody back', async () => {
    const { workspaceDir } = machine();
    const engine = await start(workspaceDir);
    await filled(engine, 5);
    await backedUp(engine);
    const before = await newest(engine);

    const { customers } = await engine.ask('customer.find', { text: 'carol', limit: 5 });
    const id = customers[0]?.id;
    if (id === undefined) throw new Error('the customer is not there');
    const { name } = await engine.ask('customer.erasePreview', { id });
    await engine.ask('customer.erase', { id, typed: name });
    const isErased = async (): Promise<boolean> => {
      const { rows } = await engine.ask('erasure.list', {});
      return (
        rows.length > 0 &&
        report(engine).checked.messages === 0 &&
        rows.every(({ doneAt }) => doneAt !== null)
      );
    };
    await eventually(isErased, { message: 'the customer is erased' });

    await engine.ask('backup.restore', { id: before });
    expect(appKind(engine)).toBe('ready');
    await eventually(isErased, { message: 'what the backup brought back is erased again' });
    expect(report(engine).problems).toEqual([]);

    const { backups } = await backedUp(engine);
    expect(backups.map((backup) => [backup.id === before, backup.messages])).toEqual([[false, 0]]);
  });

  it('that was damaged is found to be so and is not put in place', async () => {
    const { path, workspaceDir } = machine();
    const engine = await start(workspaceDir);
    await filled(engine, 40);
    await backedUp(engine);
    const id = await newest(engine);
    damage(join(path, 'backups', id, 'workspace.db'));
    expect(await engine.refusal('backup.restore', { id })).toBe('backup-damaged');
    expect(appKind(engine)).toBe('ready');
    expect((await engine.ask('backup.verify', { id })).stand).toBe('damaged');
    expect((await state(engine)).backups[0]?.stand).toBe('damaged');
    expect((await state(engine)).setAside).toEqual([]);
  });
});

describe('a restore', () => {
  it('moves what was there aside whole, says that the workspace is older, and the way back stays open', async () => {
    const { workspaceDir } = machine();
    const engine = await start(workspaceDir);
    await call(engine, 'Before');
    await backedUp(engine);
    const id = await newest(engine);
    await call(engine, 'After');
    await engine.ask('backup.restore', { id });
    expect(await called(engine)).toBe('Before');
    const after = await state(engine);
    expect(after.setAside).toHaveLength(1);
    expect(after.steppedBack).toMatchObject({ toBeAsked: 0 });
    await engine.ask('recovery.seenSteppedBack', {});
    expect((await state(engine)).steppedBack).toBeNull();
    const again = await engine.restart();
    open.push(again);
    expect(await called(again)).toBe('Before');
    expect((await state(again)).steppedBack).toBeNull();
    await again.ask('recovery.removeSetAside', { name: '../workspace' });
    await again.ask('recovery.removeSetAside', { name: after.setAside[0]?.name ?? '' });
    expect((await state(again)).setAside).toEqual([]);
    expect(appKind(again)).toBe('ready');
  });

  const steps: readonly RestoreStep[] = ['prepared', 'journal', 'moved-aside', 'moved-in', 'done'];
  it.each(steps)(
    'killed when it has come to "%s" is finished or undone by the next start',
    async (killedAt) => {
      const { path, workspaceDir } = machine();
      const first = await start(workspaceDir);
      await call(first, 'Now');
      await first.close();
      const other = await start(join(path, 'other'));
      await call(other, 'Restored');
      await other.close();
      // What the keeper's thread prepares, with the key of its own.
      renameSync(join(path, 'other'), partialOf(workspaceDir));
      expect(() => {
        putInPlace(workspaceDir, Date.UTC(2026, 0, 5), (step) => {
          if (step === killedAt) throw new Error('killed');
        });
      }).toThrow('killed');
      const next = await start(workspaceDir);
      expect(await called(next)).toBe(killedAt === 'prepared' ? 'Now' : 'Restored');
      expect((await state(next)).setAside).toHaveLength(killedAt === 'prepared' ? 0 : 1);
      expect(readdirSync(path).filter((name) => name.includes('.restoring'))).toEqual([]);
    },
  );

  it('waits for nobody who restores at the same place', () => {
    const { path, workspaceDir } = machine();
    const held = holdPlace(workspaceDir);
    settleRestore(workspaceDir);
    expect(() => holdPlace(workspaceDir)).toThrow();
    held.release();
    expect(readdirSync(path)).toEqual([]);
  });

  it('on another machine opens by the words, guards the key anew, and knows the words from then on', async () => {
    const here = machine();
    const engine = await start(here.workspaceDir);
    await call(engine, 'Dana');
    await filled(engine, 3);
    const { words } = await engine.ask('recovery.makeWords', {});
    const typed = [1, 5, 12].map((place) => ({
      place,
      word: words[place - 1]?.slice(0, 4).toUpperCase() ?? '',
    }));
    expect(
      await engine.refusal('recovery.confirmWords', { words: typed.map((one) => ({ ...one, word: 'zoo' })) }),
    ).toBe('wrong-words');
    await engine.ask('recovery.confirmWords', { words: typed });
    expect((await state(engine)).words).toMatchObject({ kind: 'made', confirmed: true });
    await backedUp(engine);

    const there = machine();
    // Its key store opens nothing that another one has sealed.
    const { shell } = testShell({ folder: () => join(here.path, 'backups') });
    const turn = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0x3c);
    const foreign = {
      ...shell,
      seal: async (plain: Uint8Array) => turn(plain),
      open: async (sealed: Uint8Array) => turn(sealed),
    };
    const other = await start(there.workspaceDir, { shell: foreign });
    const found = await other.ask('backup.openOther', {});
    expect(found).toMatchObject({ needs: 'words', backup: { messages: 3 } });
    const ref = found?.ref ?? '';
    expect(await other.refusal('backup.restoreOther', { ref })).toBe('backup-other-key');
    const slip = [...words.slice(0, 11), 'steward'].join(' ');
    expect(await other.refusal('backup.restoreOther', { ref, words: slip })).toBe('wrong-words');
    expect(appKind(other)).toBe('ready');
    await other.ask('backup.restoreOther', { ref, words: words.join(' ') });
    expect(await called(other)).toBe('Dana');
    expect(report(other)).toMatchObject({ problems: [], checked: { messages: 3 } });
    await other.close();
    const again = await start(there.workspaceDir, { shell: foreign });
    expect(await called(again)).toBe('Dana');
    expect((await state(again)).words).toMatchObject({ kind: 'made', confirmed: true });
  });
});

describe('a workspace whose key is gone', () => {
  it('opens by its words and guards the key anew', async () => {
    const { workspaceDir } = machine();
    const engine = await start(workspaceDir);
    await call(engine, 'Dana');
    const { words } = await engine.ask('recovery.makeWords', {});
    await engine.close();
    rmSync(join(workspaceDir, 'key.json'));
    const keyless = await start(workspaceDir);
    expect(keyless.engine.state()).toMatchObject({ kind: 'unusable', reason: 'wrong-key' });
    expect(await keyless.refusal('recovery.openWithWords', { words: 'abandon '.repeat(11) })).toBe(
      'wrong-words',
    );
    await keyless.ask('recovery.openWithWords', { words: words.join('\n') });
    expect(await called(keyless)).toBe('Dana');
    await keyless.close();
    expect(await called(await start(workspaceDir))).toBe('Dana');
  });

  it('asks for a passphrase where there is no key store, also where the old one is forgotten', async () => {
    const { workspaceDir } = machine();
    const answers = { sealing: 'none' } as const;
    const engine = await start(workspaceDir, { answers });
    await engine.ask('app.choosePassphrase', { passphrase: 'the old passphrase' });
    await call(engine, 'Dana');
    const { words } = await engine.ask('recovery.makeWords', {});
    await engine.close();
    const locked = await start(workspaceDir, { answers });
    await locked.ask('recovery.openWithWords', { words: words.join(' ') });
    expect(appKind(locked)).toBe('choose-passphrase');
    await locked.ask('app.choosePassphrase', { passphrase: 'the new passphrase' });
    expect(await called(locked)).toBe('Dana');
    await locked.close();
    const next = await start(workspaceDir, { answers });
    expect(await next.refusal('app.unlock', { passphrase: 'the old passphrase' })).toBe('wrong-passphrase');
    await next.ask('app.unlock', { passphrase: 'the new passphrase' });
    expect(await called(next)).toBe('Dana');
  });

  it('for which no words were made says so', async () => {
    const { workspaceDir } = machine();
    const engine = await start(workspaceDir);
    await engine.close();
    rmSync(join(workspaceDir, 'key.json'));
    const keyless = await start(workspaceDir);
    expect(await keyless.refusal('recovery.openWithWords', { words: 'abandon' })).toBe('no-recovery-file');
    expect(await keyless.refusal('recovery.makeWords', {})).toBe('no-workspace');
  });
});

describe('damage', () => {
  it('of a page that is not read at the start is noticed, and the good backup brings the workspace back', async () => {
    const { workspaceDir } = machine();
    const first = await start(workspaceDir);
    await filled(first, 40);
    await backedUp(first);
    await first.close();
    damage(join(workspaceDir, 'workspace.db'));
    const engine = await start(workspaceDir, {
      upkeep: { checkAfterMs: 0, backUpAfterMs: 1_000_000, lookEveryMs: 1_000_000 },
    });
    await eventually(() => appKind(engine) === 'unusable', {
      message: 'the damage is noticed',
      withinMs: 60_000,
    });
    expect(engine.engine.state()).toMatchObject({ kind: 'unusable', reason: 'damaged' });
    const { backups } = await state(engine);
    expect(backups[0]).toMatchObject({ stand: 'good', messages: 40 });
    await engine.ask('backup.restore', { id: backups[0]?.id ?? '' });
    expect(report(engine)).toMatchObject({ problems: [], checked: { messages: 40 } });
  });

  it.each([
    ['emptied', (path: string) => truncateSync(path, 0)],
    ['deleted', (path: string) => rmSync(path)],
  ])('is a database that was %s, and not a new workspace', async (_how, harm) => {
    const { workspaceDir } = machine();
    const first = await start(workspaceDir);
    await call(first, 'Dana');
    await backedUp(first);
    await first.close();
    harm(join(workspaceDir, 'workspace.db'));
    const engine = await start(workspaceDir);
    expect(engine.engine.state()).toMatchObject({ kind: 'unusable', reason: 'damaged' });
    await engine.ask('backup.restore', { id: await newest(engine) });
    expect(await called(engine)).toBe('Dana');
  });
});
