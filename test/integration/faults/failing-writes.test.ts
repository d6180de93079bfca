import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickSend, outboxAtRest, wireOf } from '#test/support/faults/sending.ts';
import { countCalls, failOnce, fewHandles, runSteward } from '#test/support/faults/steward-process.ts';
import type { Ended } from '#test/support/faults/steward-process.ts';
import {
  atOnce,
  everyPoint,
  expectInStep,
  inStep,
  keyHex,
  makeTemplate,
  openHere,
  plainSettings,
  tell,
  truthOn,
} from '#test/support/faults/truth.ts';
import type { FolderTruth, Template } from '#test/support/faults/truth.ts';
import { plainMail } from '#test/support/email-account.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';

const user = 'help@shop.test';
const customer = 'customer@customer.test';
const syncCalls = ['fsync', 'fdatasync'] as const;
const writeCalls = ['pwrite64', 'pwritev', 'ftruncate'] as const;
/** Every sync is struck; of the writes between two syncs, which one fails makes no difference to what is on the disk, so some. */
const everyNthWrite = everyPoint ? 1 : 12;
const handleSteps = everyPoint ? 1 : 3;

let server: MailServer;
let fresh: Template;
let synced = '';
let waiting = '';
let truths: ReadonlyMap<string, FolderTruth>;
const tried = { writes: 0, refused: 0, handles: 0, few: 0 };

beforeAll(async () => {
  server = await startMailServer();
  const mails = Array.from({ length: 4 }, (_, n) => ({ raw: plainMail(n, user, 2_000) }));
  server.seed(user, 'INBOX', mails);
  fresh = await makeTemplate(server, user, plainSettings(server));
  truths = await truthOn(server, user, ['INBOX']);
  // One with a mail that has to leave: it was written while nothing could.
  synced = fresh.copy();
  const online = await openHere(synced);
  await inStep(online);
  await online.close();
  waiting = `${synced}-waiting`;
  cpSync(synced, waiting, { recursive: true });
  const offline = await openHere(waiting, { traffic: 'off' });
  await clickSend(offline, [customer]);
  await offline.close();
});

afterAll(async () => {
  await server.stop();
  fresh.remove();
});

const sync = (workspace: string): readonly string[] => ['sync', '--once', '--workspace', workspace, '--json'];
const backUp = (workspace: string): readonly string[] => [
  'backups',
  'now',
  '--workspace',
  workspace,
  '--json',
];

/** It ends well or says why, in words and not as damage: what was committed is as it was. */
function inWords(what: string, { code, signal, err }: Ended): 'ended' | 'refused' {
  if (code === 0) return 'ended';
  const last = err.trim().split('\n').at(-1) ?? '';
  const said = { what, code, signal, kind: '', words: last };
  try {
    const { error } = JSON.parse(last) as {
      readonly error: { readonly kind: string; readonly words: string };
    };
    Object.assign(said, error);
  } catch {
    throw new Error(`${what}: it ended with ${String(code ?? signal)} and said: ${err}`);
  }
  expect(said.kind, what).not.toBe('damaged');
  expect(said.words, what).toMatch(/\S+ \S+ \S+/u);
  expect(said.words, what).not.toMatch(/SQLITE|Error:|undefined|\.cjs/u);
  return 'refused';
}

/** After it the same workspace works as if nothing had been, and what had to leave has left once. */
async function works(workspace: string, isSend: boolean): Promise<void> {
  const engine = await openHere(workspace);
  try {
    await inStep(engine);
    if (!isSend) await expectInStep(engine, user, truths);
    for (const { id, state } of (await engine.ask('outbox.list', {})).rows)
      if (state === 'retrying') await engine.ask('outbox.retry', { id });
    await outboxAtRest(engine);
    expect((await engine.ask('outbox.list', {})).rows).toEqual([]);
  } finally {
    await engine.close();
  }
}

let copies = 0;
/** A copy with a folder of its own around it, where its backups go too. */
const copyOf = (from: string): string => {
  copies += 1;
  const workspace = join(dirname(fresh.path), `try-${String(copies)}`, 'workspace');
  cpSync(from, workspace, { recursive: true });
  return workspace;
};

type Work = {
  readonly name: string;
  readonly from: () => string;
  readonly args: (w: string) => readonly string[];
};
const importing: Work = { name: 'import', from: () => fresh.path, args: sync };
const sending: Work = { name: 'send', from: () => waiting, args: sync };
const backingUp: Work = { name: 'backup', from: () => synced, args: backUp };

/** Does a piece of work on a copy with a fault around it, and then without. */
async function tryOnce(what: string, work: Work, around: readonly string[]): Promise<'ended' | 'refused'> {
  const workspace = copyOf(work.from());
  const isSend = work === sending;
  const before = wireOf(server, user).length;
  try {
    const outcome = inWords(what, await runSteward(work.args(workspace), { keyHex, around }));
    await works(workspace, isSend);
    if (isSend) {
      expect(wireOf(server, user).length - before).toBe(1);
      await server.scriptedSmtp().settled();
      // Every copy sends the same mail: what one left behind proves nothing for the next.
      await server.expunge(user, 'Sent', 'all');
    }
    return outcome;
  } catch (error) {
    throw new Error(what, { cause: error });
  } finally {
    rmSync(dirname(workspace), { recursive: true });
  }
}

describe('a disk that refuses a single write or sync', () => {
  it.each([importing, backingUp])(
    'in the middle of one $name is said in words, never as damage, and the next run does the work',
    async (work) => {
      const counted = await countCalls(work.args(copyOf(work.from())), [...syncCalls, ...writeCalls], {
        keyHex,
      });
      const points = [...counted].flatMap(([call, count]) => {
        const step = syncCalls.some((one) => one === call) ? 1 : everyNthWrite;
        return Array.from({ length: Math.ceil(count / step) }, (_, n) => ({ call, nth: 1 + n * step }));
      });
      expect(points.filter(({ call }) => call.endsWith('sync')).length).toBeGreaterThanOrEqual(4);
      await atOnce(points, 2, async ({ call, nth }) => {
        const what = `${call} ${String(nth)} of one ${work.name}`;
        tried.writes += 1;
        if ((await tryOnce(what, work, failOnce(call, 'EIO', nth))) === 'refused') tried.refused += 1;
      });
    },
    900_000,
  );
});

describe('too few files that may be open', () => {
  /** With fewer than this the program itself does not begin. */
  const least = async (): Promise<number> => {
    for (let most = 16; most < 200; most += 1) {
      const { code } = await runSteward(['--version'], { keyHex, around: fewHandles(most) });
      if (code === 0) return most;
    }
    throw new Error('it does not begin with two hundred files');
  };

  it('during an import, a send and a backup is said in words, and the next run does the work', async () => {
    const from = await least();
    for (const work of [importing, sending, backingUp]) {
      for (let most = from; ; most += handleSteps) {
        tried.handles += 1;
        const what = `${String(most)} files in one ${work.name}`;
        if ((await tryOnce(what, work, fewHandles(most))) === 'ended') break;
        tried.few += 1;
      }
    }
    expect(tried.few).toBeGreaterThanOrEqual(6);
  }, 900_000);

  it('were tried at many points', () => {
    tell(
      `faults tried: ${String(tried.writes)} (single writes and syncs that fail with EIO, ${String(tried.refused)} of them told) ` +
        `and ${String(tried.handles)} (limits of open files, ${String(tried.few)} of them told)`,
    );
    expect(tried.writes).toBeGreaterThanOrEqual(30);
    expect(tried.refused).toBeGreaterThanOrEqual(5);
  });
});
