import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killAt, runSteward, startSteward } from '#test/support/faults/steward-process.ts';
import type { Ended } from '#test/support/faults/steward-process.ts';
import {
  atOnce,
  everyPoint,
  expectInStep,
  inStep,
  keyHex,
  makeTemplate,
  openHere,
  tell,
  truthOn,
  workspaceOf,
} from '#test/support/faults/truth.ts';
import type { FolderTruth, Template } from '#test/support/faults/truth.ts';
import { startMailServer } from '#test/support/mail-server/mail-server.ts';
import type { TestEngine } from '#test/support/engine.ts';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import { generateMailbox } from '#test/support/mailbox-generator/generate-mailbox.ts';
import { seededRandom } from '#test/support/mailbox-generator/seeded-random.ts';

const user = 'help@shop.test';
const mailCount = 400;
const seed = 20_261;

let server: MailServer;
let template: Template;
let truths: ReadonlyMap<string, FolderTruth>;

beforeAll(async () => {
  server = await startMailServer({ smtp: 'scripted' });
  const mails = [...generateMailbox({ seed, count: mailCount, owner: user })];
  for (const folder of ['INBOX', 'Sent', 'Archive'] as const) {
    server.seed(
      user,
      folder,
      mails
        .filter((mail) => mail.folder === folder)
        .map(({ raw, date, flags }) => ({ raw, receivedAt: date, flags })),
    );
  }
  template = await makeTemplate(server, user);
  truths = await truthOn(server, user);
});

afterAll(async () => {
  await server.stop();
  template.remove();
});

const sync = (workspace: string): readonly string[] => ['sync', '--once', '--workspace', workspace];

/** Kills a sync where a fault says so; answers whether it was killed or had ended by itself before. */
type Fault = (workspace: string) => Promise<'killed' | 'ended'>;

const outcomeOf = (ended: Ended): 'killed' | 'ended' => {
  if (ended.signal === 'SIGKILL') return 'killed';
  if (ended.code === 0) return 'ended';
  throw new Error(`a sync after a kill ended with ${String(ended.code)}: ${ended.err}`);
};

const atCall =
  (call: string, nth: number): Fault =>
  async (workspace) =>
    outcomeOf(await runSteward(sync(workspace), { keyHex, around: killAt(call, nth) }));

const after =
  (ms: number): Fault =>
  async (workspace) => {
    const running = startSteward(sync(workspace), { keyHex });
    await Promise.race([running.ended, delay(ms)]);
    running.kill();
    return outcomeOf(await running.ended);
  };

/** Kills one first import again and again until a run gets to its end; then everything must be as on the server. */
async function importThrough(
  faults: Iterable<readonly [name: string, fault: Fault]>,
): Promise<readonly string[]> {
  const workspace = template.copy();
  const struck: string[] = [];
  for (const [name, fault] of faults) {
    if ((await fault(workspace)) === 'ended') break;
    struck.push(name);
  }
  const engine = await openHere(workspace);
  try {
    await inStep(engine);
    await expectInStep(engine, user, truths);
    const again = await rowsOf(engine);
    for (const { id } of (await engine.ask('account.list', {})).accounts) {
      await engine.ask('account.repair', { id });
      await inStep(engine);
    }
    expect(await rowsOf(engine)).toEqual(again);
    expect(engine.record.notices).toEqual([]);
  } catch (error) {
    throw new Error(`after ${struck.join(', ')}`, { cause: error });
  } finally {
    await engine.close();
    rmSync(workspace, { recursive: true });
  }
  return struck;
}

const rowsOf = async (engine: TestEngine): Promise<unknown> =>
  workspaceOf(engine).db.get(
    `SELECT (SELECT count(*) FROM message) AS messages, (SELECT count(*) FROM event) AS events,
       (SELECT count(*) FROM location) AS places, (SELECT count(*) FROM conversation) AS conversations`,
  );

describe('a first import that is killed', () => {
  it('at its syncs and in the middle of its writes loses nothing and takes nothing twice', async () => {
    // The first strike of each import goes deeper and deeper; the others follow one another closely.
    const deepest: readonly (readonly [string, readonly number[]])[] = [
      ['fsync', everyPoint ? range(1, 26) : [1, 13, 24]],
      ['fdatasync', everyPoint ? range(1, 8) : [5]],
      ['pwrite64', everyPoint ? range(1, 120).map((n) => n * 29) : [700]],
    ];
    const imports = deepest.flatMap(([call, places]) => places.map((nth) => ({ call, nth })));
    const struck: string[] = [];
    await atOnce(imports, 2, async ({ call, nth }, place) => {
      const random = seededRandom(seed + place);
      const faults = function* (): Generator<readonly [string, Fault]> {
        yield [`${call} ${String(nth)}`, atCall(call, nth)];
        for (let turn = 1; ; turn += 1) {
          const next = random.pick(['fsync', 'fsync', 'fdatasync', 'pwrite64']);
          const at =
            next === 'pwrite64'
              ? 1 + random.below(500)
              : next === 'fsync'
                ? 1 + random.below(5)
                : 1 + random.below(2);
          yield [`${next} ${String(at)}`, atCall(next, at)];
        }
      };
      struck.push(...(await importThrough(faults())));
    });
    tell(
      `killed at ${String(struck.length)} points of ${String(imports.length)} imports, seed ${String(seed)}`,
    );
    expect(struck.length).toBeGreaterThanOrEqual(60);
  }, 900_000);

  it('at random times loses nothing and takes nothing twice', async () => {
    const workspace = template.copy();
    const began = performance.now();
    expect(outcomeOf(await runSteward(sync(workspace), { keyHex }))).toBe('ended');
    const whole = performance.now() - began;
    const wanted = everyPoint ? 500 : 40;
    const struck: string[] = [];
    const lane = async (number: number): Promise<void> => {
      const random = seededRandom(seed + 100 + number);
      while (struck.length < wanted) {
        const faults = function* (): Generator<readonly [string, Fault]> {
          for (;;) {
            const ms = Math.round(whole * (0.15 + random.next() * 0.6));
            yield [`${String(ms)} ms`, after(ms)];
          }
        };
        struck.push(...(await importThrough(faults())));
      }
    };
    await Promise.all([lane(0), lane(1)]);
    tell(
      `killed ${String(struck.length)} times within ${String(Math.round(whole))} ms, seed ${String(seed + 1)}`,
    );
    expect(struck.length).toBeGreaterThanOrEqual(wanted);
  }, 900_000);
});

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}
