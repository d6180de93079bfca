import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { newPassword, scramVerifier } from '#main/engine/team/scram-verifier.ts';
import { callTeam, connectAs, makeDatabase, newcomer } from './team.ts';
import type { Login, TestMember } from './team.ts';
import type { TestPostgres } from './postgres.ts';

/** The protocol of the version before erasures. */
export const protocolBefore = 2;

/** The names that are in `before-erasures.sql`. */
const names = {
  schema: 'steward_acme',
  members: 'st_acme_before_members',
  guests: 'st_acme_before_guests',
} as const;

/** A team as the version before erasures left it, with an admin on that version's protocol. */
export type TeamBefore = {
  readonly database: string;
  readonly schema: string;
  readonly ownerUrl: string;
  readonly admin: TestMember;
  /** Another connection of the admin's application. */
  readonly again: () => Promise<TestMember>;
  readonly close: () => Promise<void>;
};

/** Makes the team with what that version's own set-up ran. One on each server: its roles have fixed names. */
export async function makeTeamBeforeErasures(postgres: TestPostgres): Promise<TeamBefore> {
  const { database, owner, ownerUrl } = await makeDatabase(postgres);
  const { member, device } = newcomer('Ana');
  const password = newPassword();
  const sql = readFileSync(join(import.meta.dirname, 'before-erasures.sql'), 'utf8');
  const asOwner = await connectAs(postgres, database, owner);
  const run = async (text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>> => {
    const { rows } = await asOwner.query<Record<string, unknown>>(text, [...values]);
    return rows[0] ?? {};
  };
  const { schema, members, guests } = names;
  await asOwner.query(`BEGIN; CREATE ROLE "${members}" NOLOGIN; CREATE ROLE "${guests}" NOLOGIN;
    CREATE SCHEMA "${schema}"; CREATE TABLE "${schema}".migration (number integer PRIMARY KEY, made_at timestamptz NOT NULL);
    SET LOCAL search_path = "${schema}", pg_catalog; ${sql}
    REVOKE ALL ON SCHEMA "${schema}" FROM PUBLIC; GRANT USAGE ON SCHEMA "${schema}" TO "${members}", "${guests}"`);
  await run(
    `INSERT INTO team (id, name, slug, members_role, guests_role, channel, schema, oldest, created_at)
     VALUES ($1, 'Acme', 'acme', $2, $3, $4, $5, 2, now_ms())`,
    [randomUUID(), members, guests, `${schema}_before`, protocolBefore],
  );
  await run('INSERT INTO counter (seq) VALUES (0)');
  await run(
    `INSERT INTO member (id, name, address, role, joined_at) VALUES ($1, $2, $3, 'admin', now_ms())`,
    [member.id, member.name, member.address],
  );
  await run('SELECT write_member($1, $2)', [member.id, device.id]);
  const { login: role } = await run('SELECT add_device($1, $2, $3, $4, $5) AS login', [
    ...[device.id, member.id, device.name, device.publicKey, scramVerifier(password)],
  ]);
  await asOwner.query('COMMIT');
  await asOwner.end();

  const login: Login = { user: String(role), password };
  const opened: Client[] = [];
  const again = async (): Promise<TestMember> => {
    const client = await connectAs(postgres, database, login);
    opened.push(client);
    const call: TestMember['call'] = (name, ...values) => callTeam(client, schema, name, values);
    await call('hello', protocolBefore);
    return { id: member.id, device: device.id, login, client, call };
  };
  return {
    ...{ database, schema, ownerUrl, again, admin: await again() },
    close: async () => {
      await Promise.all(opened.map((client) => client.end().catch(() => undefined)));
    },
  };
}
