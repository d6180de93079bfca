import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { pendingOf } from '#main/engine/store/team/pending.ts';
import { teamProgress } from '#main/engine/store/team/progress.ts';
import { eventually } from '../../support/eventually.ts';
import { openOffice } from '../../support/team/office.ts';
import type { Office } from '../../support/team/office.ts';
import { isQuick, tell } from '../kit/rows.ts';
import type { BenchRow } from '../kit/rows.ts';
import { WireMember } from './members.ts';
import { keptIds, messagesEach, readPattern, writePast } from './past.ts';

// Fifty members over one PostgreSQL that keeps its promises (fsync), with a past of a million messages. One founder and one newcomer are
// real engines; the others speak the same functions over connections of their own. Everything runs on this machine, the database too.

const number = (name: string, usual: number): number => {
  const given = process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1];
  return given === undefined ? usual : Number(given);
};

const messages = number('messages', isQuick ? 10_000 : 1_000_000);
const memberCount = number('members', 50);
const seconds = number('seconds', isQuick ? 10 : 60);
/** Pushes a second, of all members together: more than 50 people write. */
const pushesASecond = number('pushes', 5);
const pastYears = 3;
const day = 24 * 60 * 60_000;

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);

/** Processor time of everything that belongs to the database, in s: clock ticks of 10 ms (proc(5)). */
const databaseTime = (port: number): number => {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const stats = pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [, ppid, , , , , , , , , utime, stime, cutime, cstime] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ');
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return [{ pid, ppid, command, ticks: [utime, stime, cutime, cstime].map(Number) }];
    } catch {
      return [];
    }
  });
  const head = stats.find(({ command }) => command.includes(`\0-p\0${String(port)}\0`));
  if (head === undefined) throw new Error('the database is not running');
  // Children that ended are in their parent's account; those that live have their own.
  const [, , ended = 0, endedInKernel = 0] = head.ticks;
  const living = stats
    .filter(({ pid, ppid }) => pid === head.pid || ppid === head.pid)
    .reduce((sum, { ticks: [user = 0, system = 0] }) => sum + user + system, 0);
  return (living + ended + endedInKernel) / 100;
};

/** A way in with all rights, in the team's schema. */
const superuser = async (office: Office): Promise<Client> => {
  const [row] = await office.sql(
    `SELECT current_database() AS database, n.nspname AS schema FROM pg_namespace n WHERE n.nspname LIKE 'steward\\_%'`,
  );
  const client = new Client({
    host: '127.0.0.1',
    port: office.postgres.port,
    user: 'postgres',
    database: String(row?.['database']),
  });
  // Ended with the server where something else has failed.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`SET search_path = "${String(row?.['schema'])}", pg_catalog`);
  return client;
};

/** The middle of some calls, each of which must cost the same however much happened before: ms. */
const costs = async (member: WireMember): Promise<Readonly<Record<string, number>>> => {
  const middle = async (run: () => Promise<number>): Promise<number> => {
    const times: number[] = [];
    for (let n = 0; n < 30; n += 1) times.push(await run());
    return at(sorted(times), 0.5);
  };
  return {
    'a push': await middle(async () => (await member.write(() => undefined)).ms),
    'a pull of nothing': await middle(() => member.time('pull', 1_000_000_000, 500)),
    'the newest page': await middle(() => member.time('recent', null, null, 100)),
    hello: await middle(() => member.time('hello', 2)),
  };
};

const office = await openOffice(['fsync=on', 'full_page_writes=on', 'max_connections=150']);
const waiting = new Map<string, number>();
const delays: number[] = [];
const got = (document: string): void => {
  const began = waiting.get(document);
  if (began !== undefined) delays.push(performance.now() - began);
};

try {
  const founder = await office.found('Ana');
  const now = Date.now() - day;
  await founder.takeIn(
    Array.from({ length: messagesEach }, (_, n) => ({
      id: `pattern-${String(n)}`,
      parents: n === 0 ? [] : [`pattern-${String(n - 1)}`],
      at: now + n * 60_000,
      direction: n % 2 === 0 ? ('in' as const) : ('out' as const),
      ...(n % 2 === 0
        ? { from: { name: 'Carla', address: 'customer@customers.example' } }
        : { to: [{ name: 'Carla', address: 'customer@customers.example' }] }),
      text: `Dear team, my order of pattern${String(n)} has not come, and nobody could tell me when it will. ${'It was the blue one with the long handle. '.repeat(12)}`,
    })),
  );
  await eventually(() => pendingOf(founder.workspace().db).transactions === 0, {
    message: 'the first conversation is the team’s',
    withinMs: 60_000,
  });
  const root = await superuser(office);
  const pattern = await readPattern(root);
  const kept = await keptIds(root);
  const conversations = Math.floor(messages / messagesEach);
  const every = Math.max(1, Math.floor((pastYears * 365 * day) / conversations));
  const small = Math.min(2_000, conversations);
  await writePast(root, pattern, kept, { from: 1, to: small, every });
  await root.query('ANALYZE');

  const crowd: WireMember[] = [];
  for (let n = 0; n < memberCount; n += 1)
    crowd.push(await WireMember.join(office.postgres, founder, `Member ${String(n)}`, got));
  const [first] = crowd;
  if (first === undefined) throw new Error('nobody is there');
  const before = await costs(first);

  const seeding = performance.now();
  await writePast(root, pattern, kept, { from: small, to: conversations, every });
  await root.query('ANALYZE');
  const seeded = (performance.now() - seeding) / 1_000;
  const after = await costs(first);

  delays.length = 0;
  const used = databaseTime(office.postgres.port);
  const pushes: number[] = [];
  const started = performance.now();
  for (let n = 0; (performance.now() - started) / 1_000 < seconds; n += 1) {
    const due = started + (n * 1_000) / pushesASecond;
    await delay(Math.max(0, due - performance.now()));
    const member = crowd[n % crowd.length] ?? first;
    const { ms } = await member.write((message) => waiting.set(message, performance.now()));
    pushes.push(ms);
  }
  await eventually(() => delays.length >= pushes.length * memberCount, {
    message: 'everybody has everything',
    withinMs: 60_000,
  });
  const wall = (performance.now() - started) / 1_000;
  const load = ((databaseTime(office.postgres.port) - used) / wall) * 100;

  const [size] = await office.sql('SELECT pg_database_size(current_database()) AS bytes');
  const joining = performance.now();
  const newcomer = await office.hire('Bea');
  const phase = (): string | undefined => teamProgress(newcomer.workspace().db)?.phase;
  const count = (): number =>
    newcomer.workspace().db.get<{ n: number }>('SELECT count(*) AS n FROM message')?.n ?? 0;
  await eventually(() => phase() !== 'recent', {
    message: 'the last 90 days',
    withinMs: 600_000,
    everyMs: 200,
  });
  const recent = (performance.now() - joining) / 1_000;
  const recentCount = count();
  const older = performance.now();
  await eventually(() => phase() === 'whole' || performance.now() - older > seconds * 1_000, {
    message: 'some of the rest',
    withinMs: seconds * 2_000,
    everyMs: 500,
  });
  const rest = (count() - recentCount) / ((performance.now() - older) / 1_000);

  const sortedDelays = sorted(delays);
  /** Tells one number of the team's; `most` is what it may be, where something is promised of it. */
  const told = (what: string, unit: BenchRow['unit'], values: readonly number[], most?: number): void =>
    tell({
      measure: 'Team',
      what,
      size: messages,
      unit,
      values,
      ...(most === undefined ? {} : { limit: { goal: most, gate: most } }),
    });
  told('the past, written into the database', 's', [seeded]);
  told('size of the database', 'MiB', [Number(size?.['bytes']) / 1_048_576]);
  told(`a newcomer has the last 90 days (${String(recentCount)} messages)`, 's', [recent], 60);
  told('a newcomer gets what is older', 'msg/s', [rest]);
  told(`from a push to all of ${String(memberCount)} members, p50`, 'ms', [at(sortedDelays, 0.5)]);
  told(`from a push to all of ${String(memberCount)} members, p95`, 'ms', [at(sortedDelays, 0.95)], 2_000);
  told('a push, p50', 'ms', [at(sorted(pushes), 0.5)]);
  told('a push, p95', 'ms', [at(sorted(pushes), 0.95)]);
  told(`the database at ${String(pushesASecond)} pushes a second, of one core`, '%', [load]);
  for (const [what, ms] of Object.entries(after))
    told(
      `${what}, times that with ${String(small * messagesEach)} messages`,
      'x',
      [ms / Math.max(before[what] ?? ms, 1)],
      2,
    );
  await Promise.all(crowd.map((member) => member.close()));
  await root.end();
} finally {
  await office.close();
}
