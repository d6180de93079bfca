import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '#test/support/command-line.ts';
import type { Ran } from '#test/support/command-line.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { startPostgres } from '#test/support/postgres/postgres.ts';
import type { TestPostgres } from '#test/support/postgres/postgres.ts';
import { asSuperuser, makeDatabase } from '#test/support/postgres/team.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';
import { unzip } from '#test/support/unzip.ts';

let folder: TempDirectory;
let steward: CommandLine;

const there = (): readonly string[] => ['--workspace', join(folder.path, 'workspace')];

beforeAll(async () => {
  folder = makeTempDirectory('cli-privacy');
  steward = new CommandLine({ STEWARD_KEY: 'cd'.repeat(32) });
  const mail = join(folder.path, 'ana.eml');
  writeFileSync(
    mail,
    'From: Ana <ana@customer.example>\r\nTo: support@shop.example\r\nSubject: =?utf-8?q?=3DSUM(A1)?=\r\nMessage-ID: <a@x.example>\r\nDate: Thu, 15 Jan 2026 10:00:00 +0000\r\n\r\nHello\r\n',
  );
  const { code, err } = await steward.run(['import', mail, '--own', 'support@shop.example', ...there()]);
  if (code !== 0) throw new Error(err);
});
afterEach(async () => {
  await steward.stop();
});
afterAll(() => {
  folder.remove();
});

describe('the command line', () => {
  it('writes everything about one customer, and over nothing that is there', async () => {
    const file = join(folder.path, 'ana.zip');
    const args = ['customer', 'export', 'ana@customer.example', '--out', file, '--json', ...there()];
    const made = await steward.run(args);
    expect(made.json()).toEqual({ messages: 1, files: 0, missing: 0, file });
    expect([...unzip(readFileSync(file)).keys()]).toContain('data.json');
    const again = await steward.run(args);
    expect(again.code).toBe(5);
    expect(again.err).toContain('file-exists');
  });

  it('writes who did what, of the days that were asked for', async () => {
    const all = await steward.run(['audit', 'export', '--format', 'json', ...there()]);
    const kinds = (all.json() as readonly { readonly kind: string }[]).map(({ kind }) => kind);
    expect(kinds).toContain('account.added');
    expect(kinds).toContain('customer.exported');
    const args = ['audit', 'export', '--format', 'csv', '--to', '2000-01-01', ...there()];
    const before = await steward.run(args);
    expect(before.out.split('\r\n')).toHaveLength(2);
    const wrong = ['audit', 'export', '--format', 'csv', '--from', '2026-02-30', ...there()];
    expect((await steward.run(wrong)).code).toBe(2);
  });

  it('says facts for whoever helps, and nothing of anybody', async () => {
    const { code, out } = await steward.run(['diagnostics', '--check', ...there()]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ check: { problems: {} }, accounts: [{ health: 'archive' }] });
    expect(out).not.toMatch(/ana|customer\.example|shop\.example/iu);
    expect(out).not.toContain(folder.path);
  });
});

describe('the command line in a team', () => {
  let postgres: TestPostgres;
  let database: string;
  const word = 'zwirbelhof';
  const erika = `Erika ${word} <${word}@customer.test>`;
  const people = ['ana', 'lea', 'omar'] as const;
  type Person = (typeof people)[number];

  const path = (name: string): string => join(folder.path, 'team', name);
  const by = (who: Person, ...args: readonly string[]): Promise<Ran> =>
    steward.run([...args, '--workspace', path(who)]);
  const said = async (who: Person, ...args: readonly string[]): Promise<unknown> =>
    (await steward.ok([...args, '--workspace', path(who), '--json'])).json();
  const inStep = async (): Promise<void> => {
    for (const who of [...people, ...people]) await steward.ok(['run', '--once', '--workspace', path(who)]);
  };
  const subjectsAt = async (who: Person): Promise<readonly string[]> => {
    const list = v.object({ conversations: v.array(v.object({ subject: v.string() })) });
    const { conversations } = v.parse(list, await said(who, 'list', '--view', 'all'));
    return conversations.map(({ subject }) => subject).sort();
  };
  /** Every row of every table of the team, as text. */
  const teamsRows = async (): Promise<string> => {
    const tables = await asSuperuser(
      postgres,
      "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'steward_acme'::regnamespace",
      database,
    );
    const rows = [];
    for (const { name } of tables)
      rows.push(
        ...(await asSuperuser(postgres, `SELECT to_jsonb(t) AS row FROM ${String(name)} t`, database)),
      );
    return JSON.stringify(rows);
  };

  beforeAll(async () => {
    postgres = await startPostgres();
    const made = await makeDatabase(postgres);
    database = made.database;
    mkdirSync(path(''));
    const mails = [
      ['Lamp', erika],
      ['Bell', erika],
      ['Saddle', 'Bob <bob@customer.test>'],
    ] as const;
    for (const [subject, from] of mails) {
      const text = `About the ${subject}`;
      writeFileSync(
        path(`${subject}.eml`),
        letter({ subject, from, to: 'help@shop.test', date: new Date(), text }),
      );
    }
    const files = mails.map(([subject]) => path(`${subject}.eml`));
    await steward.ok(['import', ...files, '--own', 'help@shop.test', '--workspace', path('ana')]);
    const init = ['team', 'init', made.ownerUrl, '--name', 'Acme', '--me', 'Ana', '--share'];
    await steward.ok([...init, '--workspace', path('ana')]);
    for (const [who, role] of [
      ['lea', 'lead'],
      ['omar', 'agent'],
    ] as const) {
      const { link } = v.parse(
        v.object({ link: v.string() }),
        await said('ana', 'team', 'invite', '--role', role),
      );
      await steward.ok(['team', 'join', link, '--me', who, '--workspace', path(who)]);
    }
    await inStep();
    for (const who of people) expect(await subjectsAt(who)).toEqual(['Bell', 'Lamp', 'Saddle']);
  });
  afterAll(async () => {
    await postgres.stop();
  });

  it('lets an agent see what erasing a customer would take, and not do it', async () => {
    const shown = await by('omar', 'customer', 'erase', word);
    expect(shown.code).toBe(0);
    expect(shown.out).toContain('leads and admins erase customers');
    const done = await by('omar', 'customer', 'erase', word, '--yes');
    expect(done.code).toBe(5);
    expect(done.err).toContain('leads and admins erase customers');
    await inStep();
    for (const who of people) expect(await subjectsAt(who)).toContain('Lamp');
  });

  it('does nothing where the team’s database is away, and says so', async () => {
    await postgres.kill();
    const away = await by('lea', 'customer', 'erase', word, '--yes');
    await postgres.restart();
    expect(away.code).toBe(4);
    expect(away.err).toContain('database cannot be reached');
    expect(await subjectsAt('lea')).toContain('Lamp');
  });

  it('erases for a lead through the team’s database, says so, and every other device follows', async () => {
    expect(await teamsRows()).toContain(word);
    const shown = await by('lea', 'customer', 'erase', word);
    expect(shown.out).toContain('2 conversations');
    expect(shown.out).toContain('It goes for everybody');
    const done = await by('lea', 'customer', 'erase', word, '--yes');
    expect([done.code, done.err]).toEqual([0, '']);
    expect(done.out).toContain('2 conversations');
    expect(done.out).toContain('gone from the team’s database');
    expect(await teamsRows()).not.toContain(word);
    expect(await subjectsAt('lea')).toEqual(['Saddle']);
    await inStep();
    for (const who of people) {
      expect(await subjectsAt(who)).toEqual(['Saddle']);
      expect((await by(who, 'customer', 'show', word)).code).toBe(5);
      expect((await by(who, 'verify')).code).toBe(0);
    }
  });

  it('lets an admin set after how many days conversations go, for everybody, and nobody else', async () => {
    expect((await by('ana', 'retention', 'show')).out).toContain('nothing is erased by itself');
    for (const who of ['lea', 'omar'] as const) {
      const refused = await by(who, 'retention', 'set', '60');
      expect([who, refused.code]).toEqual([who, 5]);
      expect(refused.err).toContain('Only an admin');
    }
    expect((await by('ana', 'retention', 'set', '7')).code).toBe(2);
    const set = await by('ana', 'retention', 'set', '60');
    expect([set.code, set.err]).toEqual([0, '']);
    expect(set.out).toContain('The rule is the team’s');
    await inStep();
    for (const [who, may] of [
      ['ana', true],
      ['lea', false],
      ['omar', false],
    ] as const)
      expect(await said(who, 'retention', 'show')).toMatchObject({ days: 60, team: true, may, would: 0 });
    expect((await by('lea', 'retention', 'off')).code).toBe(5);
    expect((await by('ana', 'retention', 'off')).code).toBe(0);
    await inStep();
    expect(await said('omar', 'retention', 'show')).toMatchObject({ days: null, team: true });
  });
});

describe('the command line alone', () => {
  it('sets, shows and takes away after how many days conversations go', async () => {
    expect((await steward.run(['retention', 'set', '90', ...there()])).out).toContain('Set.');
    const shown = await steward.run(['retention', 'show', '--json', ...there()]);
    expect(shown.json()).toMatchObject({ days: 90, team: false, may: true, would: 0 });
    expect((await steward.run(['retention', 'set', 'soon', ...there()])).code).toBe(2);
    expect((await steward.run(['retention', 'off', ...there()])).code).toBe(0);
    expect((await steward.run(['retention', 'show', ...there()])).out).toContain('It is off');
  });
});
