import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scramVerifier } from '#main/engine/team/scram-verifier.ts';
import type { Page, RecentPage } from '#main/engine/team/wire.ts';
import { connectAs } from '#test/support/postgres/team.ts';
import {
  failsAndChangesNothing,
  hashOf,
  secret,
  secretBytes,
  secretWord,
  twoTeams,
} from '#test/support/postgres/two-teams.ts';
import type { TwoTeams } from '#test/support/postgres/two-teams.ts';

let place: TwoTeams;
beforeAll(async () => {
  place = await twoTeams();
});
afterAll(() => place.stop());

const noRight = ['42501'];
/** PostgreSQL warns only, and grants nothing. */
const withWarning = ['42501', 'done'];

describe('with a member’s own credentials', () => {
  const statements: readonly (readonly [string, () => string, (readonly string[])?])[] = [
    ['reading documents past the functions', () => 'SELECT * FROM steward_acme.document'],
    ['reading the log past the functions', () => 'SELECT * FROM steward_acme.event'],
    ['reading logins', () => 'SELECT * FROM steward_acme.device'],
    ['reading invitations', () => 'SELECT * FROM steward_acme.invitation'],
    ['reading passwords', () => 'SELECT rolpassword FROM pg_authid'],
    [
      'writing an event',
      () =>
        `INSERT INTO steward_acme.event (id, stream, rev, seq, schema, kind, payload, at) VALUES ('x', 'x', 1, 1, 1, 'x', '{}', 1)`,
    ],
    ['changing the log', () => `UPDATE steward_acme.event SET author = 'x'`],
    ['deleting from the log', () => 'DELETE FROM steward_acme.event'],
    ['emptying the log', () => 'TRUNCATE steward_acme.event'],
    ['dropping the log', () => 'DROP TABLE steward_acme.event'],
    ['copying the log out', () => 'COPY steward_acme.event TO STDOUT'],
    ['changing documents', () => `UPDATE steward_acme.document SET body = '{}'`],
    ['changing one’s role', () => `UPDATE steward_acme.member SET role = 'admin'`],
    ['changing one’s login', () => `UPDATE steward_acme.device SET member = '${place.team.admin.id}'`],
    ['granting oneself an account', () => 'DELETE FROM steward_acme.account_grant'],
    ['setting the counter', () => 'UPDATE steward_acme.counter SET seq = 0'],
    ['holding the lock of every push', () => 'SELECT 1 FROM steward_acme.counter FOR UPDATE'],
    ['locking a table', () => 'DO $$ BEGIN LOCK TABLE steward_acme.document; END $$'],
    [
      'a trigger on the log',
      () =>
        'CREATE TRIGGER t BEFORE INSERT ON steward_acme.event FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    ],
    ['a rule on the log', () => 'CREATE RULE r AS ON INSERT TO steward_acme.event DO INSTEAD NOTHING'],
    ['a policy that lets everybody see', () => 'CREATE POLICY p ON steward_acme.document USING (true)'],
    ['taking row security away', () => 'ALTER TABLE steward_acme.document DISABLE ROW LEVEL SECURITY'],
    ['a table in the schema', () => 'CREATE TABLE steward_acme.own (x int)'],
    [
      'a function in the schema',
      () => `CREATE FUNCTION steward_acme.me() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    ],
    [
      'another function in place of one',
      () =>
        `CREATE OR REPLACE FUNCTION steward_acme.is_gone(whom text) RETURNS boolean LANGUAGE sql AS 'SELECT false'`,
    ],
    [
      'an owner of one’s own for a function',
      () => `ALTER FUNCTION steward_acme.me() OWNER TO "${place.bea.login.user}"`,
    ],
    [
      'a search path of one’s own for a function',
      () => `ALTER FUNCTION steward_acme.push(text, jsonb, jsonb) SET search_path = public`,
    ],
    ['dropping the schema', () => 'DROP SCHEMA steward_acme CASCADE'],
    ['calling what writes members', () => `SELECT steward_acme.write_member('x', 'y')`],
    [
      'calling what adds a device',
      () =>
        `SELECT steward_acme.add_device('12345678', '${place.team.admin.id}', 'x', 'y', '${scramVerifier('x')}')`,
    ],
    [
      'calling what makes a login',
      () => `SELECT steward_acme.make_login('evil', '${scramVerifier('x')}', 'pg_read_all_data', 1, NULL)`,
    ],
    [
      'calling what ends a login',
      () => `SELECT steward_acme.end_login('${place.team.admin.login.user}', 'x')`,
    ],
    ['calling what cuts a device', () => `SELECT steward_acme.cut('${place.team.admin.device}')`],
    ['calling what writes documents', () => `SELECT steward_acme.write_documents('x', 1, '{}')`],
    ['calling what appends events', () => `SELECT steward_acme.append_events(NULL, 1, '{}', '[]')`],
    [
      'calling the inside of a push as somebody else',
      () =>
        `SELECT steward_acme.push_now(ROW('d', '${place.team.admin.id}', 'admin', '{}')::steward_acme.caller, 'p', '[]', '[]')`,
    ],
    [
      'calling the inside of a read as somebody else',
      () =>
        `SELECT steward_acme.gather(ROW('d', 'm', 'admin', '{}')::steward_acme.caller, '[]', '{${place.hidden}}', true)`,
    ],
    [
      'calling what redeems',
      () => `SELECT steward_acme.redeem('12345678', 'E', '', '12345678', 'd', 'k', '${scramVerifier('x')}')`,
    ],
    ['another team’s documents', () => 'SELECT * FROM steward_other.document'],
    ['another team’s functions', () => 'SELECT steward_other.pull(0, 100)'],
    ['another team’s members', () => 'SELECT steward_other.members()'],
    ['a push to another team', () => `SELECT steward_other.push('p', '[]', '[]')`],
    ['a role', () => 'CREATE ROLE evil'],
    ['a login', () => `CREATE ROLE evil LOGIN PASSWORD 'x'`],
    ['a database', () => 'CREATE DATABASE evil', ['42501']],
    ['a schema', () => 'CREATE SCHEMA evil'],
    ['more rights for oneself', () => `ALTER ROLE "${place.bea.login.user}" CREATEROLE`],
    ['seeing past row security', () => `ALTER ROLE "${place.bea.login.user}" BYPASSRLS`],
    ['a longer life for oneself', () => `ALTER ROLE "${place.bea.login.user}" VALID UNTIL 'infinity'`],
    ['another’s password', () => `ALTER ROLE "${place.team.admin.login.user}" PASSWORD 'x'`],
    ['the owner’s password', () => `ALTER ROLE "${place.team.owner.user}" PASSWORD 'x'`],
    ['being the admin', () => `SET ROLE "${place.team.admin.login.user}"`],
    [
      'being the admin from the beginning',
      () => `SET SESSION AUTHORIZATION "${place.team.admin.login.user}"`,
    ],
    ['being the owner', () => `SET ROLE "${place.team.owner.user}"`],
    [
      'being let into the owner’s role',
      () => `GRANT "${place.team.owner.user}" TO "${place.bea.login.user}"`,
    ],
    [
      'being let into the admin’s login',
      () => `GRANT "${place.team.admin.login.user}" TO "${place.bea.login.user}"`,
    ],
    [
      'letting others call',
      () => `GRANT EXECUTE ON FUNCTION steward_acme.pull(bigint, integer) TO bystander`,
      withWarning,
    ],
    ['letting others into the schema', () => 'GRANT USAGE ON SCHEMA steward_acme TO bystander', withWarning],
    [
      'letting others into the group',
      () =>
        `DO $$ BEGIN EXECUTE format('GRANT %I TO bystander', (SELECT rolname FROM pg_roles WHERE rolname LIKE 'st_acme%members')); END $$`,
    ],
    [
      'ending the admin’s sessions',
      () =>
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${place.team.admin.login.user}'`,
    ],
    ['reading the server’s files', () => `SELECT pg_read_file('PG_VERSION')`],
    ['running a program', () => `COPY (SELECT 1) TO PROGRAM 'true'`],
    ['becoming a replica', () => 'SET session_replication_role = replica'],
    ['inviting', () => `SELECT steward_acme.invite('admin', 24, '${scramVerifier('x')}')`, ['ST002']],
    [
      'inviting a device for the admin',
      () => `SELECT steward_acme.invite('admin', 24, '${scramVerifier('x')}', '${place.team.admin.id}')`,
      ['ST002'],
    ],
    ['seeing invitations', () => 'SELECT steward_acme.invitations()', ['ST002']],
    ['setting roles', () => `SELECT steward_acme.set_role('${place.bea.id}', 'admin')`, ['ST002']],
    ['removing a colleague', () => `SELECT steward_acme.remove_member('${place.cem.id}')`, ['ST002']],
    [
      'cutting a colleague’s device',
      () => `SELECT steward_acme.cut_device('${place.cem.device}')`,
      ['ST002'],
    ],
    ['renaming the team', () => `SELECT steward_acme.rename('Evil')`, ['ST002']],
    ['granting accounts', () => `SELECT steward_acme.grant_account('${secret}', NULL)`, ['ST002']],
    [
      'a blob for an account not granted',
      () => `SELECT steward_acme.blob_put('${'0'.repeat(64)}', '${secret}', 0, 1, 1, 'x')`,
      ['ST002'],
    ],
    [
      'a blob that is larger than it says',
      () => `SELECT steward_acme.blob_put('${'0'.repeat(64)}', NULL, 0, 1, 1, 'xx')`,
      ['ST003'],
    ],
  ];

  const attempts = statements.map(([name, sql, why = noRight]) => ({ name, sql, why }));

  test.each(attempts)('$name fails and changes nothing', async ({ sql, why }) => {
    await failsAndChangesNothing(place, () => place.bea.client.query(sql()), why);
  });
});

describe('a member’s own functions, tables and settings', () => {
  const asBea = async (work: (client: Client) => Promise<void>): Promise<void> => {
    const client = await connectAs(place.postgres, place.team.database, place.bea.login);
    try {
      await work(client);
    } finally {
      await client.end();
    }
  };

  test('are not what the team’s functions find', () =>
    asBea(async (client) => {
      // What would be found first, if the caller's path or the caller's temporary objects counted.
      await client.query(`CREATE TEMP TABLE member (id text, role text, gone_at bigint)`);
      await client.query(`CREATE TEMP TABLE device (id text, member text, login text, cut_at bigint)`);
      await client.query(`CREATE TEMP TABLE account_grant (account text, member text)`);
      await client.query(`CREATE TEMP TABLE document AS SELECT 'x'::text AS id`);
      await client.query(`INSERT INTO member VALUES ('${place.team.admin.id}', 'admin', NULL)`);
      await client.query(
        `INSERT INTO device VALUES ('d', '${place.team.admin.id}', '${place.bea.login.user}', NULL)`,
      );
      await client.query(
        `CREATE FUNCTION pg_temp.is_gone(whom text) RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
      );
      await client.query(
        `CREATE FUNCTION pg_temp.now_ms() RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'`,
      );
      await client.query(`SET search_path = pg_temp, public, pg_catalog`);
      await client.query(`SET transform_null_equals = on`);
      await client.query(`SET array_nulls = off`);
      const { rows } = await client.query<{ hello: { me: unknown } }>('SELECT steward_acme.hello(2)');
      expect(rows[0]?.hello.me).toEqual({ member: place.bea.id, device: place.bea.device, role: 'agent' });
      await failsAndChangesNothing(
        place,
        () => client.query(`SELECT steward_acme.set_role('${place.bea.id}', 'admin')`),
        ['ST002'],
      );
      const found = await client.query<{ recent: RecentPage }>('SELECT steward_acme.recent(NULL, NULL, 100)');
      expect(JSON.stringify(found.rows[0]?.recent)).not.toContain(secretWord);
    }));

  test('a role taken on does not change who it is', () =>
    asBea(async (client) => {
      const { rows } = await client.query<{ role: string }>(
        `SELECT rolname AS role FROM pg_roles WHERE rolname LIKE 'st_acme%members'`,
      );
      await client.query(`SET ROLE "${rows[0]?.role ?? ''}"`);
      const said = await client.query<{ hello: { me: unknown } }>('SELECT steward_acme.hello(2)');
      expect(said.rows[0]?.hello.me).toMatchObject({ member: place.bea.id });
    }));
});

describe('an account that was granted to others', () => {
  test('is nowhere in what a member reads', async () => {
    const { bea, hidden } = place;
    const answers = [
      await bea.call('pull', 0, 2_000),
      await bea.call('recent', null, null, 500),
      await bea.call('fetch_documents', [{ kind: 'conversation', id: hidden }], true),
      await bea.call('events_of', [{ stream: hidden, from: 0 }]),
      await bea.call('search', secretWord, 10),
      await bea.call('blobs_there', [hashOf(secretBytes)]),
      await bea.call('grants'),
    ];
    const said = JSON.stringify(answers);
    for (const word of [secretWord, hidden, secret, hashOf(secretBytes)]) expect(said).not.toContain(word);
    expect(await bea.call('blob_get', hashOf(secretBytes), 0)).toBeNull();
  });

  test('is there for the one it was granted to', async () => {
    const { admin } = place.team;
    const page = (await admin.call(
      'fetch_documents',
      [{ kind: 'conversation', id: place.hidden }],
      true,
    )) as Page;
    expect(page.documents.map(({ kind }) => kind).sort()).toEqual(['conversation', 'message']);
    expect(page.events).toHaveLength(2);
    expect(await admin.call('search', secretWord, 10)).toMatchObject([{ conversation: place.hidden }]);
    expect(await admin.call('blob_get', hashOf(secretBytes), 0)).toEqual(secretBytes);
  });
});
