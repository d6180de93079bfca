import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '#test/support/command-line.ts';
import { eventually } from '#test/support/eventually.ts';
import { letter } from '#test/support/mailbox-generator/letter.ts';
import { startPostgres } from '#test/support/postgres/postgres.ts';
import type { TestPostgres } from '#test/support/postgres/postgres.ts';
import { asSuperuser, makeDatabase } from '#test/support/postgres/team.ts';
import { makeTempDirectory } from '#test/support/temp.ts';
import type { TempDirectory } from '#test/support/temp.ts';

let folder: TempDirectory;
let postgres: TestPostgres;
let steward: CommandLine;
let address: string;
let database: string;
const path = (name: string): string => join(folder.path, name);
const at = (workspace: string): readonly string[] => ['--workspace', path(workspace)];

/** Runs a command that must succeed in somebody's workspace, and answers what it says as JSON. */
const said = async (workspace: string, ...args: readonly string[]): Promise<unknown> =>
  (await steward.ok([...args, ...at(workspace), '--json'])).json();

/** Runs a command that must end with a code, and answers what it wrote as an error. */
const ends = async (code: number, workspace: string, ...args: readonly string[]): Promise<string> => {
  const ran = await steward.run([...args, ...at(workspace)]);
  expect([args.join(' '), ran.code, ran.code === code ? '' : ran.err]).toEqual([args.join(' '), code, '']);
  return ran.err;
};

const invitation = v.object({ id: v.string(), link: v.string() });
const memberList = v.object({
  members: v.array(v.object({ id: v.string(), name: v.string(), role: v.string(), gone: v.boolean() })),
});

const invite = async (...options: readonly string[]): Promise<v.InferOutput<typeof invitation>> =>
  v.parse(invitation, await said('ana', 'team', 'invite', ...options));

const members = async (workspace: string): Promise<readonly string[]> =>
  v
    .parse(memberList, await said(workspace, 'team', 'members'))
    .members.map(({ name, role, gone }) => `${name}, ${gone ? 'gone' : role}`)
    .sort();

const lineOf = async (workspace: string): Promise<unknown> =>
  v.parse(v.object({ connection: v.object({ kind: v.string() }) }), await said(workspace, 'team', 'status'))
    .connection.kind;

beforeAll(async () => {
  folder = makeTempDirectory('cli-team');
  steward = new CommandLine({ STEWARD_KEY_FILE: path('key') });
  postgres = await startPostgres();
  ({ database, ownerUrl: address } = await makeDatabase(postgres));
  await steward.ok(['key', 'new', path('key')]);
});

afterAll(async () => {
  await steward.stop();
  await postgres.stop();
  folder.remove();
});

describe('a team from the command line', () => {
  it('says what is at an address, and changes nothing there', async () => {
    const found = await said('ana', 'team', 'look', address);
    expect(found).toMatchObject({ tls: 'loopback', missing: [], teams: [] });
    expect((await steward.ok(['team', 'look', '-', ...at('ana')], address)).out).toContain('PostgreSQL');
    const wrong = address.replace(/:[^:@]+@/u, ':wrong@');
    expect(await ends(4, 'ana', 'team', 'look', wrong)).toContain('does not take this user and password');
    expect(await ends(4, 'ana', 'team', 'look', 'postgres://nobody@')).toContain('no address');
  });

  it('says which rights a login lacks, and the statement that gives them', async () => {
    await asSuperuser(postgres, "CREATE ROLE guest LOGIN PASSWORD 'guest'");
    const poor = address.replace(/\/\/[^@]+@/u, '//guest:guest@');
    const { out } = await steward.ok(['team', 'look', poor, ...at('ana')]);
    expect(out).toContain('CREATEROLE');
    expect(await ends(4, 'ana', 'team', 'init', poor, '--name', 'Poor', '--me', 'Ana')).toContain(
      'CREATEROLE',
    );
  });

  it('is set up in one go, asking before what is here already is shared', async () => {
    expect(await ends(5, 'ana', 'team', 'invite')).toContain('no team');
    const mail = letter({
      ...{ subject: 'lamp', from: 'Cleo <cleo@customer.test>', to: 'help@shop.test' },
      ...{ date: new Date(), text: 'It is broken.' },
    });
    writeFileSync(path('lamp.eml'), mail);
    await steward.ok(['import', path('lamp.eml'), ...at('ana')]);
    const init = ['team', 'init', address, '--name', 'Käse & Söhne', '--me', 'Ana'];
    expect(await ends(5, 'ana', ...init)).toContain('--share');
    expect(await said('ana', ...init, '--share')).toEqual({
      team: 'Käse & Söhne',
      schema: 'steward_ka_se_so_hne',
    });
    expect(await members('ana')).toEqual(['Ana, admin']);
    expect(await lineOf('ana')).toBe('connected');
    expect(await ends(5, 'ana', ...init, '--share')).toContain('already');
    expect(await ends(5, 'other', ...init)).toContain('Choose another name');
  });

  it('is brought up to date by its owner alone', async () => {
    expect(await said('ana', 'team', 'upgrade', address)).toEqual({ steps: 0 });
    const guest = address.replace(/\/\/[^@]+@/u, '//guest:guest@');
    expect(await ends(4, 'ana', 'team', 'upgrade', guest)).toContain('lacks rights');
    expect(await ends(5, 'other', 'team', 'upgrade', address)).toContain('no team');
  });

  it('keeps nothing of the owner, and nothing in clear on the disk', async () => {
    const password = /:([^:@/]+)@/u.exec(address)?.[1] ?? '';
    expect(password.length).toBeGreaterThan(3);
    for (const name of ['workspace.db', 'workspace.db-wal', 'logs/engine.log']) {
      const bytes = readIfThere(path(join('ana', name)));
      expect(bytes.includes(password)).toBe(false);
      expect(bytes.includes('st_ka_se')).toBe(false);
    }
  });

  it('is joined by an invitation as a link', async () => {
    const { link } = await invite('--role', 'lead');
    expect(link).toMatch(/^steward:team\//u);
    const joined = await said('omar', 'team', 'join', link, '--me', 'Omar');
    expect(joined).toEqual({ team: 'Käse & Söhne', role: 'lead' });
    expect(await members('omar')).toEqual(['Ana, admin', 'Omar, lead']);
    expect(await lineOf('omar')).toBe('connected');
    // Whoever else has it comes too late.
    expect(await ends(5, 'thief', 'team', 'join', link, '--me', 'Thief')).toContain('used or revoked');
    expect(await ends(5, 'omar', 'team', 'join', link, '--me', 'Omar')).toContain('already');
    expect(await members('ana')).toEqual(['Ana, admin', 'Omar, lead']);
  });

  it('is joined by an invitation as a file that only its maker can read', async () => {
    const file = path('For Olga.steward-invitation');
    await said('ana', 'team', 'invite', '--file', path('For Olga'));
    expect(statSync(file).mode & 0o077).toBe(0);
    await said('olga', 'team', 'join', file, '--me', 'Olga');
    expect(await members('ana')).toEqual(['Ana, admin', 'Olga, agent', 'Omar, lead']);
  });

  it('refuses an invitation that has expired, was revoked, or lost a letter', async () => {
    const revoked = await invite();
    await steward.ok(['team', 'revoke', revoked.id, ...at('ana')]);
    expect(await ends(5, 'late', 'team', 'join', revoked.link, '--me', 'Late')).toContain('used or revoked');
    const expired = await invite('--hours', '1');
    // Its time is over by the database's own rows; the link still says otherwise.
    await asSuperuser(
      postgres,
      `UPDATE steward_ka_se_so_hne.invitation SET expires_at = 1 WHERE id = '${expired.id}'`,
      database,
    );
    expect(await ends(5, 'late', 'team', 'join', expired.link, '--me', 'Late')).toContain('used or revoked');
    const cut = expired.link.slice(0, -1);
    writeFileSync(path('cut'), cut);
    expect(await ends(5, 'late', 'team', 'join', path('cut'), '--me', 'Late')).toContain('no invitation');
    expect(await members('ana')).toHaveLength(3);
    const { invitations } = v.parse(
      v.object({ invitations: v.array(v.unknown()) }),
      await said('ana', 'team', 'invitations'),
    );
    expect(invitations).toEqual([]);
  });

  it('leaves inviting, removing and roles to admins, and keeps the last of them', async () => {
    expect(await ends(5, 'omar', 'team', 'invite')).toContain('Only an admin');
    expect(await ends(5, 'olga', 'team', 'remove', 'Omar')).toContain('Only an admin');
    expect(await ends(5, 'ana', 'team', 'role', 'Ana', 'agent')).toContain('no admin left');
    await steward.ok(['team', 'role', 'Omar', 'agent', ...at('ana')]);
    expect(await members('olga')).toEqual(['Ana, admin', 'Olga, agent', 'Omar, agent']);
  });

  it('tells the team what was done here, and everybody what the team has', async () => {
    await steward.ok(['run', '--once', ...at('ana')]);
    expect(await said('ana', 'team', 'pending')).toEqual({ pending: [], refusals: [] });
    await steward.ok(['run', '--once', ...at('olga')]);
    const { conversations } = v.parse(
      v.object({ conversations: v.array(v.object({ id: v.string(), subject: v.string() })) }),
      await said('olga', 'list', '--view', 'all'),
    );
    expect(conversations.map(({ subject }) => subject)).toEqual(['lamp']);
  });

  it('runs without a window, a line for each change, and ends within five seconds', async () => {
    const running = steward.start(['run', ...at('olga')]);
    await eventually(() => running.out().includes('team: Connected'), { message: 'it is connected' });
    const ended = await running.end();
    expect(ended.code).toBe(0);
    const lines = ended.out.trim().split('\n');
    expect(lines.every((line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z \S+: /u.test(line))).toBe(true);
    expect(lines.filter((line) => line.includes('team: Connected'))).toHaveLength(1);
    expect(lines.at(-1)).toContain('Told to end');
  });

  it('cuts whoever is removed, connections at work included', async () => {
    const running = steward.start(['run', ...at('olga')]);
    await eventually(() => running.out().includes('team: Connected'), { message: 'it is connected' });
    await steward.ok(['team', 'remove', 'Olga', ...at('ana')]);
    // The database says so itself on a line that it still answers, and nothing but no to a login that was ended.
    await eventually(() => /removed you|Not let in/u.test(running.out()), {
      message: 'it says that it was cut',
    });
    expect((await running.end()).code).toBe(0);
    expect(await members('ana')).toEqual(['Ana, admin', 'Olga, gone', 'Omar, agent']);
    expect(await lineOf('olga')).toBe('away');
    expect((await steward.run(['run', '--once', ...at('olga')])).code).toBe(4);
    // What is here can still be read.
    await steward.ok(['list', '--view', 'all', ...at('olga')]);
  });

  it('is left, and what was here stays', async () => {
    await steward.ok(['team', 'leave', ...at('omar')]);
    expect(await said('omar', 'team', 'status')).toEqual({ kind: 'alone' });
    expect(await members('ana')).toEqual(['Ana, admin', 'Olga, gone', 'Omar, gone']);
    expect(await ends(5, 'ana', 'team', 'leave')).toContain('no admin left');
  });

  it('says that the database is away, and works on', async () => {
    await postgres.kill();
    const status = await steward.ok(['team', 'status', ...at('ana')]);
    expect(status.out).toContain('Away since');
    expect(await ends(4, 'ana', 'team', 'invite')).toContain('Nothing answers');
    await steward.ok(['list', '--view', 'all', ...at('ana')]);
    await steward.ok(['verify', ...at('ana')]);
    await postgres.restart();
    expect(await lineOf('ana')).toBe('connected');
  });
});

const readIfThere = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
};
