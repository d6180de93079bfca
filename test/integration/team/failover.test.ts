import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineOptions } from '#main/engine/engine-options.ts';
import { TeamError } from '#main/engine/team/connection-failure.ts';
import { TeamConnection } from '#main/engine/team/connection.ts';
import { pendingOf } from '#main/engine/store/team/pending.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { eventually } from '#test/support/eventually.ts';
import { LOOPBACK } from '#test/support/ports.ts';
import { startStandby } from '#test/support/postgres/postgres.ts';
import type { TestPostgres } from '#test/support/postgres/postgres.ts';
import { asSuperuser } from '#test/support/postgres/team.ts';
import { differencesAt, openOffice } from '#test/support/team/office.ts';
import type { Colleague, Office } from '#test/support/team/office.ts';

/** Short enough to wait for in a test, long enough for a busy machine. */
const team: EngineOptions['team'] = {
  limits: { connectMs: 10_000, statementMs: 10_000, lockMs: 5_000, answerMs: 12_000 },
  pollMs: 1_000,
};

const withinMs = 60_000;

describe('a database that fails over to its standby', () => {
  let office: Office;
  let standby: TestPostgres;
  /** What the standby follows the first server by. */
  let stream: CuttingProxy;
  let ana: Colleague;
  let bea: Colleague;

  const people = (): readonly Colleague[] => [ana, bea];
  const atStandby = (text: string) =>
    asSuperuser(standby, text.replaceAll('team.', `${office.schema()}.`), office.database);
  const waits = ({ workspace }: Colleague): number => pendingOf(workspace().db).transactions;
  const reasonAt = async (who: Colleague): Promise<string | null> => {
    const status = await who.ask('team.status', {});
    return status.kind === 'member' && status.connection.kind === 'away' ? status.connection.reason : null;
  };
  const isConnected = async (who: Colleague): Promise<boolean> => {
    const status = await who.ask('team.status', {});
    return status.kind === 'member' && status.connection.kind === 'connected';
  };
  const everybodyHas = (letter: string): Promise<unknown> =>
    eventually(() => people().every((who) => who.conversationWith(letter) !== undefined), {
      message: `everybody has "${letter}"`,
      withinMs,
    });
  const matter = async (letter: string): Promise<ConversationId> => {
    await ana.takeIn([{ id: letter }]);
    return eventually(() => bea.conversationWith(letter), { message: `Bea has "${letter}"`, withinMs });
  };
  const isHandedIn = (): Promise<unknown> =>
    eventually(() => people().every((who) => waits(who) === 0), {
      message: 'everything is handed in',
      withinMs: 90_000,
    });
  const note = (who: Colleague, conversation: ConversationId, text: string) =>
    who.ask('note.add', { conversation, text, mentions: [] });
  const positionAt = async (
    ask: (text: string) => Promise<readonly Record<string, unknown>[]>,
    what: string,
  ) => String((await ask(`SELECT ${what}::text AS at`))[0]?.['at']);

  beforeAll(async () => {
    office = await openOffice();
    stream = await startCuttingProxy({ port: office.postgres.port });
    standby = await startStandby(stream.port);
    ana = await office.found('Ana', { team, others: [standby.port] });
    bea = await office.hire('Bea', { team });
  });
  afterAll(async () => {
    await office.close();
    await standby.stop();
    await stream.stop();
  });

  it('is found behind a server that takes no changes, and none is found where all are such', async () => {
    const login = {
      ...{ host: LOOPBACK, database: 'postgres', schema: '', pin: null },
      ...{ role: 'postgres', password: '' },
    };
    const { signal } = new AbortController();
    const others = [{ host: LOOPBACK, port: office.postgres.port }];
    const connection = await TeamConnection.open({ ...login, port: standby.port, others }, { signal });
    expect(connection.where).toBe(`${LOOPBACK}:${String(office.postgres.port)}`);
    await connection.close();
    const refused = await TeamConnection.open({ ...login, port: standby.port }, { signal }).catch(
      (error: unknown) => error,
    );
    expect(refused instanceof TeamError ? refused.failure.kind : refused).toBe('read-only');
  });

  it('goes on there with everything, also with what the standby had never received', async () => {
    const kept = await matter('before the failover');
    await note(bea, kept, 'both servers have it');
    await isHandedIn();
    const written = await positionAt(office.sql, 'pg_current_wal_flush_lsn()');
    await eventually(
      async () =>
        (await atStandby(`SELECT pg_last_wal_replay_lsn() >= '${written}' AS is`))[0]?.['is'] === true,
      { message: 'the standby has it', withinMs },
    );

    // The last commits stay with the first server.
    await stream.refuse();
    stream.now({ kind: 'cut' });
    await note(bea, kept, 'the first server alone has it');
    await bea.ask('conversation.claim', { ids: [kept] });
    const late = await matter('late mail');
    await note(ana, late, 'late note');
    await isHandedIn();
    expect(await atStandby("SELECT 1 FROM team.event WHERE payload::text LIKE '%alone has it%'")).toEqual([]);
    await office.postgres.kill();

    await note(bea, kept, 'while no server is there');
    await bea.takeIn([{ id: 'mail meanwhile' }]);
    for (const who of people()) {
      await eventually(async () => (await reasonAt(who)) !== null, {
        message: `${who.name} is told that the database is away`,
        withinMs,
      });
      await who.ask('conversation.claim', { ids: [late] });
    }
    await ana.engine().engine.close();
    await atStandby('SELECT pg_promote()');
    await eventually(() => isConnected(bea), { message: 'Bea is connected', withinMs });
    const has = async (text: string): Promise<boolean> =>
      (await atStandby(`SELECT 1 FROM team.event WHERE payload::text LIKE '%${text}%'`)).length > 0;
    await eventually(() => has('while no server is there'), {
      message: 'what Bea did does not wait for Ana',
      withinMs,
    });
    // What Bea claimed was lost with the first server, and Ana alone can tell it again.
    expect(waits(bea)).toBeGreaterThan(0);
    await ana.restart();
    await isHandedIn();
    await eventually(() => isConnected(ana), { message: 'Ana is connected', withinMs });

    await note(ana, kept, 'after the failover');
    await everybodyHas('mail meanwhile');
    await isHandedIn();
    const there: Office = { ...office, sql: atStandby };
    for (const who of people()) {
      await eventually(
        async () => {
          expect(await differencesAt(there, who)).toEqual([]);
          return true;
        },
        {
          message: `${who.name} has what the team has`,
          ...{ withinMs, everyMs: 200 },
        },
      );
    }
    for (const text of [
      'both servers have it',
      'the first server alone has it',
      'late note',
      'while no server is there',
      'after the failover',
    ]) {
      const rows = await atStandby(
        `SELECT 1 FROM team.event WHERE kind = 'note.added' AND payload::text LIKE '%${text}%'`,
      );
      expect([text, rows.length]).toEqual([text, 1]);
    }
    for (const id of [kept, late]) {
      const claims = await atStandby(
        `SELECT 1 FROM team.event WHERE stream = '${id}' AND kind = 'conversation.claimed'`,
      );
      expect([id, claims.length]).toEqual([id, 1]);
    }
    const logs = people().map(({ workspace }) =>
      workspace().db.all(
        `SELECT c.id, e.rev, e.id AS event FROM event e JOIN conversation c ON c.num = e.conversation_num
         ORDER BY c.id, e.rev`,
      ),
    );
    expect(logs[0]).toEqual(logs[1]);
    const gaps = await atStandby(
      'SELECT stream FROM team.event GROUP BY stream HAVING count(*) <> max(rev) OR min(rev) <> 1',
    );
    expect(gaps).toEqual([]);
  });
});
