import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InstallError } from '#main/engine/team/server/install-failure.ts';
import type { InstallProblem } from '#main/engine/team/server/install-failure.ts';
import { initTeam, upgradeTeam } from '#main/engine/team/server/install.ts';
import type { TeamSetup } from '#main/engine/team/server/install.ts';
import { startPostgres } from '#test/support/postgres/postgres.ts';
import type { TestPostgres } from '#test/support/postgres/postgres.ts';
import { Known, messageDocument, opening } from '#test/support/postgres/pushes.ts';
import { asSuperuser, connectAs, makeDatabase, makeTeam, newcomer } from '#test/support/postgres/team.ts';
import type { TestTeam } from '#test/support/postgres/team.ts';
import type { ConversationId } from '#shared/kit/brand.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const setup = (slug = 'acme'): TeamSetup => ({
  team: { id: randomUUID(), name: 'Acme', slug },
  ...newcomer('Ana'),
});

const problemOf = async (work: Promise<unknown>): Promise<InstallProblem> => {
  const error: unknown = await work.then(
    () => new Error('it was made'),
    (failure: unknown) => failure,
  );
  if (error instanceof InstallError) return error.problem;
  throw new Error('no problem that has words', { cause: error });
};

const roles = async (): Promise<readonly unknown[]> =>
  asSuperuser(postgres, `SELECT rolname FROM pg_roles WHERE rolname LIKE 'st\\_%' ORDER BY 1`);

describe('setting a team up', () => {
  test('needs CREATEROLE and CREATE on the database and nothing more, and one connection string', async () => {
    const { database, ownerUrl } = await makeDatabase(postgres);
    const { schema, role, password, member } = await initTeam(ownerUrl, setup());
    const client = await connectAs(postgres, database, { user: role, password });
    const { rows } = await client.query<{ hello: unknown }>(`SELECT ${schema}.hello(2)`);
    expect(rows[0]?.hello).toMatchObject({ me: { member, role: 'admin' }, team: { slug: 'acme' }, seq: 1 });
    await client.end();
  });

  test('has as many teams in one database, and as many databases with a team of that name, as are wanted', async () => {
    const within = await makeDatabase(postgres);
    const teams = [
      await makeTeam(postgres, { slug: 'one', within }),
      await makeTeam(postgres, { slug: 'two', within }),
      await makeTeam(postgres, { slug: 'one' }),
    ];
    for (const team of teams) {
      const bea = await team.join('agent');
      expect(await bea.call('members')).toHaveLength(2);
      await team.close();
    }
    expect(await problemOf(initTeam(within.ownerUrl, setup('one')))).toEqual({
      ...{ kind: 'exists', schema: 'steward_one', isTeam: true },
    });
  });

  test('says in words what is missing, and leaves nothing behind', async () => {
    const { database, owner, ownerUrl } = await makeDatabase(postgres);
    const before = await roles();
    await asSuperuser(postgres, `ALTER ROLE ${owner.user} NOCREATEROLE`);
    expect(await problemOf(initTeam(ownerUrl, setup()))).toEqual({
      kind: 'needs-createrole',
      login: owner.user,
    });
    await asSuperuser(postgres, `ALTER ROLE ${owner.user} CREATEROLE`);
    await asSuperuser(postgres, `REVOKE CREATE ON DATABASE ${database} FROM ${owner.user}`);
    expect(await problemOf(initTeam(ownerUrl, setup()))).toEqual({
      kind: 'needs-create',
      login: owner.user,
      database,
    });
    await asSuperuser(postgres, `GRANT CREATE ON DATABASE ${database} TO ${owner.user}`);
    await asSuperuser(postgres, `REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`);
    await asSuperuser(postgres, `GRANT CONNECT ON DATABASE ${database} TO ${owner.user}`);
    expect(await problemOf(initTeam(ownerUrl, setup()))).toEqual({ kind: 'no-connect', database });
    await asSuperuser(postgres, `GRANT CONNECT ON DATABASE ${database} TO ${owner.user} WITH GRANT OPTION`);
    await asSuperuser(postgres, `CREATE SCHEMA steward_acme`, database);
    expect(await problemOf(initTeam(ownerUrl, setup()))).toEqual({
      ...{ kind: 'exists', schema: 'steward_acme', isTeam: false },
    });
    for (const slug of ['', 'Acme', '1st', 'a-b', `a"b`, 'a'.repeat(31)]) {
      expect(await problemOf(initTeam(ownerUrl, setup(slug)))).toEqual({ kind: 'bad-slug', slug });
    }
    expect(await roles()).toEqual(before);
    await asSuperuser(postgres, `DROP SCHEMA steward_acme`, database);
    const made = await initTeam(ownerUrl, setup());
    const client = await connectAs(postgres, database, { user: made.role, password: made.password });
    await client.end();
  });

  test('in a database that keeps no UTF-8 is refused', async () => {
    await asSuperuser(postgres, `CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0`);
    const url = postgres.url.replace(/\/postgres$/, '/latin');
    expect(await problemOf(initTeam(url, setup()))).toEqual({ kind: 'needs-utf8', encoding: 'LATIN1' });
  });

  test('can be done by a superuser too', async () => {
    const { database } = await makeDatabase(postgres);
    const url = postgres.url.replace(/\/postgres$/, `/${database}`);
    expect(await initTeam(url, setup('ofroot'))).toMatchObject({ schema: 'steward_ofroot' });
  });
});

describe('upgrading', () => {
  test('again changes nothing, and those who are connected go on', async () => {
    const team = await makeTeam(postgres);
    expect(await upgradeTeam(team.ownerUrl, team.schema)).toEqual({ steps: 0 });
    const bea = await team.join('agent');
    expect(await bea.call('hello', 2)).toMatchObject({ tooOld: false });
    await team.close();
  });

  test('is for the owner alone, not for a database that is newer, and not for a schema without a team', async () => {
    const team = await makeTeam(postgres);
    const { schema, database, ownerUrl } = team;
    const { user, password } = team.admin.login;
    const asAdmin = ownerUrl.replace(/\/\/.*@/, `//${user}:${password}@`);
    expect(await problemOf(upgradeTeam(asAdmin, schema))).toEqual({
      kind: 'not-owner',
      schema,
      owner: team.owner.user,
    });
    await asSuperuser(postgres, `INSERT INTO ${schema}.migration VALUES (9999, now())`, database);
    expect(await problemOf(upgradeTeam(ownerUrl, schema))).toEqual({ kind: 'newer', schema });
    expect(await problemOf(upgradeTeam(ownerUrl, 'steward_none'))).toEqual({
      kind: 'no-team',
      schema: 'steward_none',
    });
    await team.close();
  });

  test('by a superuser leaves everything with its owner', async () => {
    const team = await makeTeam(postgres);
    const url = postgres.url.replace(/\/postgres$/, `/${team.database}`);
    await upgradeTeam(url, team.schema);
    const owners = await asSuperuser(
      postgres,
      `SELECT DISTINCT pg_get_userbyid(p.proowner) AS owner FROM pg_proc p WHERE p.pronamespace = '${team.schema}'::regnamespace`,
      team.database,
    );
    expect(owners).toEqual([{ owner: team.owner.user }]);
    await team.close();
  });
});

describe('with a hundred thousand documents', () => {
  let team: TestTeam;
  beforeAll(async () => {
    team = await makeTeam(postgres, { slug: 'large' });
    await asSuperuser(
      postgres,
      `INSERT INTO steward_large.document (kind, id, version, seq, active_at, parent, body, words)
       SELECT CASE n % 5 WHEN 0 THEN 'conversation' ELSE 'message' END, CASE n % 5 WHEN 0 THEN 'c' ELSE 'm' END || n, 1, 10 + n / 5, n,
         CASE n % 5 WHEN 0 THEN 'customer' || n % 1000 ELSE 'c' || (n - n % 5) END,
         jsonb_build_object('conversation', 'c' || (n - n % 5), 'text', 'text ' || n, 'rev', 2),
         CASE n % 5 WHEN 0 THEN NULL ELSE to_tsvector('simple', 'text ' || n) END
       FROM generate_series(0, 99999) n;
       INSERT INTO steward_large.event (id, stream, rev, seq, schema, kind, payload, at)
       SELECT 'e' || n, 'c' || (n - n % 5), n % 5 + 1, 10 + n / 5, 1, 'tag.added', '{"tag": "x"}', n
       FROM generate_series(0, 99999) n;
       INSERT INTO steward_large.link (one, other) SELECT 'c' || n * 5, 'c' || n * 5 + 5 FROM generate_series(0, 19998) n WHERE n % 2 = 0;
       UPDATE steward_large.counter SET seq = 30000;
       ANALYZE steward_large.document, steward_large.event, steward_large.link`,
      team.database,
    );
  });
  afterAll(() => team.close());

  const message = messageDocument('new' as ConversationId, 'the needle');
  const asked: readonly (readonly [string, readonly unknown[]])[] = [
    ['pull', [19_000, 500]],
    ['pull', [0, 500]],
    ['pull', [20_005, 500]],
    ['recent', [null, null, 50]],
    ['recent', [50_000, 'c50000', 50]],
    ['fetch_documents', [[{ kind: 'conversation', id: 'c500' }], true]],
    ['events_of', [[{ stream: 'c500', from: 1 }]]],
    ['search', ['needle', 20]],
    ['search', ['99998', 20]],
  ];

  test('no read looks at all documents or at the whole log', async () => {
    await new Known().tell(
      team.admin,
      opening(message.id).map((event) => ({ conversation: 'new' as ConversationId, author: null, event })),
      [message],
    );
    for (const [name, values] of asked) {
      await team.admin.client.query('BEGIN');
      const answer = await team.admin.call(name, ...values);
      const { rows } = await team.admin.client.query<{ scans: string; fetched: string; each: string }>(
        `SELECT sum(seq_scan) AS scans, sum(idx_tup_fetch) AS fetched, string_agg(relname || seq_scan, ' ') AS each FROM pg_stat_xact_user_tables
         WHERE schemaname = 'steward_large' AND relname IN ('document', 'event', 'link')`,
      );
      await team.admin.client.query('ROLLBACK');
      expect([name, values, Number(rows[0]?.scans)], rows[0]?.each).toEqual([name, values, 0]);
      expect(Number(rows[0]?.fetched)).toBeLessThan(20_000);
      expect(JSON.stringify(answer).length).toBeGreaterThan(50);
    }
  });
});

test('over TLS it lets nobody in without', async () => {
  const safe = await startPostgres({ tls: true });
  try {
    const team = await makeTeam(safe);
    const bea = await team.join('agent');
    const { rows } = await bea.client.query<{ ssl: boolean }>(
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    expect(rows).toEqual([{ ssl: true }]);
    await expect(connectAs({ ...safe, certificate: null }, team.database, bea.login)).rejects.toMatchObject({
      code: '28000',
    });
    await team.close();
  } finally {
    await safe.stop();
  }
});

test('killed and started again it has what was accepted', async () => {
  const mortal = await startPostgres();
  try {
    const team = await makeTeam(mortal);
    const known = new Known();
    const conversation = randomUUID() as ConversationId;
    const message = messageDocument(conversation, 'hello');
    const told = opening(message.id).map((event) => ({ conversation, author: null, event }));
    expect(await known.tell(team.admin, told, [message])).toMatchObject({ kind: 'accepted', seq: 2 });
    await mortal.kill();
    await mortal.restart();
    const again = await connectAs(mortal, team.database, team.admin.login);
    const { rows } = await again.query<{ pull: unknown }>(`SELECT ${team.schema}.pull(1, 10)`);
    expect(rows[0]?.pull).toMatchObject({
      upTo: 2,
      more: false,
      documents: [{ kind: 'conversation' }, { kind: 'message' }],
    });
    await again.end();
    await team.close();
  } finally {
    await mortal.stop();
  }
});
