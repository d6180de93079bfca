import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { workspaceOf } from '#test/support/faults/truth.ts';
import { postgresPrograms } from '#test/support/postgres/postgres.ts';
import { openMailOffice } from '#test/support/team/mail-office.ts';
import type { MailOffice } from '#test/support/team/mail-office.ts';

let mail: MailOffice;
let ana: TestEngine;
let bea: TestEngine;
let cleo: TestEngine;

beforeAll(async () => {
  mail = await openMailOffice({ keepers: ['Bea'], others: ['Cleo'] });
  [ana, bea, cleo] = [await mail.open('Ana'), await mail.open('Bea'), await mail.open('Cleo')];
});
afterAll(() => mail.close());

const secretAt = (engine: TestEngine): string | null =>
  workspaceOf(engine).db.get<{ secrets: string }>('SELECT secrets FROM account WHERE id = ?', [mail.account])
    ?.secrets ?? null;

const rowAt = async (engine: TestEngine) => {
  const { accounts } = await engine.ask('teamAccount.list', {});
  return accounts.find(({ id }) => id === mail.account);
};

const share = (by: TestEngine, names: readonly string[]) =>
  by.engine.call('teamAccount.share', { id: mail.account, members: names.map((name) => mail.member(name)) });

/** Everything that the whole server holds, as its owner's own tool writes it out. */
const dump = (): string =>
  execFileSync(
    join(postgresPrograms(), 'pg_dumpall'),
    ['-h', '127.0.0.1', '-p', String(mail.office.postgres.port), '-U', 'postgres'],
    { maxBuffer: 256 * 1024 * 1024, encoding: 'utf8' },
  );

describe('the login of an account in a team', () => {
  it('comes to the devices of the members who were chosen, and to nobody else', async () => {
    expect(secretAt(bea)).toBe(secretAt(ana));
    expect(secretAt(bea)).toContain(mail.server.password);
    expect(secretAt(cleo)).toBeNull();
    expect(await rowAt(cleo)).toMatchObject({ login: false, mayShare: false });
    const chosen = [mail.member('Ana'), mail.member('Bea')].toSorted();
    await eventually(
      async () => JSON.stringify((await rowAt(ana))?.keepers.toSorted()) === JSON.stringify(chosen),
      {
        message: 'Ana knows who has it',
        withinMs: 60_000,
      },
    );
  });

  it('stands nowhere in the database, in no form that one could read it in', async () => {
    const password = 'the horse counts 4711 staples';
    const secrets = { kind: 'password' as const, user: mail.user, password };
    await workspaceOf(ana).writer.run('account.secrets', { id: mail.account, secrets });
    await eventually(() => secretAt(bea)?.includes(password) === true, {
      message: 'Bea has the new one',
      withinMs: 60_000,
    });
    const written = dump();
    expect(written).toContain('account_secret');
    expect(written).toContain(mail.user);
    const bytes = Buffer.from(password);
    for (const form of [password, bytes.toString('hex'), bytes.toString('base64').slice(0, -4), 'imapHost']) {
      expect(written.includes(form)).toBe(false);
    }
    // The longest pieces of a base64 of something around it, whatever it is aligned to.
    for (const shift of [0, 1, 2]) {
      const around = Buffer.concat([Buffer.alloc(shift, '"'), bytes])
        .toString('base64')
        .slice(4, -8);
      expect(written.includes(around)).toBe(false);
    }
  });

  it('is the newest one everywhere, whoever changed it', async () => {
    const { password } = mail.server;
    const secrets = { kind: 'password' as const, user: mail.user, password };
    await workspaceOf(bea).writer.run('account.secrets', { id: mail.account, secrets });
    await eventually(() => secretAt(ana) === JSON.stringify(secrets), {
      message: 'Ana has what Bea changed',
      withinMs: 60_000,
    });
  });

  it('is not believed where it was sealed for somebody else or changed on the way', async () => {
    const before = secretAt(bea);
    const version = await mail.office.sql(
      `UPDATE team.account_secret s SET sealed = o.sealed, version = 'forged' FROM team.account_secret o, team.device d, team.member m
       WHERE d.id = s.device AND m.id = d.member AND m.name = 'Bea' AND o.device <> s.device RETURNING s.version`,
    );
    expect(version).toHaveLength(1);
    await mail.office.sql("UPDATE team.account_login SET version = 'forged'");
    await share(bea, ['Ana', 'Bea']);
    expect(secretAt(bea)).toBe(before);
    await mail.office.sql('DELETE FROM team.account_secret; DELETE FROM team.account_login');
    await eventually(
      async () => {
        const [row] = await mail.office.sql('SELECT count(*)::integer AS n FROM team.account_secret');
        return row?.['n'] === 2;
      },
      { message: 'sealed anew', withinMs: 60_000 },
    );
    expect(secretAt(bea)).toBe(before);
  });

  it('is given by those who have it, and by admins, and by nobody else', async () => {
    expect(await share(cleo, ['Ana', 'Bea', 'Cleo'])).toMatchObject({
      ok: false,
      failure: { kind: 'not-keeper' },
    });
    expect((await share(bea, ['Ana', 'Bea', 'Cleo'])).ok).toBe(true);
    await eventually(() => secretAt(cleo) === secretAt(ana), { message: 'Cleo has it', withinMs: 60_000 });
    expect((await share(ana, ['Ana', 'Bea'])).ok).toBe(true);
    const left = await mail.office.sql(
      `SELECT m.name FROM team.account_secret s JOIN team.device d ON d.id = s.device JOIN team.member m ON m.id = d.member ORDER BY 1`,
    );
    expect(left.map((row) => row['name'])).toEqual(['Ana', 'Bea']);
    await eventually(async () => (await rowAt(cleo))?.mayShare === false, {
      message: 'Cleo is no keeper any more',
      withinMs: 60_000,
    });
  });
});
