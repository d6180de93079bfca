import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmailChannel } from '#main/channels/email/channel.ts';
import { doCopyJob } from '#main/engine/recovery/jobs.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { openReader } from '#main/engine/store/driver.ts';
import { openVaultReader } from '#main/engine/store/vault.ts';
import { verify } from '#main/engine/store/verify.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { Backup } from '#shared/contract/recovery.ts';
import { plainMail } from '#test/support/email-account.ts';
import { startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { clickSend, outboxAtRest, wireOf } from '#test/support/faults/sending.ts';
import {
  addAccount,
  expectInStep,
  inStep,
  lookAgain,
  keyHex,
  openHere,
  plainSettings,
  tell,
  truthOn,
  workspaceOf,
} from '#test/support/faults/truth.ts';
import type { FolderTruth } from '#test/support/faults/truth.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { seededRandom } from '#test/support/mailbox-generator/seeded-random.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

const user = 'help@shop.test';
const recipient = 'customer@customer.test';
const noted = 'Knows the courier by name';
const seed = 20_264;
const random = seededRandom(seed);
const flips = 200;
/** Every how manyth damaged database goes the whole way: noticed at the start, restored, pulled again. */
const everyNth = 20;
const options = {
  channels: new Map([['email', createEmailChannel({ timeouts: { filedPerhaps: 100 } })]]),
  lookDelaysMs: [0, 50, 100],
  // Read through as soon as the desk is usable; no backup but those that are asked for.
  upkeep: { checkAfterMs: 0, backUpAfterMs: 2 ** 30, lookEveryMs: 2 ** 30 },
  reserveBytes: 0,
};

const folder = makeTempDirectory('damage');
/** A workspace and its backups, as they lie beside one another; everything is done to copies of it. */
const whole = join(folder.path, 'whole');
const cutOff = join(folder.path, 'cut-off');
const olderDatabase = join(folder.path, 'older.db');
let server: MailServer;
let truths: ReadonlyMap<string, FolderTruth>;
let copies = 0;
const tried = { noticed: 0, harmless: 0, restored: 0 };

const pathsOf = (home: string) => ({
  home,
  workspaceDir: join(home, 'workspace'),
  database: join(home, 'workspace', workspaceFiles.database),
  wal: join(home, 'workspace', `${workspaceFiles.database}-wal`),
  vault: join(home, 'workspace', workspaceFiles.vault),
  key: join(home, 'workspace', 'key.json'),
});
type Paths = ReturnType<typeof pathsOf>;

beforeAll(async () => {
  server = await startMailServer();
  const { workspaceDir, home } = pathsOf(whole);
  mkdirSync(home, { recursive: true });
  server.seed(
    user,
    'INBOX',
    Array.from({ length: 12 }, (_, n) => ({ raw: plainMail(n, user, 1_500) })),
  );
  const before = await openHere(workspaceDir, { ...options, traffic: 'off' });
  await addAccount(before, server, user, plainSettings(server));
  await before.close();
  const first = await openHere(workspaceDir, options);
  await inStep(first);
  const query = { view: 'all', account: null } as const;
  const { rows } = await first.ask('conversation.list', { query, after: null, limit: 1 });
  for (const { id } of rows) await first.ask('note.add', { conversation: id, text: noted, mentions: [] });
  await first.close();
  // In the backup this mail has not left yet; by the time of the damage it has.
  const quiet = await openHere(workspaceDir, { ...options, traffic: 'off' });
  await clickSend(quiet, [recipient], { subject: 'Waiting' });
  await quiet.ask('backup.now', {});
  await eventually(async () => (await newestGood(quiet)) !== undefined, { message: 'the backup is made' });
  await quiet.close();
  cpSync(pathsOf(whole).database, olderDatabase);
  const last = await openHere(workspaceDir, options);
  server.seed(
    user,
    'INBOX',
    Array.from({ length: 3 }, (_, n) => ({ raw: plainMail(100 + n, user) })),
  );
  await clickSend(last, [recipient], { subject: 'After the backup' });
  await outboxAtRest(last);
  await lookAgain(last);
  // As a power cut would leave it: with a log that was not written back yet.
  cpSync(home, cutOff, { recursive: true });
  await last.close();
  truths = await truthOn(server, user, ['INBOX', 'Sent']);
});

afterAll(async () => {
  await server.stop();
  folder.remove();
});

const newestGood = async (engine: TestEngine): Promise<Backup | undefined> =>
  (await engine.ask('recovery.state', {})).backups.find(({ stand }) => stand === 'good');

/** Does something to a copy and holds what becomes of it against what was promised. */
async function damaged(
  what: string,
  damage: (paths: Paths) => void,
  work: (paths: Paths) => Promise<void>,
  from: string = whole,
): Promise<void> {
  copies += 1;
  const paths = pathsOf(join(folder.path, `copy-${String(copies)}`));
  cpSync(from, paths.home, { recursive: true });
  damage(paths);
  try {
    await work(paths);
  } catch (error) {
    throw new Error(`${what}, seed ${String(seed)}`, { cause: error });
  } finally {
    rmSync(paths.home, { recursive: true, force: true });
  }
}

const flipAt = (path: string, at: number): void => {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at);
  writeFileSync(path, bytes);
};

/** Everything is as the server and the workspace had it, and nothing left a second time. */
async function expectWhole(engine: TestEngine): Promise<void> {
  await inStep(engine);
  await outboxAtRest(engine);
  // What nothing proves is asked; a person looks and says so.
  for (const { id } of (await engine.ask('outbox.list', {})).rows)
    await engine.ask('outbox.settle', { id, as: 'was-sent' });
  await expectInStep(engine, user, truths, { unique: false });
  const { db } = workspaceOf(engine);
  const { n } = db.get<{ n: number }>(
    `SELECT count(*) AS n FROM event WHERE json_extract(payload, '$.text') = ?`,
    [noted],
  ) ?? { n: 0 };
  expect(n).toBe(1);
  expect(wireOf(server, user)).toHaveLength(2);
}

/** The start works, on whatever is left, and comes to the same end. */
async function expectGoesOn(paths: Paths): Promise<void> {
  const engine = await openHere(paths.workspaceDir, options);
  try {
    expect(engine.engine.state().kind).toBe('ready');
    await expectWhole(engine);
    tried.harmless += 1;
  } finally {
    await engine.close();
  }
}

/** Whichever of the two it is. */
async function expectEither(paths: Paths): Promise<void> {
  if (check(paths) === 'noticed') await expectRestored(paths, ['damaged']);
  else await expectGoesOn(paths);
}

/** The start says in words that something is wrong, and offers the backup; what it brings is the server's again. */
async function expectRestored(paths: Paths, reasons: readonly string[]): Promise<void> {
  const engine = await openHere(paths.workspaceDir, options);
  try {
    await eventually(() => engine.engine.state().kind === 'unusable', { message: 'the damage is noticed' });
    const state = engine.engine.state();
    // Also of the first page, which is what proves a key: this one is known to have opened it.
    expect(state.kind === 'unusable' ? state.reason : state.kind).toBeOneOf([...reasons]);
    tried.noticed += 1;
    const backup = await newestGood(engine);
    if (backup === undefined) throw new Error('no backup is offered');
    await engine.ask('backup.restore', { id: backup.id });
    await eventually(() => engine.engine.state().kind === 'ready', { message: 'the backup is open' });
    expect((await engine.ask('recovery.state', {})).setAside).toHaveLength(1);
    await expectWhole(engine);
    tried.restored += 1;
  } finally {
    await engine.close();
  }
}

/** Whether a database is worth anything without the engine: what its own check at each start says. */
function check({ workspaceDir, database, vault }: Paths): 'noticed' | 'harmless' {
  const root = new Uint8Array(Buffer.from(keyHex, 'hex'));
  if (!doCopyJob({ kind: 'check-workspace', workspaceDir, root }).ok) return 'noticed';
  const keys = deriveKeys(root);
  const db = openReader({ path: database, key: keys.database });
  const blobs = openVaultReader({ folder: vault, key: keys.vault });
  try {
    // What is not noticed has to be right to the last row.
    expect(verify(db, blobs, { everyNthBlob: 1 }).problems).toEqual([]);
    return 'harmless';
  } finally {
    blobs.close();
    db.close();
  }
}

describe('a workspace that is damaged', () => {
  it('by one flipped byte is noticed or unharmed, and is restored from the newest good backup', async () => {
    const size = statSync(pathsOf(whole).database).size;
    for (let count = 0; count < flips; count += 1) {
      // The first page is the one that everything hangs on, so it is struck more often than chance would.
      const at = random.below(count % 25 === 0 ? 4_096 : size);
      await damaged(
        `byte ${String(at)} flipped`,
        ({ database }) => flipAt(database, at),
        async (paths) => {
          const outcome = check(paths);
          if (outcome === 'noticed' && count % everyNth === 0) await expectRestored(paths, ['damaged']);
          else tried[outcome] += 1;
        },
      );
    }
    expect(tried.noticed + tried.harmless).toBe(flips);
    expect(tried.noticed).toBeGreaterThanOrEqual(flips / 2);
    expect(tried.restored).toBeGreaterThanOrEqual(5);
  }, 400_000);

  it('by what a power cut or a person does to its files comes to the same end, and sends nothing twice', async () => {
    const { database, wal } = pathsOf(whole);
    const size = statSync(database).size;
    for (const share of [0.1, 0.35, 0.5, 0.65, 0.8, 0.95, 0.999]) {
      const end = Math.floor(size * share);
      await damaged(
        `database cut at ${String(end)}`,
        (paths) => truncateSync(paths.database, end),
        expectEither,
      );
    }
    const log = statSync(wal.replace(whole, cutOff)).size;
    for (let place = 0; place < 13; place += 1) {
      const end = place === 0 ? 0 : random.below(log);
      await damaged(
        `log cut at ${String(end)} of ${String(log)}`,
        (paths) => truncateSync(paths.wal, end),
        expectGoesOn,
        cutOff,
      );
    }
    await damaged(
      'no -shm',
      (paths) => rmSync(`${paths.database}-shm`, { force: true }),
      expectGoesOn,
      cutOff,
    );
    const onlyRestored = (paths: Paths) => expectRestored(paths, ['damaged']);
    await damaged('zero bytes', (paths) => writeFileSync(paths.database, ''), onlyRestored);
    await damaged('no database', (paths) => rmSync(paths.database), onlyRestored);
    await damaged('an older copy', (paths) => cpSync(olderDatabase, paths.database), expectGoesOn);
    tell(
      `faults tried: ${String(tried.noticed + tried.harmless)} (${String(tried.noticed)} noticed, ` +
        `${String(tried.restored)} of them restored and pulled again; ${String(tried.harmless)} harmless; seed ${String(seed)})`,
    );
    expect(tried.noticed + tried.harmless).toBeGreaterThanOrEqual(224);
  }, 400_000);

  it('while it is open is said in words, ends nothing by itself, and is restored', async () => {
    await damaged(
      'database overwritten while it is open',
      () => undefined,
      async (paths) => {
        // Only what comes upon the damage itself has it read through.
        const upkeep = { ...options.upkeep, checkAfterMs: 2 ** 30 };
        const engine = await openHere(paths.workspaceDir, { ...options, upkeep });
        try {
          await inStep(engine);
          const noise = (bytes: number) =>
            Buffer.from(Array.from({ length: bytes }, () => random.below(256)));
          for (const path of [paths.database, paths.wal]) {
            const file = openSync(path, 'r+');
            writeSync(file, noise(statSync(path).size));
            closeSync(file);
          }
          // Every loop looks at its rows again, and a change has the pages read anew.
          for (let round = 0; round < 20; round += 1) {
            await engine.engine.call('app.setPreferences', { change: { spelling: round % 2 === 0 } });
            engine.engine.network(false);
            engine.engine.network(true);
          }
          await eventually(() => engine.engine.workspace() === null, {
            message: 'it is not worked in any more',
          });
          expect(engine.engine.state()).toMatchObject({ kind: 'unusable', reason: 'damaged' });
        } finally {
          await engine.close();
        }
        await expectRestored(paths, ['damaged']);
      },
    );
  });

  it('by the loss of its key is opened with its words', async () => {
    const { workspaceDir, key } = pathsOf(join(folder.path, 'keyed'));
    const first = await startEngine({ workspaceDir, traffic: 'off' });
    const { words } = await first.ask('recovery.makeWords', {});
    await first.close();
    const kept = readFileSync(key);
    const damages: readonly ((path: string) => void)[] = [
      (path) => rmSync(path),
      (path) => writeFileSync(path, ''),
      (path) => writeFileSync(path, kept.subarray(0, kept.byteLength / 2)),
      (path) => writeFileSync(path, '{"version":1,"sealedBy":"os","sealed":"AAAA"}'),
      (path) => flipAt(path, kept.indexOf('"sealed":"') + 14),
    ];
    for (const damage of damages) {
      writeFileSync(key, kept);
      damage(key);
      const engine = await startEngine({ workspaceDir, traffic: 'off' });
      expect(engine.engine.state()).toMatchObject({ kind: 'unusable', reason: 'wrong-key' });
      await engine.ask('recovery.openWithWords', { words: words.join(' ') });
      expect(engine.engine.state().kind).toBe('ready');
      await engine.close();
      const again = await startEngine({ workspaceDir, traffic: 'off' });
      expect(again.engine.state().kind).toBe('ready');
      await again.close();
    }
    tell(`faults tried: ${String(damages.length)} (a key that is gone or garbled)`);
  });
});
