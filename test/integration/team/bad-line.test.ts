import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { teamLogin } from '#main/engine/store/read/team-login.ts';
import { pendingOf } from '#main/engine/store/team/pending.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import type { CuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { eventually } from '#test/support/eventually.ts';
import { LOOPBACK } from '#test/support/ports.ts';
import { differencesAt, openOffice } from '#test/support/team/office.ts';
import type { Colleague, Office } from '#test/support/team/office.ts';

const withinMs = 60_000;
/** A device asks at most once a second, and three times at once to begin with (see `Allowance`). */
const atOnce = 3;

let office: Office;
let ana: Colleague;
let bea: Colleague;
let line: CuttingProxy;

const waits = ({ workspace }: Colleague): number => pendingOf(workspace().db).transactions;
const lineAt = async (who: Colleague): Promise<{ readonly kind: string; readonly reason?: string }> => {
  const status = await who.ask('team.status', {});
  return status.kind === 'member' ? status.connection : status;
};
const isConnected = (who: Colleague): Promise<unknown> =>
  eventually(async () => (await lineAt(who)).kind === 'connected', {
    message: `${who.name} is connected`,
    withinMs,
  });

beforeAll(async () => {
  office = await openOffice();
  ana = await office.found('Ana');
  line = await startCuttingProxy({ port: office.postgres.port });
  bea = await office.hire('Bea', {
    port: line.port,
    // The least that is ever waited: whoever is unlucky waits longer.
    chance: () => 0,
    team: { limits: { connectMs: 20_000, statementMs: 20_000, lockMs: 5_000, answerMs: 10_000 } },
  });
  await isConnected(bea);
});
afterAll(async () => {
  await office.close();
  await line.stop();
});

describe('a slow line to the database', () => {
  it('takes its time, and nobody waits for it: work goes on, is shown as waiting, and gets through', async () => {
    // Twice this and the size of what is told take longer than any answer is waited for.
    line.slow({ latencyMs: 400, bytesPerSecond: 24_000 });
    const text = 'It was to be here on Monday, and it is not. '.repeat(40);
    const letters = Array.from({ length: 100 }, (_, index) => ({ id: `slow-${String(index)}`, text }));
    await bea.takeIn(letters);
    const conversation = bea.conversationWith('slow-0');
    if (conversation === undefined) return expect.unreachable('what is taken in is here at once');
    await bea.ask('conversation.claim', { ids: [conversation] });
    await bea.ask('note.add', { conversation, text: 'written meanwhile', mentions: [] });
    const status = await bea.ask('team.status', {});
    expect(status).toMatchObject({ kind: 'member', connection: { kind: 'connected' } });
    expect(status.kind === 'member' ? status.pending : 0).toBeGreaterThan(0);
    await ana.takeIn([{ id: 'towards the slow line' }]);
    await eventually(() => waits(bea) === 0, { message: 'everything is handed in', withinMs: 180_000 });
    await eventually(() => bea.conversationWith('towards the slow line'), {
      message: 'what colleagues do comes through too',
      withinMs,
    });
    // Not once was the line given up: the one that pushes and pulls is the first one still.
    const pulling = line.connections().filter(({ saidToServer }) => saidToServer.includes('"pull"'));
    line.slow(null);
    expect(pulling.map(({ ended }) => ended)).toEqual(['open']);
    await eventually(async () => (await differencesAt(office, bea)).length === 0, {
      message: 'Bea has what the team has',
      withinMs,
    });
    expect(
      await office.sql(`SELECT 1 FROM team.event WHERE payload::text LIKE '%written meanwhile%'`),
    ).toHaveLength(1);
  }, 300_000);
});

describe('a database that lets nobody in', () => {
  /** Turns Bea's device away until it has knocked a few times, and counts that. */
  const knocks = async (reason: string): Promise<void> => {
    const before = line.connections().length;
    const from = performance.now();
    line.now({ kind: 'cut' });
    await eventually(
      async () => {
        const count = line.connections().length - before;
        expect(count).toBeLessThanOrEqual(atOnce + 1 + (performance.now() - from) / 1_000);
        // What is done meanwhile is no reason to knock.
        await bea.workspace().writer.run('preferences.set', { change: { name: 'Bea' } });
        expect(await lineAt(bea)).toMatchObject({ kind: 'away', reason });
        return count >= 3;
      },
      { message: `it is tried again after "${reason}"`, withinMs },
    );
  };
  const hba = (rule: string): Promise<unknown> =>
    office.sql(
      `DO $$ DECLARE file text := current_setting('hba_file'); BEGIN
         EXECUTE format('COPY (SELECT unnest(ARRAY[%L, %L])) TO %L',
           'host all,replication postgres ${LOOPBACK}/32 trust', '${rule}', file);
       END $$;
       SELECT pg_reload_conf()`,
    );

  it('is asked at most once a second, whatever the reason, and everybody is back afterwards', async () => {
    await hba(`host all all ${LOOPBACK}/32 reject`);
    await knocks('not-let-in');
    await hba(`host all all ${LOOPBACK}/32 scram-sha-256`);
    await isConnected(bea);

    await office.sql(`ALTER DATABASE ${office.database} CONNECTION LIMIT 0`);
    await knocks('too-many-connections');
    await office.sql(`ALTER DATABASE ${office.database} CONNECTION LIMIT -1`);
    await isConnected(bea);

    // A certificate is asked for that this server cannot show.
    const login = teamLogin(bea.workspace().db);
    if (login === null) return expect.unreachable('Bea belongs to the team');
    const pin = Array.from({ length: 32 }, () => 'AA').join(':');
    const { writer } = bea.workspace();
    await writer.run('team.keepLogin', { ...login, credentials: { ...login.credentials, pin } });
    await knocks('no-tls');
    await writer.run('team.keepLogin', login);
    await isConnected(bea);

    // What PostgreSQL says while it starts, shuts down or recovers (57P03).
    const fields = 'SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0';
    const said = Buffer.alloc(5 + fields.length);
    said.write('E');
    said.writeInt32BE(4 + fields.length, 1);
    said.write(fields, 5);
    const starting = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(said));
    });
    await new Promise<void>((resolve) => {
      starting.listen(0, LOOPBACK, resolve);
    });
    const address = starting.address();
    line.leadTo({ port: typeof address === 'object' && address !== null ? address.port : 0 });
    await knocks('starting-up');
    line.leadTo({ port: office.postgres.port });
    starting.close();
    await isConnected(bea);
  }, 300_000);
});
