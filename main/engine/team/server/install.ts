import { randomBytes } from 'node:crypto';
import type { MemberId } from '#shared/kit/brand.ts';
import { newPassword, scramVerifier } from '../scram-verifier.ts';
import { clientSchema } from '../wire.ts';
import type { Joining } from '../wire.ts';
import { teamFunctions } from './functions/functions.ts';
import { InstallError } from './install-failure.ts';
import type { InstallProblem } from './install-failure.ts';
import { teamMigrations } from './migrations/migrations.ts';
import { isSlug, literal, quoted, schemaOf } from './names.ts';
import type { TeamNames } from './names.ts';
import { asOwner, inTransaction } from './owner.ts';
import type { Owner, RunSql } from './owner.ts';
import { functionSql } from './schema-part.ts';

/** The oldest protocol that may still write to a database of this version: before 2 there were no reviews in logs. */
const oldestWriter = 2;
const oldestServer = 130_000;

/**
 * A new team with its first admin; `id` is the team's own, a UUID. `password` is the first device's, where it was made
 * before, so that a crash right after the commit leaves a team with somebody in it.
 */
export type TeamSetup = Joining & {
  readonly password?: string;
  readonly team: { readonly id: string; readonly name: string; readonly slug: string };
};

/** The way in that was made for the first admin's device. */
export type InitialLogin = {
  readonly schema: string;
  readonly role: string;
  readonly password: string;
  readonly member: MemberId;
};

const stop = (problem: InstallProblem): never => {
  throw new InstallError(problem);
};

const text = (value: unknown): string => (typeof value === 'string' ? value : String(value));

/** Looks whether the login may do what is needed, so that it is told in words and not by the first thing that fails. */
const checkServer = async (run: RunSql): Promise<void> => {
  const [row = {}] = await run(
    `SELECT current_setting('server_version_num')::integer AS number, current_setting('server_version') AS version,
       pg_is_in_recovery() AS standby, current_setting('server_encoding') AS encoding, current_user AS login,
       current_database() AS database, has_database_privilege(current_database(), 'CREATE') AS may_create,
       (SELECT r.rolcreaterole OR r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) AS may_roles`,
  );
  const [login, database] = [text(row['login']), text(row['database'])];
  if (Number(row['number']) < oldestServer) stop({ kind: 'old-server', version: text(row['version']) });
  if (row['standby'] === true) stop({ kind: 'read-only' });
  if (row['encoding'] !== 'UTF8') stop({ kind: 'needs-utf8', encoding: text(row['encoding']) });
  if (row['may_roles'] !== true) stop({ kind: 'needs-createrole', login });
  if (row['may_create'] !== true) stop({ kind: 'needs-create', login, database });
};

const isTeam = async (run: RunSql, schema: string): Promise<boolean> => {
  const rows = await run(
    `SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname IN ('team', 'migration') AND c.relkind = 'r'`,
    [schema],
  );
  return rows.length === 2;
};

/** Whoever is let into the groups has to be let into the database. */
const openDatabase = async (run: RunSql, { members, guests }: TeamNames): Promise<void> => {
  const closed = async (): Promise<readonly string[]> => {
    const rows = await run(
      `SELECT r AS role, current_database() AS database FROM unnest($1::text[]) r
       WHERE NOT has_database_privilege(r, current_database(), 'CONNECT')`,
      [[members, guests]],
    );
    return rows.map((row) => text(row['database']));
  };
  const [database] = await closed();
  if (database === undefined) return;
  await run(`GRANT CONNECT ON DATABASE ${quoted(database)} TO ${quoted(members)}, ${quoted(guests)}`).catch(
    () => stop({ kind: 'no-connect', database }),
  );
  if ((await closed()).length > 0) stop({ kind: 'no-connect', database });
};

/**
 * Waits until nobody is at work in the database, and keeps whoever comes waiting until the transaction ends; in the
 * team's schema. Every push locks the counter's row before anything else, and every call reads who asks in `device`
 * before anything else: in this order nobody waits for something that another one has who waits for them.
 */
const waitForTurn = async (run: RunSql): Promise<void> => {
  await run('SELECT 1 FROM counter FOR UPDATE');
  await run('LOCK TABLE device IN ACCESS EXCLUSIVE MODE');
};

/** Steps that were not made yet, then every function anew; in the caller's transaction, in the team's schema. */
const bringUp = async (run: RunSql, names: TeamNames, from: number): Promise<void> => {
  const schema = quoted(names.schema);
  await run(`SET LOCAL search_path = ${schema}, pg_catalog`);
  for (const { number, sql } of teamMigrations) {
    if (number <= from) continue;
    await run(sql);
    await run('INSERT INTO migration (number, made_at) VALUES ($1, now())', [number]);
  }
  await run(teamFunctions.map((one) => functionSql(names, one)).join('\n'));
  // No policy lets anybody see a row: should a table ever be granted to somebody by mistake, it is empty for them.
  await run(`
    DO $steward$
    DECLARE t record;
    BEGIN
      FOR t IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = ${literal(names.schema)}::regnamespace AND c.relkind = 'r' AND NOT c.relrowsecurity LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t.name);
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', t.name);
      END LOOP;
    END $steward$`);
  await run(`REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC;
    GRANT USAGE ON SCHEMA ${schema} TO ${quoted(names.members)}, ${quoted(names.guests)}`);
};

/**
 * Makes a team: its schema, its roles, everything in it and the login of the first admin's device, all of it or nothing.
 * Needs CREATEROLE and CREATE on the database and no more. The password is made here and known to the answer alone.
 * Throws {@link InstallError}.
 */
export const initTeam = (
  owner: Owner,
  { team, member, device, password = newPassword() }: TeamSetup,
): Promise<InitialLogin> =>
  asOwner(owner, async (run) => {
    if (!isSlug(team.slug)) stop({ kind: 'bad-slug', slug: team.slug });
    await checkServer(run);
    const schema = schemaOf(team.slug);
    if ((await run('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])).length > 0) {
      stop({ kind: 'exists', schema, isTeam: await isTeam(run, schema) });
    }
    // Roles belong to the whole server: another database of it may have a team with this slug.
    const group = `st_${team.slug}_${randomBytes(4).toString('hex')}`;
    const names: TeamNames = {
      slug: team.slug,
      schema,
      members: `${group}_members`,
      guests: `${group}_guests`,
    };
    return inTransaction(run, async () => {
      await run(`CREATE ROLE ${quoted(names.members)} NOLOGIN; CREATE ROLE ${quoted(names.guests)} NOLOGIN`);
      await openDatabase(run, names);
      await run(`CREATE SCHEMA ${quoted(schema)}`);
      await run(
        `CREATE TABLE ${quoted(schema)}.migration (number integer PRIMARY KEY, made_at timestamptz NOT NULL)`,
      );
      await bringUp(run, names, 0);
      await run(
        `INSERT INTO team (id, name, slug, members_role, guests_role, channel, schema, oldest, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now_ms())`,
        [
          ...[team.id, team.name, team.slug, names.members, names.guests],
          ...[`${schema}_${randomBytes(8).toString('hex')}`, clientSchema, oldestWriter],
        ],
      );
      await run('INSERT INTO counter (seq) VALUES (0)');
      await run(
        `INSERT INTO member (id, name, address, role, joined_at) VALUES ($1, $2, $3, 'admin', now_ms())`,
        [member.id, member.name, member.address],
      );
      await run('SELECT write_member($1, $2)', [member.id, device.id]);
      const [row] = await run('SELECT add_device($1, $2, $3, $4, $5) AS login', [
        ...[device.id, member.id, device.name, device.publicKey, scramVerifier(password)],
      ]);
      return { schema, role: text(row?.['login']), password, member: member.id };
    });
  });

/**
 * Brings a team's schema up to this version, while older clients go on: steps add and never take away. Answers how many
 * steps were made; functions are put in place anew each time. Throws {@link InstallError}.
 */
export const upgradeTeam = (owner: Owner, schema: string): Promise<{ readonly steps: number }> =>
  asOwner(owner, async (run) => {
    if (!(await isTeam(run, schema))) stop({ kind: 'no-team', schema });
    const [own] = await run(
      `SELECT pg_get_userbyid(n.nspowner) AS owner, pg_has_role(n.nspowner, 'MEMBER') AS mine FROM pg_namespace n WHERE n.nspname = $1`,
      [schema],
    );
    const belongsTo = text(own?.['owner']);
    if (own?.['mine'] !== true) stop({ kind: 'not-owner', schema, owner: belongsTo });
    return inTransaction(run, async () => {
      // What is made belongs to whom the schema belongs to, whoever upgrades.
      await run(`SET LOCAL ROLE ${quoted(belongsTo)}`).catch(() =>
        stop({ kind: 'not-owner', schema, owner: belongsTo }),
      );
      await run(`SET LOCAL search_path = ${quoted(schema)}, pg_catalog`);
      // One upgrade at a time; whoever reads and writes goes on until a step changes a table.
      await run('LOCK TABLE migration IN SHARE ROW EXCLUSIVE MODE');
      const [now] = await run(
        `SELECT t.slug, t.members_role, t.guests_role, t.schema, (SELECT coalesce(max(m.number), 0) FROM migration m) AS number FROM team t`,
      );
      const from = Number(now?.['number']);
      const newest = teamMigrations.at(-1)?.number ?? 0;
      if (from < newest) await waitForTurn(run);
      if (from > newest || Number(now?.['schema']) > clientSchema) stop({ kind: 'newer', schema });
      const names: TeamNames = {
        slug: text(now?.['slug']),
        schema,
        members: text(now?.['members_role']),
        guests: text(now?.['guests_role']),
      };
      await bringUp(run, names, from);
      await run('UPDATE team SET schema = $1, oldest = greatest(oldest, $2)', [clientSchema, oldestWriter]);
      return { steps: teamMigrations.filter(({ number }) => number > from).length };
    });
  });
