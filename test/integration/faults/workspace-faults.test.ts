import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { failAt, runSteward, startSteward } from '#test/support/faults/steward-process.ts';
import type { Ended, StewardOptions } from '#test/support/faults/steward-process.ts';
import {
  atOnce,
  expectInStep,
  keyHex,
  makeTemplate,
  openHere,
  tell,
  truthOn,
} from '#test/support/faults/truth.ts';
import type { FolderTruth, Template } from '#test/support/faults/truth.ts';
import { run } from '#test/support/processes.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { generateMailbox } from '#test/support/mailbox-generator/generate-mailbox.ts';
import { seedMails } from '#test/support/mailbox-generator/seed-mails.ts';

const user = 'help@shop.test';
const mailCount = 250;
const workspaceExit = 3;

let server: MailServer;
let template: Template;
let truths: ReadonlyMap<string, FolderTruth>;

beforeAll(async () => {
  server = await startMailServer();
  seedMails(server, user, [...generateMailbox({ seed: 11, count: mailCount, owner: user })]);
  template = await makeTemplate(server, user);
  truths = await truthOn(server, user);
});

afterAll(async () => {
  await server.stop();
  template.remove();
});

const sync = (workspace: string, options: Partial<StewardOptions> = {}): Promise<Ended> =>
  runSteward(['sync', '--once', '--workspace', workspace], { keyHex, ...options });

const watch = (workspace: string) => startSteward(['sync', '--watch', '--workspace', workspace], { keyHex });

async function everythingIsHere(workspace: string): Promise<void> {
  const engine = await openHere(workspace, { traffic: 'off' });
  try {
    await expectInStep(engine, user, truths);
  } finally {
    await engine.close();
  }
}

/** Words for a person, without a stack and without a name from inside. */
const inWords = ({ err }: Ended): void => {
  expect(err).toMatch(/\S+ \S+ \S+/);
  expect(err).not.toMatch(/\bat .*\.(ts|cjs|js):\d+|SQLITE|Error:|undefined/);
};

describe('a workspace', () => {
  it('has one owner: a second start is refused in words, and the first goes on', async () => {
    const workspace = template.copy();
    const first = watch(workspace);
    try {
      await eventually(() => first.err().includes('in step'), {
        message: 'the first one is in step',
        withinMs: 60_000,
      });
      for (const args of [['sync', '--once'], ['list'], ['verify']]) {
        const second = await runSteward([...args, '--workspace', workspace], { keyHex });
        expect(second.code).toBe(workspaceExit);
        inWords(second);
      }
      expect(first.hasEnded()).toBe(false);
    } finally {
      first.kill();
      await first.ended;
    }
    // The lock of a killed process holds nobody up.
    expect(await sync(workspace)).toMatchObject({ code: 0 });
    await everythingIsHere(workspace);
  });

  it('is taken by one of several that start at the same moment, and nothing is taken in twice', async () => {
    const workspace = template.copy();
    const all = await Promise.all(Array.from({ length: 4 }, () => sync(workspace)));
    expect(all.filter(({ code }) => code === 0).length).toBeGreaterThanOrEqual(1);
    for (const one of all.filter(({ code }) => code !== 0)) {
      expect(one.code).toBe(workspaceExit);
      inWords(one);
    }
    await everythingIsHere(workspace);
  });

  it('that may only be read is refused in words, and works once it may be written', async () => {
    const workspace = template.copy();
    const somebody = 65_534;
    const entries = [
      dirname(workspace),
      workspace,
      ...readdirSync(workspace, { recursive: true, encoding: 'utf8' }).map((name) => join(workspace, name)),
    ];
    for (const path of entries) chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444);
    // Root may write everywhere, so somebody else has to try.
    const isRoot = process.getuid?.() === 0;
    const around = isRoot ? ['setpriv', `--reuid=${String(somebody)}`, '--clear-groups'] : [];
    const ended = await sync(workspace, { around });
    expect(ended.code).toBe(workspaceExit);
    inWords(ended);
    for (const path of entries) chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
    if (isRoot) for (const path of entries.slice(1)) chownSync(path, somebody, somebody);
    expect(await sync(workspace, { around })).toMatchObject({ code: 0 });
    await everythingIsHere(workspace);
  });

  it('on a full disk stops in words, keeps what it has, and goes on once there is space', async () => {
    const disk = join(dirname(template.path), 'disk');
    mkdirSync(disk);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
    try {
      const workspace = join(disk, 'workspace');
      cpSync(template.path, workspace, { recursive: true });
      const full = await sync(workspace);
      expect(full.code).toBe(workspaceExit);
      inWords(full);

      const watching = watch(workspace);
      try {
        await eventually(
          () => {
            if (!watching.err().includes('no room')) throw new Error(`it said: ${watching.err()}`);
            return true;
          },
          { message: 'the full disk is told', withinMs: 60_000 },
        );
        await run('mount', ['-o', 'remount,size=64m', disk]);
        // Retries begin at five seconds and double.
        await eventually(() => watching.err().includes('in step'), {
          message: 'it goes on by itself',
          withinMs: 90_000,
        });
      } finally {
        watching.kill();
        await watching.ended;
      }
      await everythingIsHere(workspace);
      expect(statSync(join(workspace, 'logs', 'engine.log')).size).toBeLessThan(1024 * 1024);
    } finally {
      await run('umount', ['-l', disk]);
    }
  });

  it('loses nothing when writes to any of its files begin to fail', async () => {
    const points = [
      ...['workspace.db-wal', 'workspace.db', 'vault/0001.seg'].flatMap((file) =>
        [1, 30, 200].map((nth) => ({ file, nth, error: 'ENOSPC' })),
      ),
      { file: 'workspace.db-wal', nth: 60, error: 'EIO' },
      // The segment of the vault's own thread.
      { file: 'vault/0002.seg', nth: 1, error: 'ENOSPC' },
      { file: 'vault/0002.seg', nth: 30, error: 'EIO' },
    ];
    let refused = 0;
    await atOnce(points, 2, async ({ file, nth, error }) => {
      const workspace = template.copy();
      const failing = failAt('write,pwrite64,writev,pwritev', join(workspace, file), error, nth);
      const ended = await sync(workspace, { around: failing });
      if (ended.code !== 0) {
        refused += 1;
        inWords(ended);
      }
      expect(await sync(workspace)).toMatchObject({ code: 0 });
      await everythingIsHere(workspace);
      rmSync(workspace, { recursive: true });
    });
    tell(
      `faults tried: ${String(points.length)} (writes that fail from there on, ${String(refused)} of them before the end of an import)`,
    );
    expect(refused).toBeGreaterThanOrEqual(6);
  }, 400_000);
});
