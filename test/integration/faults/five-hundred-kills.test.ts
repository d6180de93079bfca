import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmailChannel } from '#main/channels/email/channel.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { openReader } from '#main/engine/store/driver.ts';
import { openVaultReader } from '#main/engine/store/vault.ts';
import { verify } from '#main/engine/store/verify.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import { plainMail } from '#test/support/email-account.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { buildDriver, builtThreads, startDriver } from '#test/support/faults/driver-process.ts';
import type { Driver } from '#test/support/faults/driver-process.ts';
import type { Said } from '#test/support/faults/kill-driver.ts';
import { outboxAtRest } from '#test/support/faults/sending.ts';
import {
  addAccount,
  everyPoint,
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
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { generateMailbox } from '#test/support/mailbox-generator/generate-mailbox.ts';
import { seededRandom } from '#test/support/mailbox-generator/seeded-random.ts';
import type { SeededRandom } from '#test/support/mailbox-generator/seeded-random.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

const seed = Number(process.env['STEWARD_SEED'] ?? 20_262);
const wanted = everyPoint ? 2_000 : 500;
/** One workspace is killed so often before everything in it is held against the servers. */
const killsOfOne = 50;
const verifyEveryNth = 17;
const firstMails = 150;
const channels = new Map([['email', createEmailChannel({ timeouts: { filedPerhaps: 100 } })]]);

const folder = makeTempDirectory('kills');
let server: MailServer;
let bundle: string;

beforeAll(async () => {
  [server, bundle] = await Promise.all([startMailServer(), buildDriver()]);
});

afterAll(async () => {
  await server.stop();
  folder.remove();
});

/** What was struck: where in a life the kill came. */
type When = 'start' | 'work' | 'shutdown';
const struck: Record<When, number> = { start: 0, work: 0, shutdown: 0 };
let verified = 0;
let facts = 0;
let mailsSent = 0;

type Fact = Exclude<Said, { readonly kind: 'ready' | 'opened' | 'did' | 'closed' | 'unusable' }>;
const isFact = (said: Said): said is Fact => 'words' in said;

/** Lives once and is killed at a random moment; the time is counted from a state that the driver told. */
async function liveAndDie(driver: Driver, random: SeededRandom): Promise<When | 'ended'> {
  const when = random.pick(['start', 'work', 'work', 'work', 'shutdown']);
  if (when === 'start') await delay(random.below(160));
  else {
    // Counted in deeds and not in time: a slow machine gets as far as a fast one.
    await driver.until('opened');
    const deeds = random.below(when === 'work' ? 7 : 4);
    if (deeds > 0) await driver.until('did', deeds);
    await delay(random.below(40));
    if (when === 'shutdown') {
      driver.close();
      await delay(random.below(40));
    }
  }
  return (await driver.kill()) === 'killed' ? when : 'ended';
}

/** Opens what the killed one left, as the next start would, and checks all of it. */
function expectSound(workspaceDir: string): void {
  const keys = deriveKeys(Buffer.from(keyHex, 'hex'));
  const db = openReader({ path: join(workspaceDir, workspaceFiles.database), key: keys.database });
  const vault = openVaultReader({ folder: join(workspaceDir, workspaceFiles.vault), key: keys.vault });
  try {
    expect(verify(db, vault, { everyNthBlob: 1 }).problems).toEqual([]);
    verified += 1;
  } finally {
    vault.close();
    db.close();
  }
}

const subjectsIn = async (user: string, box: string): Promise<readonly string[]> => {
  if (!(await server.folders(user)).includes(box)) return [];
  const mails = await server.messages(user, box);
  return mails.map(({ raw }) => /^Subject: (.*?)\r?$/m.exec(raw.toString('latin1'))?.[1] ?? '').sort();
};

/** What an agent does who is asked: looks with the recipient, and says what is so. */
async function answerQuestions(engine: TestEngine, received: readonly string[]): Promise<number> {
  const { db } = workspaceOf(engine);
  const open = db.all<{ id: string; subject: string }>(
    `SELECT o.id, m.subject FROM outbox o JOIN message m ON m.seq = o.seq WHERE o.state = 'unknown'`,
  );
  for (const { id, subject } of open) {
    const outbox = (await engine.ask('outbox.list', {})).rows.find((row) => row.id === id);
    if (outbox === undefined) throw new Error(`${subject} is asked about, and not listed`);
    if (received.includes(subject)) await engine.ask('outbox.settle', { id: outbox.id, as: 'was-sent' });
    else await engine.ask('outbox.retry', { id: outbox.id });
  }
  return open.length;
}

async function expectNothingLost(
  workspaceDir: string,
  user: string,
  recipient: string,
  acknowledged: readonly Fact[],
): Promise<void> {
  const engine = await openHere(workspaceDir, { channels, lookDelaysMs: [0, 50, 100] });
  try {
    await inStep(engine);
    await outboxAtRest(engine);
    await server.scriptedSmtp().settled();
    await answerQuestions(engine, await subjectsIn(recipient, 'INBOX'));
    await outboxAtRest(engine);
    await server.scriptedSmtp().settled();
    // Each mail arrived once and lies in Sent once: what the server has, not what we think.
    const received = await subjectsIn(recipient, 'INBOX');
    expect(received).toEqual([...new Set(received)]);
    expect(await subjectsIn(user, 'Sent')).toEqual(received);
    const of = (kind: Fact['kind']) => acknowledged.filter((fact) => fact.kind === kind);
    expect(received).toEqual(expect.arrayContaining(of('send').map(({ words }) => words)));
    mailsSent += received.length;

    const { db } = workspaceOf(engine);
    const count = (sql: string, value: string) => db.get<{ n: number }>(sql, [value])?.n;
    for (const { id, words } of of('draft'))
      expect((await engine.ask('draft.get', { id: id as never })).html).toContain(words);
    for (const { words } of of('note'))
      expect([
        words,
        count(`SELECT count(*) AS n FROM event WHERE json_extract(payload, '$.text') = ?`, words),
      ]).toEqual([words, 1]);
    for (const { id } of of('promise'))
      expect([id, count('SELECT count(*) AS n FROM follow_up WHERE id = ?', id)]).toEqual([id, 1]);
    for (const { id } of of('claim'))
      expect([
        id,
        count(
          'SELECT count(*) AS n FROM conversation WHERE id = ? AND (owner_id IS NOT NULL OR merged_into IS NOT NULL)',
          id,
        ),
      ]).toEqual([id, 1]);
    facts += acknowledged.length;

    await lookAgain(engine);
    await expectInStep(engine, user, await truthOn(server, user, ['INBOX', 'Sent']));
  } finally {
    await engine.close();
  }
}

/** One workspace from its first mail to the last kill. */
async function killOne(number: number, kills: number, nextDriver: () => Driver): Promise<void> {
  const random = seededRandom(seed + number);
  const user = `help-${String(number)}@shop.test`;
  const recipient = `customer-${String(number)}@customer.test`;
  const workspaceDir = join(folder.path, `workspace-${String(number)}`);
  const mails = [...generateMailbox({ seed: seed + number, count: firstMails, owner: user })];
  server.seed(
    user,
    'INBOX',
    mails.map(({ raw, date, flags }) => ({ raw, receivedAt: date, flags })),
  );
  const before = await openHere(workspaceDir, { traffic: 'off' });
  await addAccount(before, server, user, plainSettings(server));
  await before.close();

  const acknowledged: Fact[] = [];
  for (let life = 0, killed = 0; killed < kills; life += 1) {
    const name = `${String(number)}.${String(life)}`;
    const driver = nextDriver();
    await driver.until('ready');
    if (life % 2 === 0) server.seed(user, 'INBOX', [{ raw: plainMail(1_000 * number + life, user) }]);
    driver.live({
      ...{ workspaceDir, keyHex, recipient, name, seed: seed + 1_000 * number + life },
      // The lives that are worth a longer start have the threads of the product.
      threads: life % 10 === 9 ? builtThreads : 'inline',
    });
    const when = await liveAndDie(driver, random);
    acknowledged.push(...driver.said().filter(isFact));
    if (when === 'ended') continue;
    struck[when] += 1;
    killed += 1;
    if (killed % verifyEveryNth === 0) expectSound(workspaceDir);
  }
  await expectNothingLost(workspaceDir, user, recipient, acknowledged);
}

describe('an application that is killed five hundred times at work', () => {
  it('opens again each time, loses nothing that it acknowledged, and sends nothing twice', async () => {
    const numbers = Array.from({ length: Math.ceil(wanted / killsOfOne) }, (_, place) => place + 1);
    const lane = async (): Promise<void> => {
      // The next one loads itself while this one is at work.
      let spare = startDriver(bundle);
      const nextDriver = (): Driver => {
        const driver = spare;
        spare = startDriver(bundle);
        return driver;
      };
      try {
        for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
          try {
            await killOne(number, killsOfOne, nextDriver);
          } catch (error) {
            throw new Error(`workspace ${String(number)}, seed ${String(seed)}`, { cause: error });
          }
        }
      } finally {
        await spare.discard();
      }
    };
    await Promise.all([lane(), lane()]);
    const tried = struck.start + struck.work + struck.shutdown;
    tell(
      `faults tried: ${String(tried)} (SIGKILLs: ${String(struck.start)} at the start, ${String(struck.work)} at work, ` +
        `${String(struck.shutdown)} at the end; ${String(verified)} full checks, ${String(facts)} facts, ` +
        `${String(mailsSent)} mails sent; seed ${String(seed)})`,
    );
    expect(tried).toBeGreaterThanOrEqual(wanted);
    expect(facts).toBeGreaterThanOrEqual(wanted);
    expect(mailsSent).toBeGreaterThanOrEqual(wanted / 10);
  }, 1_800_000);
});
