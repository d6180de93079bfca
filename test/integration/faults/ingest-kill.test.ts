import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killAt, runSteward } from '#test/support/faults/steward-process.ts';
import type { Ended } from '#test/support/faults/steward-process.ts';
import {
  everyPoint,
  expectInStep,
  inStep,
  lookAgain,
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
import { seedMails } from '#test/support/mailbox-generator/seed-mails.ts';
import { seededRandom } from '#test/support/mailbox-generator/seeded-random.ts';

const user = 'help@shop.test';
const mailCount = 400;
const seed = 20_261;

let server: MailServer;
let template: Template;
let truths: ReadonlyMap<string, FolderTruth>;

beforeAll(async () => {
  server = await startMailServer({ smtp: 'scripted' });
  seedMails(server, user, [...generateMailbox({ seed, count: mailCount, owner: user })]);
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
    await lookAgain(engine);
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

/** How far on the next strike is at most, in calls of its kind. */
const reach = { fsync: 3, fdatasync: 2, pwrite64: 300, pwritev: 60 } as const;

/** Where the first strike of an import comes, deeper and deeper into it; the others follow one another closely. */
const firstStrikes: readonly (readonly [call: string, nth: number])[] = everyPoint
  ? [
      ...range(1, 20).map((nth) => ['fsync', nth] as const),
      ...range(1, 6).map((nth) => ['fdatasync', nth] as const),
      ...range(1, 100).map((n) => ['pwrite64', n * 17] as const),
      ...range(1, 20).map((n) => ['pwritev', n * 13] as const),
    ]
  : [
      ['fsync', 1],
      ['pwrite64', 500],
      ['fdatasync', 3],
      ['pwritev', 90],
      ['fsync', 8],
    ];
const wanted = everyPoint ? 600 : 48;

describe('a first import that is killed', () => {
  it('at its syncs and in the middle of its writes loses nothing and takes nothing twice', async () => {
    const struck: string[] = [];
    let imports = 0;
    const lane = async (): Promise<void> => {
      while (imports < firstStrikes.length || struck.length < wanted) {
        const random = seededRandom(seed + imports);
        const [call, nth] = firstStrikes[imports % firstStrikes.length] ?? ['fsync', 1];
        imports += 1;
        const faults = function* (): Generator<readonly [string, Fault]> {
          yield [`${call} ${String(nth)}`, atCall(call, nth)];
          for (;;) {
            const next = random.pick(['fsync', 'fsync', 'fdatasync', 'pwrite64', 'pwritev']);
            const at = 1 + random.below(reach[next]);
            yield [`${next} ${String(at)}`, atCall(next, at)];
          }
        };
        struck.push(...(await importThrough(faults())));
      }
    };
    await Promise.all([lane(), lane()]);
    tell(
      `faults tried: ${String(struck.length)} (SIGKILLs at a sync or a write of ${String(imports)} imports; seed ${String(seed)})`,
    );
    expect(struck.length).toBeGreaterThanOrEqual(wanted);
  }, 1_800_000);
});

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}
