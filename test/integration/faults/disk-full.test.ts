import { cpSync, existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmailChannel } from '#main/channels/email/channel.ts';
import { verify } from '#main/engine/store/verify.ts';
import { plainMail } from '#test/support/email-account.ts';
import { editOf } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { outboxAtRest, wireOf } from '#test/support/faults/sending.ts';
import {
  expectInStep,
  inStep,
  makeTemplate,
  openHere,
  plainSettings,
  tell,
  truthOn,
  workspaceOf,
} from '#test/support/faults/truth.ts';
import type { FolderTruth, Template } from '#test/support/faults/truth.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { run } from '#test/support/processes.ts';

const user = 'help@shop.test';
const mailCount = 6;
const pageBytes = 4_096;
const mostPages = 2_000;
const channels = new Map([['email', createEmailChannel({ timeouts: { filedPerhaps: 100 } })]]);
const tried = { sync: 0, send: 0 };

let server: MailServer;
let template: Template;
let truths: ReadonlyMap<string, FolderTruth>;
let disk: string;

beforeAll(async () => {
  server = await startMailServer();
  const mails = Array.from({ length: mailCount }, (_, n) => ({ raw: plainMail(n, user, 2_000) }));
  server.seed(user, 'INBOX', mails);
  template = await makeTemplate(server, user, plainSettings(server));
  truths = await truthOn(server, user, ['INBOX']);
  disk = `${template.path}-disk`;
  mkdirSync(disk);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk]);
});

afterAll(async () => {
  await run('umount', ['-l', disk]);
  await server.stop();
  template.remove();
});

const filler = (): string => join(disk, 'filler');

/** Leaves so many pages on the disk; the page after these is the first that has no room. */
const leavePages = (pages: number): void => {
  const free = statfsSync(disk).bavail * pageBytes;
  writeFileSync(filler(), Buffer.alloc(Math.max(free - pages * pageBytes, 0)));
};

const makeRoom = (): void => rmSync(filler(), { force: true });

/**
 * Tries with no page left, then one, two ..., until everything fits; answers how many of them did not. Only a write that takes a new
 * page can find the disk full, so these are all the writes that can.
 */
async function eachPage(attempt: (pages: number) => Promise<'fitted' | 'full'>): Promise<number> {
  let full = 0;
  for (let pages = 0; pages <= mostPages; pages += 1) {
    try {
      if ((await attempt(pages)) === 'fitted') return full;
    } catch (error) {
      throw new Error(`with ${String(pages)} pages left`, { cause: error });
    } finally {
      makeRoom();
    }
    full += 1;
  }
  throw new Error(`it did not fit into ${String(mostPages)} pages`);
}

/** A copy of a workspace on that disk, which goes when the attempt is over. */
async function onDisk(
  from: string,
  attempt: (workspaceDir: string) => Promise<'fitted' | 'full'>,
): Promise<'fitted' | 'full'> {
  const workspaceDir = join(disk, 'workspace');
  cpSync(from, workspaceDir, { recursive: true });
  try {
    return await attempt(workspaceDir);
  } finally {
    rmSync(workspaceDir, { recursive: true });
  }
}

/** Opens a workspace on a disk that may be full already, which is said in words then, and opened once there is room. */
async function openOrWords(workspaceDir: string): Promise<TestEngine> {
  const options = { channels, lookDelaysMs: [0, 50, 100] };
  const engine = await openHere(workspaceDir, options);
  const state = engine.engine.state();
  if (state.kind === 'ready') return engine;
  expect(state).toMatchObject({ kind: 'unusable', reason: 'disk-full' });
  await engine.close();
  makeRoom();
  return openHere(workspaceDir, options);
}

const isFull = (): boolean => existsSync(filler()) && statfsSync(disk).bavail === 0;

const nudgeEveryMs = 2_000;

/** Waits until the work is done or the disk is full; then there is room again, and it has to go on by itself. */
async function doneOrFull(engine: TestEngine, isDone: () => Promise<boolean>): Promise<'fitted' | 'full'> {
  const began = performance.now();
  const outcome = await eventually(
    async () => {
      if (await isDone()) return 'fitted';
      // What was rolled back leaves room behind it: then the account says so, and a send only waits.
      const waits = performance.now() - began > 4_000 || (await isSaid(engine));
      return waits || isFull() || !existsSync(filler()) ? 'full' : null;
    },
    { message: 'it is done, or the disk is full', everyMs: 10 },
  );
  if (outcome === 'fitted' && existsSync(filler())) return 'fitted';
  makeRoom();
  let nudgedAt = Number.NEGATIVE_INFINITY;
  // A send that met the full disk waits a quarter of a minute before it is tried again, and then half a minute.
  await eventually(
    async () => {
      // Instead of the pauses between tries, which grow; not so often that a busy machine never gets to the end of a connection.
      if (performance.now() - nudgedAt > nudgeEveryMs) {
        engine.engine.network(true);
        nudgedAt = performance.now();
      }
      return isDone();
    },
    { message: 'it goes on once there is room', everyMs: 100, withinMs: 180_000 },
  );
  return 'full';
}

const isSaid = async (engine: TestEngine): Promise<boolean> => {
  const { accounts } = await engine.ask('account.list', {});
  return accounts.some(({ health }) => health.kind === 'failed' && health.failure.kind === 'disk-full');
};

const isListening = async (engine: TestEngine): Promise<boolean> => {
  const { accounts } = await engine.ask('account.list', {});
  const kinds = accounts.map(({ health }) =>
    health.kind === 'failed' ? `failed: ${health.failure.kind}` : health.kind,
  );
  // Nothing else is ever said of it than that the disk is full.
  expect(kinds.filter((kind) => kind.startsWith('failed') && kind !== 'failed: disk-full')).toEqual([]);
  return kinds.every((kind) => kind === 'listening');
};

/** A call as a person makes it: refused in words while the disk is full, and made again when there is room. */
async function persistently<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    expect(String(error)).toContain('"kind":"disk-full"');
    makeRoom();
    return ask();
  }
}

const words = (pages: number): string => `Parcel with ${String(pages)} pages`;

/** Writes a mail and sends it while so many pages are left; it must leave once, and be told apart from what did not. */
async function sendWith(engine: TestEngine, pages: number): Promise<'fitted' | 'full'> {
  const account = (await engine.ask('account.list', {})).accounts[0]?.id ?? null;
  const place = { conversation: null, message: null, mode: 'new', account } as const;
  const draft = await persistently(() => engine.ask('draft.start', place));
  const edit = editOf(draft, {
    to: [{ name: '', address: 'customer@customer.test' }],
    subject: words(pages),
    html: '<p>It arrives today.</p>',
  });
  await persistently(() => engine.ask('draft.save', { id: draft.id, edit }));
  const send = { id: draft.id, seenRev: null, resolve: false, now: true };
  await persistently(() => engine.ask('draft.send', send));
  const { db } = workspaceOf(engine);
  const left = `SELECT count(*) AS n FROM outbox WHERE state NOT IN ('sent', 'unknown') OR (sent_at IS NOT NULL AND filed = 0)`;
  const outcome = await doneOrFull(engine, async () => db.get<{ n: number }>(left)?.n === 0);
  const onWire = () => wireOf(server, user).filter(({ raw }) => raw.includes(`Subject: ${words(pages)}`));
  for (const { id } of (await engine.ask('outbox.list', {})).rows) {
    if (onWire().length > 0) await engine.ask('outbox.settle', { id, as: 'was-sent' });
    else await engine.ask('outbox.retry', { id });
  }
  await outboxAtRest(engine);
  expect(onWire()).toHaveLength(1);
  await server.scriptedSmtp().settled();
  await server.expunge(user, 'Sent', 'all');
  return outcome;
}

const expectSound = (engine: TestEngine): void => {
  const { db, vault } = workspaceOf(engine);
  expect(verify(db, vault, { everyNthBlob: 1 }).problems).toEqual([]);
};

describe('a disk that is full', () => {
  it('at any write of a first import is said, and the import goes on from there', async () => {
    tried.sync = await eachPage((pages) =>
      onDisk(template.path, async (workspaceDir) => {
        leavePages(pages);
        const engine = await openOrWords(workspaceDir);
        try {
          const outcome = await doneOrFull(engine, () => isListening(engine));
          await expectInStep(engine, user, truths);
          return outcome;
        } finally {
          await engine.close();
        }
      }),
    );
    expect(tried.sync).toBeGreaterThanOrEqual(55);
  }, 1_800_000);

  it('at any write of a send is said, and the mail leaves once', async () => {
    const synced = template.copy();
    const first = await openHere(synced, { channels });
    await inStep(first);
    await first.close();
    tried.send = await eachPage((pages) =>
      onDisk(synced, async (workspaceDir) => {
        leavePages(pages);
        const engine = await openOrWords(workspaceDir);
        try {
          const outcome = await sendWith(engine, pages);
          expectSound(engine);
          return outcome;
        } finally {
          await engine.close();
        }
      }),
    );
    expect(tried.send).toBeGreaterThanOrEqual(55);
  }, 1_800_000);

  it('was tried at many writes', () => {
    const { sync, send } = tried;
    tell(
      `faults tried: ${String(sync + send)} (first write without room: ${String(sync)} in an import, ` +
        `${String(send)} in a send)`,
    );
  });
});
