import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#main/engine/host/system-ports.ts';
import type { Clock } from '#shared/kit/ports.ts';
import { startCuttingProxy } from '#test/support/cutting-proxy/cutting-proxy.ts';
import { startEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { makeDatabase } from '#test/support/postgres/team.ts';
import { openOffice } from '#test/support/team/office.ts';
import type { Colleague, Office } from '#test/support/team/office.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

const withinMs = 60_000;
const hour = 3_600_000;

/** A computer whose clock is wrong by so much. */
const offBy = (ms: number): Clock => ({
  now: () => systemClock.now() + ms,
  monotonic: () => systemClock.monotonic(),
});

describe('the beginning of a team', () => {
  let office: Office;
  let ana: Colleague;

  beforeAll(async () => {
    office = await openOffice();
    ana = await office.found('Ana');
  });
  afterAll(async () => {
    await office.close();
  });

  it('is found again where everything stopped right after the commit', async () => {
    const { ownerUrl } = await makeDatabase(office.postgres);
    const line = await startCuttingProxy({ port: office.postgres.port });
    const folder = makeTempDirectory('founder');
    const url = new URL(ownerUrl);
    url.port = String(line.port);
    const team = { address: url.href, certificate: null, name: 'Second', me: 'Fay', share: true };
    const first = await startEngine({ workspaceDir: folder.path });
    // The server has made the team; nobody here hears of it any more.
    line.cutWhen({
      direction: 'to client',
      place: { kind: 'after pattern', pattern: 'COMMIT' },
      action: { kind: 'reset' },
    });
    expect((await first.engine.call('team.init', team)).ok).toBe(false);
    await first.close();
    line.clearRules();
    const again = await startEngine({ workspaceDir: folder.path });
    try {
      await again.ask('team.init', team);
      expect(await again.ask('team.status', {})).toMatchObject({ kind: 'member', me: { role: 'admin' } });
    } finally {
      await again.close();
      await line.stop();
    }
  });

  it.each([
    { name: 'Eva', ms: 40 * hour },
    { name: 'Lou', ms: -40 * hour },
  ])(
    'lets $name in, whose clock is wrong by $ms ms, and dates what they do by the team’s clock',
    async ({ name, ms }) => {
      const one = await office.hire(name, { clock: offBy(ms) });
      await ana.takeIn([{ id: `for-${name}`, at: systemClock.now() }]);
      const id = await eventually(() => one.conversationWith(`for-${name}`), {
        message: `${name} has it`,
        withinMs,
      });
      await one.ask('note.add', { conversation: id, text: `by ${name}`, mentions: [] });
      const rows = await eventually(
        async () => {
          const found = await office.sql(
            `SELECT abs(at - extract(epoch FROM now()) * 1000)::bigint AS off FROM team.event WHERE payload ->> 'text' = 'by ${name}'`,
          );
          return found.length > 0 ? found : null;
        },
        { message: 'the team has it', withinMs },
      );
      expect(Number(rows[0]?.['off'])).toBeLessThan(hour);
      // It came after they joined, by the team's clock: nobody has read it here.
      const { db } = one.workspace();
      expect(db.get('SELECT unread FROM conversation WHERE id = ?', [id])).toEqual({ unread: 1 });
    },
  );

  it('dates what was done by a clock that runs ahead now at the latest', async () => {
    let ahead = 0;
    const clock = { now: () => systemClock.now() + ahead, monotonic: () => systemClock.monotonic() };
    const line = await startCuttingProxy({ port: office.postgres.port });
    const gus = await office.hire('Gus', { clock, port: line.port });
    await ana.takeIn([{ id: 'for-gus' }]);
    const id = await eventually(() => gus.conversationWith('for-gus'), { message: 'Gus has it', withinMs });
    await line.refuse();
    line.now({ kind: 'cut' });
    ahead = 9 * hour;
    await gus.ask('note.add', { conversation: id, text: 'from tomorrow', mentions: [] });
    await line.admit();
    gus.engine().engine.network(true);
    const rows = await eventually(
      async () => {
        const found = await office.sql(
          `SELECT (at - extract(epoch FROM now()) * 1000)::bigint AS ahead FROM team.event WHERE payload ->> 'text' = 'from tomorrow'`,
        );
        return found.length > 0 ? found : null;
      },
      { message: 'the team has it', withinMs },
    );
    expect(Number(rows[0]?.['ahead'])).toBeLessThan(hour);
    await gus.close();
    await line.stop();
  });
});
