import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openReader } from '#main/engine/store/driver.ts';
import type { ReadableDb } from '#main/engine/store/driver.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { pendingOf } from '#main/engine/store/team/pending.ts';
import { teamProgress } from '#main/engine/store/team/progress.ts';
import { verify } from '#main/engine/store/verify.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import { eventually } from '#test/support/eventually.ts';
import { countCalls, killAt, runSteward, startSteward } from '#test/support/faults/steward-process.ts';
import type { Ended } from '#test/support/faults/steward-process.ts';
import { everyPoint, keyHex, openHere, tell, workspaceOf } from '#test/support/faults/truth.ts';
import { rawPages } from '#test/support/store/raw-pages.ts';
import { openOffice } from '#test/support/team/office.ts';
import type { Colleague, Office } from '#test/support/team/office.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

const calls = ['fsync', 'fdatasync', 'pwrite64', 'write'] as const;
/** So many moments of each kind of call, spread over all that one erasure makes. */
const pointsOfEach = everyPoint ? 20 : 5;
/** Where in all calls of one kind, from the first on. */
const spread = Array.from({ length: pointsOfEach }, (_, place) => place / pointsOfEach);
/** So often the command is killed as soon as the team's database has erased. */
const seen = Array.from({ length: everyPoint ? 20 : 6 }, () => ({ call: 'seen', part: 0 }) as const);
const customers = calls.length * pointsOfEach + seen.length + 2;
const wordOf = (customer: number): string => `qxkwer${String(customer).padStart(3, '0')}bel`;
const lettersEach = 3;

const keys = deriveKeys(Buffer.from(keyHex, 'hex'));
const folder = makeTempDirectory('team-erase-kill');
const dirOf = (name: string): string => join(folder.path, name);
const at = (name: string) => ({ workspaceDir: dirOf(name), key: { kind: 'given' as const, hex: keyHex } });

let office: Office;
let ana: Colleague;

/** The erasing command, as a lead types it. */
const erase = (customer: number): readonly string[] => [
  ...['customer', 'erase', `${wordOf(customer)}@customer.test`, '--yes', '--workspace', dirOf('Lea')],
];
const keepUp = ['run', '--once', '--workspace', dirOf('Omar')];

/** The team's tables that hold something of a customer. */
const tables = ['document', 'event', 'link', 'accepted_push', 'team_send', 'erasing', 'erasing_address'];

/** How many rows of the team's tables have the word. */
const rowsWith = async (word: string): Promise<number> => {
  const counts = tables.map(
    (table) => `(SELECT count(*)::integer FROM team.${table} t WHERE to_jsonb(t)::text LIKE '%${word}%')`,
  );
  const [count] = await office.sql(`SELECT ${counts.join(' + ')} AS n`);
  return Number(count?.['n']);
};

/** Which of these words stand in a device's rows. */
const heldIn = (db: ReadableDb, words: readonly string[]): readonly string[] => {
  const columns = db.all<{ name: string; col: string }>(
    `SELECT m.name, c.name AS col FROM sqlite_schema m, pragma_table_info(m.name) c
     WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'`,
  );
  const text = columns
    .flatMap(({ name, col }) =>
      db.all<{ text: string | null }>(
        `SELECT lower(CAST("${col}" AS TEXT)) AS text FROM "${name}" WHERE instr(lower(CAST("${col}" AS TEXT)), 'qxkwer') > 0`,
      ),
    )
    .map(({ text: one }) => one)
    .join('\n');
  return words.filter((word) => text.includes(word));
};

/** What a device has of an erasure at the moment, read beside it. */
const standing = (name: string): { readonly known: number; readonly open: number } => {
  const db = openReader({ path: join(dirOf(name), workspaceFiles.database), key: keys.database });
  try {
    const row = db.get<{ known: number; open: number }>(
      'SELECT count(*) AS known, ifnull(sum(done_at IS NULL), 0) AS open FROM erasure',
    );
    return row ?? { known: 0, open: 0 };
  } finally {
    db.close();
  }
};

/** Starts a device again and waits until it has what the team has, all that was begun ended; answers which words its rows hold. */
const startAgain = async (name: string, words: readonly string[]): Promise<readonly string[]> => {
  const engine = await openHere(dirOf(name));
  try {
    const { db, vault } = workspaceOf(engine);
    const newest = await office.sql('SELECT coalesce(max(seq), 0)::integer AS seq FROM team.erasure');
    await eventually(
      async () => {
        const { rows } = await engine.ask('erasure.list', {});
        return (
          teamProgress(db)?.phase === 'whole' &&
          (teamProgress(db)?.erasedSeq ?? 0) >= Number(newest[0]?.['seq']) &&
          pendingOf(db).transactions === 0 &&
          rows.every(({ doneAt }) => doneAt !== null)
        );
      },
      { message: `${name} has ended what was begun`, withinMs: 60_000 },
    );
    expect(verify(db, vault, { everyNthBlob: 1 }).problems).toEqual([]);
    return heldIn(db, words);
  } finally {
    await engine.close();
  }
};

beforeAll(async () => {
  office = await openOffice();
  ana = await office.found('Ana', at('Ana'));
  const others = [
    await office.hire('Lea', { role: 'lead', ...at('Lea') }),
    await office.hire('Omar', at('Omar')),
  ];
  const written = Date.now() - 24 * 60 * 60_000;
  await ana.takeIn(
    Array.from({ length: customers * lettersEach }, (_, place) => {
      const customer = Math.floor(place / lettersEach);
      const word = wordOf(customer);
      return {
        ...{ id: `letter-${String(place)}`, at: written + place * 1_000, subject: `About ${word}` },
        ...{ from: { name: `Customer ${word}`, address: `${word}@customer.test` }, text: `Words ${word}` },
      };
    }),
  );
  const last = `letter-${String(customers * lettersEach - 1)}`;
  for (const who of others) {
    await eventually(() => who.conversationWith(last), {
      message: `${who.name} has all`,
      withinMs: 120_000,
    });
    await eventually(() => teamProgress(who.workspace().db)?.phase === 'whole', { message: 'all is here' });
    await who.close();
  }
});
afterAll(async () => {
  await office.close();
  folder.remove();
});

type Counts = ReadonlyMap<string, number>;
const nth = (counts: Counts, call: string, part: number): number =>
  1 + Math.floor((counts.get(call) ?? 0) * part);

/** Kills the command once the database has erased, which is before the device has, or while it does. */
const killWhenSeen = async (customer: number): Promise<Ended> => {
  const word = wordOf(customer);
  const running = startSteward(erase(customer), { keyHex });
  await eventually(async () => running.hasEnded() || (await rowsWith(word)) === 0, {
    message: 'the team has erased',
    withinMs: 60_000,
    everyMs: 1,
  });
  running.kill();
  return running.ended;
};

/** What a kill left behind, by what the team and the device of whoever erased had of it. */
type Left = 'nothing was erased' | 'the team alone' | 'begun here' | 'ended';

describe('an erasure for a team', () => {
  it('is all or nothing wherever the command or a colleague’s device is killed, and ends at the next start', async () => {
    let made: Counts = new Map();
    let heard: Counts = new Map();
    // The first one empties more than the others will.
    for (const customer of [0, 1]) {
      made = await countCalls(erase(customer), calls, { keyHex });
      heard = await countCalls(keepUp, calls, { keyHex });
    }
    const points = calls.flatMap((call) => spread.map((part) => ({ call, part })));
    const left = new Map<Left, number>();
    const struck = { command: 0, colleague: 0 };
    const gone = [wordOf(0), wordOf(1)];
    const stay: string[] = [];
    for (const [place, { call, part }] of [...points, ...seen].entries()) {
      const customer = place + 2;
      const word = wordOf(customer);
      const before = { rows: await rowsWith(word), known: standing('Lea').known };
      expect(before.rows).toBeGreaterThan(lettersEach);
      const ended = await (call === 'seen'
        ? killWhenSeen(customer)
        : runSteward(erase(customer), { keyHex, around: killAt(call, nth(made, call, part)) }));
      if (ended.signal === 'SIGKILL') struck.command += 1;
      else expect([ended.code, ended.err]).toEqual([0, '']);
      const rows = await rowsWith(word);
      expect([0, before.rows]).toContain(rows);
      const found = standing('Lea');
      const how: Left =
        rows > 0
          ? 'nothing was erased'
          : found.known === before.known
            ? 'the team alone'
            : found.open > 0
              ? 'begun here'
              : 'ended';
      left.set(how, (left.get(how) ?? 0) + 1);
      (rows > 0 ? stay : gone).push(word);
      expect(await startAgain('Lea', [...gone, ...stay])).toEqual(stay);
      const [theirs, share] = call === 'seen' ? (['pwrite64', 0.5] as const) : ([call, part] as const);
      const around = killAt(theirs, nth(heard, theirs, share));
      const other = await runSteward(keepUp, { keyHex, around });
      if (other.signal === 'SIGKILL') struck.colleague += 1;
      else expect([other.code, other.err]).toEqual([0, '']);
      expect(await startAgain('Omar', [...gone, ...stay])).toEqual(stay);
    }
    tell(
      `killed ${String(struck.command)} commands and ${String(struck.colleague)} colleagues in the midst of erasing: ${JSON.stringify(Object.fromEntries(left))}`,
    );
    expect(struck.command).toBeGreaterThanOrEqual(points.length / 3);
    expect(struck.colleague).toBeGreaterThanOrEqual(points.length / 5);
    expect(left.get('nothing was erased') ?? 0).toBeGreaterThan(0);
    expect((left.get('the team alone') ?? 0) + (left.get('begun here') ?? 0)).toBeGreaterThan(1);

    // Nothing of whoever went lies in the files of a device that was killed, the pages of its database decrypted.
    for (const name of ['Lea', 'Omar']) {
      const path = join(dirOf(name), workspaceFiles.database);
      const pages = rawPages(path, keys.database);
      expect([name, gone.filter((word) => pages.includes(word))]).toEqual([name, []]);
      expect([name, stay.filter((word) => !pages.includes(word))]).toEqual([name, []]);
    }
    await eventually(() => heldIn(ana.workspace().db, [...gone, ...stay]).join() === stay.join(), {
      message: 'the device that nobody killed has erased them too',
      withinMs: 60_000,
    });
  });
});
