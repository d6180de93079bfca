import * as v from 'valibot';
import type { TeamDatabase, TeamRight } from '#shared/contract/team.ts';
import { hostPort } from '#main/channels/kit/endpoint.ts';
import { TeamError } from './connection-failure.ts';
import { securityOf } from './connection-line.ts';
import type { TeamConnection } from './connection.ts';
import type { TeamCredentials } from './wire.ts';

/** The oldest that a team can be set up on: 13, as PostgreSQL numbers its versions. */
const oldestServer = 130_000;

const facts = v.object({
  version: v.string(),
  number: v.number(),
  standby: v.boolean(),
  user: v.string(),
  may_create_role: v.boolean(),
  may_create_schema: v.boolean(),
  teams: v.array(v.string()),
});

/** Says what is at the other end of a connection, and what its login may do there. Changes nothing. Throws {@link TeamError}. */
export const lookAround = async (
  connection: TeamConnection,
  address: TeamCredentials,
): Promise<TeamDatabase> => {
  const where = hostPort(address);
  const rows = await connection.query(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
       pg_is_in_recovery() AS standby, current_user::text AS user,
       has_database_privilege(current_database(), 'CREATE') AS may_create_schema,
       (SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may_create_role,
       ARRAY(SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'steward\\_%' ORDER BY nspname LIMIT 100) AS teams`,
    [],
  );
  const found = v.safeParse(facts, rows[0]);
  if (!found.success) throw new TeamError({ kind: 'protocol', where, said: null });
  const { version, number, standby, user, may_create_role, may_create_schema, teams } = found.output;
  if (number < oldestServer) throw new TeamError({ kind: 'too-old-server', where, said: version });
  if (standby) throw new TeamError({ kind: 'read-only', where, said: null });
  const missing: readonly TeamRight[] = [
    ...(may_create_role ? [] : ['create-role' as const]),
    ...(may_create_schema ? [] : ['create-schema' as const]),
  ];
  // What a distribution adds behind the number says nothing to anybody.
  const short = version.split(' ')[0] ?? version;
  return {
    ...{ where, database: address.database, user, version: short },
    ...{ tls: securityOf(address), missing, teams },
  };
};
