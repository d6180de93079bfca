import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { initTeam } from '#main/engine/team/server/install.ts';
import { newPassword, scramVerifier } from '#main/engine/team/scram-verifier.ts';
import { clientSchema } from '#main/engine/team/wire.ts';
import type { Invited, Joining, Redeemed } from '#main/engine/team/wire.ts';
import type { Role } from '#shared/domain/member.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { LOOPBACK } from '../ports.ts';
import type { TestPostgres } from './postgres.ts';

/** A login in a test's database. */
export type Login = { readonly user: string; readonly password: string };

/** A member of a test's team: an open connection with their own credentials. */
export type TestMember = {
  readonly id: MemberId;
  readonly device: string;
  readonly login: Login;
  readonly client: Client;
  /** Calls one of the team's functions; objects and arrays travel as JSON. */
  readonly call: (name: string, ...values: readonly unknown[]) => Promise<unknown>;
};

/** A database with an owner who may create roles and a schema and no more, and a team in it. */
export type TestTeam = {
  readonly slug: string;
  readonly schema: string;
  readonly database: string;
  readonly owner: Login;
  readonly ownerUrl: string;
  readonly admin: TestMember;
  /** Invites and redeems. */
  readonly join: (role: Role, name?: string) => Promise<TestMember>;
  /** Closes every connection that was opened here. */
  readonly close: () => Promise<void>;
};

/** Connects as somebody; a connection that the server ends later is no error of the test. */
export async function connectAs(postgres: TestPostgres, database: string, login: Login): Promise<Client> {
  const client = new Client({
    host: LOOPBACK,
    port: postgres.port,
    database,
    user: login.user,
    password: login.password,
    ...(postgres.certificate === null
      ? {}
      : { ssl: { ca: postgres.certificate.pem, servername: 'localhost' } }),
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Runs SQL as the superuser of a test's server. */
export async function asSuperuser(
  postgres: TestPostgres,
  sql: string,
  database = 'postgres',
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ host: LOOPBACK, port: postgres.port, user: 'postgres', database });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

const wired = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Buffer.isBuffer(value) ? JSON.stringify(value) : value;

/** Calls one of a team's functions over a connection. */
export async function callTeam(
  client: Client,
  schema: string,
  name: string,
  values: readonly unknown[],
): Promise<unknown> {
  const marks = values.map((_, index) => `$${String(index + 1)}`).join(', ');
  const { rows } = await client.query<{ answer: unknown }>(
    `SELECT "${schema}"."${name}"(${marks}) AS answer`,
    [...values.map(wired)],
  );
  return rows[0]?.answer;
}

/** Somebody who is about to join. */
export const newcomer = (name: string): Joining => ({
  member: { id: randomUUID() as MemberId, name, address: `${name.toLowerCase()}@team.test` },
  device: { id: randomUUID(), name: `${name}'s computer`, publicKey: randomBytes(32).toString('base64') },
});

/** A database of its own with an owner who has no more rights than are needed. */
export async function makeDatabase(
  postgres: TestPostgres,
): Promise<{ readonly database: string; readonly owner: Login; readonly ownerUrl: string }> {
  const tag = randomBytes(4).toString('hex');
  const database = `db_${tag}`;
  const owner = { user: `owner_${tag}`, password: newPassword() };
  await asSuperuser(
    postgres,
    `CREATE ROLE ${owner.user} LOGIN CREATEROLE PASSWORD '${scramVerifier(owner.password)}'`,
  );
  await asSuperuser(postgres, `CREATE DATABASE ${database}`);
  await asSuperuser(postgres, `GRANT CREATE ON DATABASE ${database} TO ${owner.user}`);
  const ownerUrl = `postgresql://${owner.user}:${owner.password}@${LOOPBACK}:${String(postgres.port)}/${database}`;
  return { database, owner, ownerUrl };
}

/** Redeems an invitation and answers the login that came of it. */
export async function redeem(
  postgres: TestPostgres,
  place: { readonly database: string; readonly schema: string },
  invitation: Login,
  joining: Joining,
): Promise<Login> {
  const password = newPassword();
  const guest = await connectAs(postgres, place.database, invitation);
  try {
    const { member, device } = joining;
    const answer = (await callTeam(guest, place.schema, 'redeem', [
      ...[member.id, member.name, member.address, device.id, device.name, device.publicKey],
      scramVerifier(password),
    ])) as Redeemed;
    return { user: answer.role, password };
  } finally {
    await guest.end();
  }
}

/** Makes a team in a database of its own, or in one that is there. */
export async function makeTeam(
  postgres: TestPostgres,
  options: {
    readonly slug?: string;
    readonly within?: Awaited<ReturnType<typeof makeDatabase>>;
  } = {},
): Promise<TestTeam> {
  const slug = options.slug ?? 'acme';
  const { database, owner, ownerUrl } = options.within ?? (await makeDatabase(postgres));
  const opened: Client[] = [];
  const sitDown = async (joining: Joining, login: Login, schema: string): Promise<TestMember> => {
    const client = await connectAs(postgres, database, login);
    opened.push(client);
    const call: TestMember['call'] = (name, ...values) => callTeam(client, schema, name, values);
    // As every application does first: whoever does not say which protocol it speaks may only read.
    await call('hello', clientSchema);
    return { id: joining.member.id, device: joining.device.id, login, client, call };
  };
  const asOwner = await connectAs(postgres, database, owner);
  const first = newcomer('Ana');
  const made = await initTeam(asOwner, { team: { id: randomUUID(), name: 'Acme', slug }, ...first }).finally(
    () => asOwner.end(),
  );
  const { schema } = made;
  const admin = await sitDown(first, { user: made.role, password: made.password }, schema);
  return {
    ...{ slug, schema, database, owner, ownerUrl, admin },
    join: async (role, name = 'Bea') => {
      const password = newPassword();
      const invited = (await admin.call('invite', role, 24, scramVerifier(password))) as Invited;
      const joining = newcomer(name);
      const login = await redeem(postgres, { database, schema }, { user: invited.role, password }, joining);
      return sitDown(joining, login, schema);
    },
    close: async () => {
      await Promise.all(opened.map((client) => client.end().catch(() => undefined)));
    },
  };
}
