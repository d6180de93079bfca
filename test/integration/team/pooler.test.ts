import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { teamLogin } from '#main/engine/store/read/team-login.ts';
import { Collector } from '#main/engine/team/collector/collector.ts';
import type { CollectorLine } from '#main/engine/team/collector/collector.ts';
import { TeamConnection, usualLimits } from '#main/engine/team/connection.ts';
import { pendingOf } from '#main/engine/store/team/pending.ts';
import type { AccountId, ConversationId } from '#shared/kit/brand.ts';
import { eventually } from '#test/support/eventually.ts';
import { startBouncer } from '#test/support/postgres/bouncer.ts';
import type { Bouncer } from '#test/support/postgres/bouncer.ts';
import { differencesAt, openOffice } from '#test/support/team/office.ts';
import type { Colleague, Office } from '#test/support/team/office.ts';

const withinMs = 60_000;
const account = 'the shared mailbox' as AccountId;

let office: Office;
let ana: Colleague;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  office = await openOffice();
  ana = await office.found('Ana');
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
afterAll(() => office.close());

const bouncerIn = async (mode: 'session' | 'transaction'): Promise<Bouncer> => {
  const bouncer = await startBouncer(office.postgres.port, mode);
  ends.push(bouncer.stop);
  return bouncer;
};

const hired = async (name: string, port: number): Promise<Colleague> => {
  const colleague = await office.hire(name, { port });
  ends.push(colleague.close);
  return colleague;
};

const loginOf = (who: Colleague, port: number) => {
  const login = teamLogin(who.workspace().db);
  if (login === null) return expect.unreachable(`${who.name} belongs to no team`);
  return { ...login.credentials, port };
};

/** A line as the sync lays it. */
const lineOf = async (who: Colleague, port: number, signal = new AbortController().signal) => {
  const connection = await TeamConnection.open(loginOf(who, port), {
    signal,
    // A busy machine may take its time over a notice.
    limits: { ...usualLimits, connectMs: 20_000 },
  });
  ends.push(() => connection.close());
  return connection;
};

/** What decides on a device whether it reads the account, over a line of its own. */
const collectorAt = (who: Colleague, port: number): Collector => {
  const { clock, log } = who.workspace();
  const collector = new Collector({
    ...{ clock, log, chance: () => 0 },
    open: async (signal): Promise<CollectorLine> => {
      const connection = await lineOf(who, port, signal);
      return {
        hears: connection.hears,
        ended: connection.ended,
        call: (name, parameters) => connection.call(name, parameters),
        query: (text, parameters) => connection.query(text, parameters),
        listen: () => Promise.resolve(),
        close: () => connection.close(),
      };
    },
    // The kind that bears a single reader.
    collectable: () => [{ account, one: true }],
    begin: () => Promise.resolve(),
    changed: () => undefined,
    readerOf: () => null,
    heard: () => undefined,
  });
  ends.push(() => collector.stop());
  collector.start();
  return collector;
};

const reads = (collector: Collector): boolean => collector.mayPull(account).kind === 'yes';

const mayBothRead = async (...people: readonly Colleague[]): Promise<void> => {
  for (const who of people) {
    await office.sql(
      `INSERT INTO team.account_keeper (account, member)
       SELECT '${account}', m.id FROM team.member m WHERE m.name = '${who.name}' ON CONFLICT DO NOTHING`,
    );
  }
};

const arrives = (who: Colleague, letter: string): Promise<ConversationId> =>
  eventually(() => who.conversationWith(letter), { message: `${who.name} has ${letter}`, withinMs });

const worksWith = async (who: Colleague, letter: string): Promise<void> => {
  await ana.takeIn([{ id: letter }]);
  const id = await arrives(who, letter);
  await who.ask('conversation.claim', { ids: [id] });
  await who.takeIn([{ id: `${letter} again` }]);
  await arrives(ana, `${letter} again`);
  await eventually(async () => (await ana.ask('conversation.get', { id })).owner !== null, {
    message: 'Ana sees who has it',
    withinMs,
  });
  // What is looked at is told by whoever sits behind the pooler.
  await who.ask('team.present', { conversation: id, typing: true });
  await eventually(async () => (await ana.ask('team.presence', { conversation: id })).present.length === 1, {
    message: `Ana sees that ${who.name} types`,
    withinMs,
  });
  await eventually(
    async () =>
      pendingOf(who.workspace().db).transactions === 0 && (await differencesAt(office, who)).length === 0,
    { message: `${who.name} has what the team has`, withinMs },
  );
};

describe('a team behind PgBouncer', () => {
  it('in session mode is as good as connected directly: notices come, and locks hold', async () => {
    const { port } = await bouncerIn('session');
    const bea = await hired('Bea', port);
    await worksWith(bea, 'by session');
    const line = await eventually(
      async () => {
        const laid = await lineOf(bea, port);
        return laid.hears ? laid : null;
      },
      { message: 'a notice comes through', withinMs },
    );
    const heard: string[] = [];
    await line.listen('somebody', (payload) => heard.push(payload));
    await office.sql(`SELECT pg_notify('somebody', 'hello')`);
    await eventually(() => heard.includes('hello'), { message: 'it is heard', withinMs });
    await mayBothRead(bea);
    const collector = collectorAt(bea, port);
    await eventually(() => reads(collector), { message: 'Bea reads', withinMs });
    expect(collector.locks).toBe(true);
    expect(await office.sql(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted`)).toHaveLength(
      1,
    );
  });

  it('in transaction mode looks instead of listening, and promises by the clock keep one reader', async () => {
    const { port } = await bouncerIn('transaction');
    const cleo = await hired('Cleo', port);
    await worksWith(cleo, 'by transaction');
    expect((await lineOf(cleo, port)).hears).toBe(false);

    const dia = await hired('Dia', port);
    await mayBothRead(cleo, dia);
    const first = collectorAt(cleo, port);
    await eventually(() => reads(first), { message: 'Cleo reads', withinMs });
    const second = collectorAt(dia, port);
    await eventually(() => second.standing(account)?.told.kind === 'other', {
      message: 'Dia’s device knows who reads',
      withinMs,
    });
    expect([first.locks, second.locks]).toEqual([false, false]);
    expect([reads(first), reads(second)]).toEqual([true, false]);
    expect(await office.sql(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted`)).toHaveLength(
      0,
    );
    await first.stop();
    await eventually(() => reads(second), { message: 'Dia reads', withinMs });
    expect(second.locks).toBe(false);
  });
});
