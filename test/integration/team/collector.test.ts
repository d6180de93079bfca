import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { workspaceOf } from '#test/support/faults/truth.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { openMailOffice } from '#test/support/team/mail-office.ts';
import type { MailOffice } from '#test/support/team/mail-office.ts';

/** What the team promises: a device that is killed, hangs or loses the network is replaced within this time. */
const takeOverMs = 30_000;

let mail: MailOffice;

beforeAll(async () => {
  mail = await openMailOffice({ keepers: ['Bea'] });
});
afterAll(() => mail.close());

const write = (subject: string): Promise<void> =>
  mail.server.deliver(mail.user, letter({ from: 'Carol <carol@customer.test>', to: mail.user, subject }));

const copiesAt = (engine: TestEngine, subject: string): number =>
  workspaceOf(engine).db.get<{ n: number }>('SELECT count(*) AS n FROM message WHERE subject = ?', [subject])
    ?.n ?? 0;

const inTeamOnce = (subject: string, withinMs = takeOverMs): Promise<unknown> =>
  eventually(async () => (await mail.copiesInTeam(subject)) === 1, {
    message: `the team has "${subject}"`,
    withinMs,
    everyMs: 200,
  });

const healthAt = async (engine: TestEngine): Promise<string> => {
  const { accounts } = await engine.ask('account.list', {});
  return accounts.find(({ id }) => id === mail.account)?.health.kind ?? 'none';
};

describe('one reader for each account', () => {
  it('is a single device, and the others say who it is', async () => {
    const ana = mail.run('Ana');
    try {
      await mail.reads('Ana');
      const bea = await mail.open('Bea');
      await eventually(async () => (await healthAt(bea)) === 'elsewhere', { message: 'Bea says who reads' });
      const { accounts } = await bea.ask('account.list', {});
      expect(accounts[0]?.health).toMatchObject({ kind: 'elsewhere', member: 'Ana' });
      await write('Read by one');
      await inTeamOnce('Read by one');
      await eventually(() => copiesAt(bea, 'Read by one') === 1, { message: 'Bea has it by the team' });
      const locations = workspaceOf(bea).db.get('SELECT count(*) AS n FROM location');
      expect(locations).toEqual({ n: 0 });
      await bea.engine.close();
    } finally {
      ana.kill();
      await ana.ended;
    }
  });

  it('is replaced within 30 s when it is killed, and no message is missed or doubled', async () => {
    const [clock] = await mail.office.sql('SELECT (extract(epoch FROM now()) * 1000)::bigint AS now');
    const ana = mail.run('Ana');
    await mail.reads('Ana', 60_000);
    const toldHowFar = `SELECT 1 FROM team.account_cursor WHERE stream = 'INBOX' AND at > ${String(clock?.['now'])}`;
    await eventually(async () => (await mail.office.sql(toldHowFar)).length === 1, {
      message: 'the team knows how far she has read',
      withinMs: 60_000,
    });
    const bea = await mail.open('Bea');
    await eventually(async () => (await healthAt(bea)) === 'elsewhere', { message: 'Bea waits' });
    await write('Before the kill');
    await inTeamOnce('Before the kill');
    ana.kill();
    expect((await ana.ended).signal).toBe('SIGKILL');
    await write('After the kill');
    await mail.reads('Bea', takeOverMs);
    await inTeamOnce('After the kill');
    expect(await mail.copiesInTeam('Before the kill')).toBe(1);
    expect(copiesAt(bea, 'Before the kill')).toBe(1);
    expect(copiesAt(bea, 'After the kill')).toBe(1);
    // She went on where Ana stopped, and read nothing a second time.
    const readAgain = workspaceOf(bea).db.get(
      "SELECT count(*) AS n FROM location l JOIN message m ON m.seq = l.seq WHERE m.subject = 'Read by one'",
    );
    expect(readAgain).toEqual({ n: 0 });
    await bea.engine.close();
  });

  it('is replaced within 30 s when it hangs, and stops reading when it wakes', async () => {
    const ana = mail.run('Ana');
    await mail.reads('Ana', 60_000);
    const bea = await mail.open('Bea');
    await eventually(async () => (await healthAt(bea)) === 'elsewhere', { message: 'Bea waits' });
    process.kill(-ana.pid, 'SIGSTOP');
    await write('While it hangs');
    await mail.reads('Bea', takeOverMs);
    await inTeamOnce('While it hangs');
    process.kill(-ana.pid, 'SIGCONT');
    await write('After it woke');
    await inTeamOnce('After it woke');
    expect(await mail.reader()).toBe('Bea');
    ana.kill();
    await ana.ended;
    for (const subject of ['While it hangs', 'After it woke']) {
      expect(await mail.copiesInTeam(subject)).toBe(1);
      expect(copiesAt(bea, subject)).toBe(1);
    }
    await bea.engine.close();
  });

  it('goes on while the database is away where several readers do no harm, and says so', async () => {
    const bea = await mail.open('Bea');
    await mail.reads('Bea', 60_000);
    await eventually(async () => (await healthAt(bea)) === 'listening', { message: 'Bea reads' });
    await mail.office.postgres.kill();
    await write('While the database is away');
    await eventually(() => copiesAt(bea, 'While the database is away') === 1, {
      message: 'Bea goes on reading',
      withinMs: 60_000,
    });
    await eventually(
      async () => {
        const { accounts } = await bea.ask('account.list', {});
        const health = accounts[0]?.health;
        return health?.kind === 'listening' && typeof health.teamAwaySince === 'number';
      },
      { message: 'Bea says that the database is away', withinMs: 60_000 },
    );
    await mail.office.postgres.restart();
    await inTeamOnce('While the database is away', 90_000);
    await bea.engine.close();
  });

  it('hands over at once when its application is closed', async () => {
    const bea = await mail.open('Bea');
    await mail.reads('Bea', 60_000);
    const ana = await mail.open('Ana');
    await eventually(async () => (await healthAt(ana)) === 'elsewhere', { message: 'Ana waits' });
    await bea.engine.close();
    await mail.reads('Ana', 5_000);
    await ana.engine.close();
  });
});
