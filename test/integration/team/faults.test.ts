import { createServer } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineOptions } from '#main/engine/engine-options.ts';
import { pendingOf } from '#main/engine/store/team/pending.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { eventually, stays } from '#test/support/eventually.ts';
import { LOOPBACK } from '#test/support/ports.ts';
import { differencesAt, openOffice } from '#test/support/team/office.ts';
import type { Colleague, Office } from '#test/support/team/office.ts';

/** Short enough to wait for in a test, long enough for a busy machine. */
const team: EngineOptions['team'] = {
  limits: { connectMs: 5_000, statementMs: 2_500, lockMs: 1_000, answerMs: 3_000 },
  pollMs: 1_000,
};

const waits = ({ workspace }: Colleague): number => pendingOf(workspace().db).transactions;

const lineOf = async (who: Colleague): Promise<{ readonly kind: string; readonly reason?: string }> => {
  const status = await who.ask('team.status', {});
  return status.kind === 'member' ? status.connection : status;
};

describe('a team whose database has a bad day', () => {
  let office: Office;
  let ana: Colleague;
  let bea: Colleague;
  let line: CuttingProxy;
  let matters = 0;

  const matter = async (): Promise<ConversationId> => {
    matters += 1;
    const letter = `matter-${String(matters)}`;
    await ana.takeIn([{ id: letter }]);
    return eventually(() => bea.conversationWith(letter), { message: 'Bea has it', withinMs: 60_000 });
  };
  const note = (conversation: ConversationId, text: string) =>
    bea.ask('note.add', { conversation, text, mentions: [] });
  const notesWith = async (text: string): Promise<number> => {
    const rows = await office.sql(
      `SELECT 1 FROM team.event WHERE kind = 'note.added' AND payload::text LIKE '%${text}%'`,
    );
    return rows.length;
  };
  /** Everything is handed in, once, and both have the same. */
  const isGoodAgain = async (text: string): Promise<void> => {
    await eventually(() => waits(bea) === 0 && waits(ana) === 0, {
      message: 'everything is handed in',
      withinMs: 90_000,
    });
    await eventually(async () => (await notesWith(text)) > 0, {
      message: 'the database has it',
      withinMs: 60_000,
    });
    expect(await notesWith(text)).toBe(1);
    for (const who of [ana, bea]) {
      await eventually(async () => (await differencesAt(office, who)).length === 0, {
        message: `${who.name} has what the team has`,
        withinMs: 60_000,
        everyMs: 200,
      });
    }
  };
  const isAway = (who: Colleague): Promise<string> =>
    eventually(
      async () => {
        const { kind, reason } = await lineOf(who);
        return kind === 'away' ? reason : null;
      },
      { message: `${who.name} is told that the database is away`, withinMs: 60_000 },
    );

  beforeAll(async () => {
    office = await openOffice();
    ana = await office.found('Ana', { team });
    line = await startCuttingProxy({ port: office.postgres.port });
    bea = await office.hire('Bea', { team, port: line.port });
  });
  afterAll(async () => {
    await office.close();
    await line.stop();
  });

  it('loses nothing by a crash, in the middle of work', async () => {
    const id = await matter();
    await note(id, 'before the crash');
    await office.postgres.kill();
    await note(id, 'during the crash');
    expect(['connection-refused', 'no-answer', 'starting-up']).toContain(await isAway(bea));
    await office.postgres.restart();
    await isGoodAgain('during the crash');
    expect(await notesWith('before the crash')).toBe(1);
  });

  it('does not say twice what was accepted when the answer was lost', async () => {
    const id = await matter();
    // The commit is there; the line breaks in the middle of saying so.
    line.cutWhen({
      direction: 'to client',
      place: { kind: 'after pattern', pattern: '"accep' },
      action: { kind: 'cut' },
    });
    await note(id, 'said once');
    await eventually(() => line.strikes() > 0, { message: 'the answer was lost', withinMs: 60_000 });
    await isGoodAgain('said once');
  });

  it('notices a line that is dead on the other side only', async () => {
    const id = await matter();
    line.now({ kind: 'half-open' });
    await note(id, 'into the void');
    expect(await isAway(bea)).toBe('no-answer');
    await isGoodAgain('into the void');
  });

  it('waits for a lock that somebody holds, and works on meanwhile', async () => {
    const id = await matter();
    const { port } = office.postgres;
    const holder = new Client({
      host: LOOPBACK,
      port,
      user: 'postgres',
      database: office.database,
      ssl: false,
    });
    await holder.connect();
    await holder.query(`BEGIN; SELECT * FROM ${office.schema()}.counter FOR UPDATE`);
    await note(id, 'behind a lock');
    expect(await isAway(bea)).toBe('no-answer');
    await bea.ask('conversation.claim', { ids: [id] });
    await holder.query('COMMIT');
    await holder.end();
    await isGoodAgain('behind a lock');
  });

  it('tries again what the server could not do for want of room', async () => {
    const id = await matter();
    await office.sql(
      `CREATE FUNCTION team.no_room() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
       CREATE TRIGGER no_room BEFORE INSERT ON team.event FOR EACH ROW EXECUTE FUNCTION team.no_room()`,
    );
    await note(id, 'on a full disk');
    expect(await isAway(bea)).toBe('disk-full');
    await office.sql('DROP TRIGGER no_room ON team.event');
    await isGoodAgain('on a full disk');
  });

  it('asks at once again where the server asks for it', async () => {
    const id = await matter();
    await office.sql(
      `CREATE SEQUENCE team.tries; GRANT USAGE ON SEQUENCE team.tries TO PUBLIC;
       CREATE FUNCTION team.not_yet() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN IF nextval('team.tries') < 3 THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF; RETURN new; END $$;
       CREATE TRIGGER not_yet BEFORE INSERT ON team.event FOR EACH ROW EXECUTE FUNCTION team.not_yet()`,
    );
    await note(id, 'third time lucky');
    await isGoodAgain('third time lucky');
    expect((await lineOf(bea)).kind).toBe('connected');
    await office.sql('DROP TRIGGER not_yet ON team.event');
  });
});

describe('a database that turns everybody away', () => {
  /** Takes every line and drops it. */
  const startRudeServer = async () => {
    let knocks = 0;
    const server = createServer((socket) => {
      knocks += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, LOOPBACK, resolve);
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { port, knocks: () => knocks, close: () => server.close() };
  };

  it('is asked again at once by whoever it dismissed, however long it was away before', async () => {
    const office = await openOffice();
    const rude = await startRudeServer();
    const line = await startCuttingProxy({ port: office.postgres.port });
    try {
      await office.found('Ana', { team });
      // Every wait as long as it may be: a minute after so many failures.
      const bea = await office.hire('Bea', { team, port: line.port, chance: () => 0.99 });
      line.leadTo({ port: rude.port });
      line.now({ kind: 'cut' });
      await eventually(
        () => {
          bea.engine().engine.power('resume');
          return rude.knocks() >= 8;
        },
        { message: 'it failed many times in a row', withinMs: 60_000, everyMs: 500 },
      );
      line.leadTo({ port: office.postgres.port });
      await eventually(
        async () => {
          const { kind } = await lineOf(bea);
          if (kind !== 'connected') bea.engine().engine.power('resume');
          return kind === 'connected';
        },
        { message: 'Bea is connected', withinMs: 60_000, everyMs: 2_000 },
      );
      const dismissed = await office.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'steward'`,
      );
      expect(dismissed.length).toBeGreaterThan(0);
      const hours = { name: 'Hours', shortcut: 'hours', html: '<p>9 to 5</p>' };
      await bea.ask('snippet.save', { id: null, snippet: hours });
      await eventually(() => waits(bea) === 0, { message: 'it is handed in', withinMs: 40_000 });
    } finally {
      await office.close();
      await line.stop();
      rude.close();
    }
  });

  it('is asked at most once a second, however fast it hangs up', async () => {
    const office = await openOffice();
    const rude = await startRudeServer();
    const line = await startCuttingProxy({ port: office.postgres.port });
    try {
      await office.found('Ana', { team });
      const bea = await office.hire('Bea', { team, port: line.port });
      line.leadTo({ port: rude.port });
      line.now({ kind: 'cut' });
      const from = performance.now();
      // What is done here meanwhile is no reason to knock.
      await stays(
        async () => {
          await bea.workspace().writer.run('preferences.set', { change: { name: 'Bea' } });
          return rude.knocks() <= 4 + (performance.now() - from) / 1_000;
        },
        { message: 'it is not asked more often', forMs: 12_000, everyMs: 100 },
      );
      expect(rude.knocks()).toBeGreaterThan(0);
      expect((await lineOf(bea)).kind).toBe('away');
    } finally {
      await office.close();
      await line.stop();
      rude.close();
    }
  });
});
