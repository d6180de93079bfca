import { hostname } from 'node:os';
import type { TeamFailure, TeamRight } from '#shared/contract/team.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { innermostCode } from '#main/channels/kit/connection-codes.ts';
import { memberOfWorkspace } from '../store/read/account.ts';
import { begunLogin } from '../store/read/team-login.ts';
import type { DeviceLogin } from '../store/read/team-login.ts';
import type { Workspace } from '../workspace.ts';
import { TeamCalls } from './connection-calls.ts';
import { TeamError } from './connection-failure.ts';
import { deviceKey } from './credentials/device-key.ts';
import { overConnection } from './ask-team.ts';
import { newPassword, scramVerifier } from './scram-verifier.ts';
import { InstallError } from './server/install-failure.ts';
import type { InstallProblem } from './server/install-failure.ts';
import { initTeam, upgradeTeam } from './server/install.ts';
import { loginOf, schemaOf } from './server/names.ts';
import { teamErrors } from './wire.ts';
import type { Hello, Joining, TeamAddress, TeamCredentials, TeamInvitation } from './wire.ts';

type Unreachable = { readonly kind: 'team-unreachable'; readonly failure: TeamFailure };

/** Why no team was set up. */
type FoundRefusal =
  | Unreachable
  | { readonly kind: 'team-exists' }
  | { readonly kind: 'team-rights-missing'; readonly missing: readonly TeamRight[] };

/** Why nobody came in. */
export type JoinRefusal =
  Unreachable | { readonly kind: 'invitation-used' } | { readonly kind: 'invitation-expired' };

/** A way in that works, and what the team says of itself and of us. */
export type Belonging = { readonly login: DeviceLogin; readonly hello: Hello };

/** The longest name of a device that is worth reading. */
const longestDeviceName = 60;

/**
 * What a team's schema is called after: the letters and digits of its name as far as PostgreSQL takes them without
 * quotes, at most 30, a letter first.
 */
const slugOf = (name: string): string => {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '_')
    .replace(/^[^a-z]+|_+$/gu, '')
    .slice(0, 30)
    .replace(/_+$/u, '');
  return plain === '' ? 'team' : plain;
};

const joiningAs = ({ db, root }: Workspace, schema: string, device: string, name: string): Joining => ({
  member: { id: memberOfWorkspace(db).id, name, address: '' },
  device: {
    id: device,
    name: hostname().slice(0, longestDeviceName) || 'computer',
    publicKey: Buffer.from(deviceKey(root, schema).open).toString('base64'),
  },
});

const unreachable = (error: TeamError): Unreachable => ({ kind: 'team-unreachable', failure: error.failure });

const installRefusal = (problem: InstallProblem, where: string): FoundRefusal => {
  const failed = (kind: TeamFailure['kind'], said: string | null): Unreachable => ({
    kind: 'team-unreachable',
    failure: { kind, where, said },
  });
  switch (problem.kind) {
    case 'exists':
    case 'bad-slug':
      return { kind: 'team-exists' };
    case 'needs-createrole':
      return { kind: 'team-rights-missing', missing: ['create-role'] };
    case 'needs-create':
      return { kind: 'team-rights-missing', missing: ['create-schema'] };
    case 'old-server':
      return failed('too-old-server', problem.version);
    case 'read-only':
      return failed('read-only', null);
    case 'needs-utf8':
      return failed('needs-utf8', problem.encoding);
    case 'no-connect':
      return failed('rights-missing', `GRANT CONNECT ON DATABASE ${problem.database} TO PUBLIC`);
    // Only an upgrade ends so.
    case 'no-team':
    case 'not-owner':
    case 'newer':
      return failed('protocol', problem.kind);
  }
};

const helloWith = (credentials: TeamCredentials): Promise<Hello> =>
  overConnection(credentials, (connection) => new TeamCalls(connection).hello());

/**
 * Sets a team up in the owner's database, with the person here as its first admin, and comes in as such once. The
 * owner's password is not kept.
 */
export const foundTeam = async (
  workspace: Workspace,
  owner: TeamCredentials,
  names: { readonly team: string; readonly me: string },
): Promise<Result<Belonging, FoundRefusal>> => {
  const slug = slugOf(names.team);
  // The way in is kept before there is a team: a crash right after the commit leaves nobody outside.
  const login = await loginFor(workspace, { ...owner, schema: schemaOf(slug) });
  const { device, credentials } = login;
  const joining = joiningAs(workspace, credentials.schema, device, names.me);
  const team = { id: workspace.ids.next(), name: names.team, slug };
  try {
    await overConnection(owner, (connection) =>
      initTeam((sql, parameters = []) => connection.query(sql, parameters), {
        ...{ team, ...joining, password: credentials.password },
      }),
    );
    return ok({ login, hello: await helloWith(credentials) });
  } catch (error) {
    const where = `${owner.host}:${String(owner.port)}`;
    if (error instanceof InstallError) {
      const own = error.problem.kind === 'exists' && error.problem.isTeam ? await ownHalf(login) : null;
      return own === null ? fail(installRefusal(error.problem, where)) : ok(own);
    }
    if (error instanceof TeamError) return fail(unreachable(error));
    throw error;
  }
};

/** The team that an earlier try here made, whose end was never heard of; null where it is somebody else's. */
const ownHalf = async (login: DeviceLogin): Promise<Belonging | null> => {
  try {
    return { login, hello: await helloWith(login.credentials) };
  } catch (error) {
    if (error instanceof TeamError) return null;
    throw error;
  }
};

/** Brings a team's schema up to this version, as its owner; answers how many steps that took. */
export const upgradeAsOwner = async (
  owner: TeamCredentials,
  schema: string,
): Promise<Result<{ readonly steps: number }, Unreachable | { readonly kind: 'team-too-old' }>> => {
  const where = `${owner.host}:${String(owner.port)}`;
  try {
    return ok(
      await overConnection(owner, (connection) =>
        upgradeTeam((sql, parameters = []) => connection.query(sql, parameters), schema),
      ),
    );
  } catch (error) {
    if (error instanceof TeamError) return fail(unreachable(error));
    if (!(error instanceof InstallError)) throw error;
    const { problem } = error;
    if (problem.kind === 'newer') return fail({ kind: 'team-too-old' });
    const failure: TeamFailure =
      problem.kind === 'not-owner'
        ? { kind: 'rights-missing', where, said: problem.owner }
        : { kind: 'protocol', where, said: problem.kind };
    return fail({ kind: 'team-unreachable', failure });
  }
};

/** The login to come in with: the one that an earlier try at the same place began with, so that an answer lost on the way costs nothing. */
const loginFor = async (workspace: Workspace, address: TeamAddress): Promise<DeviceLogin> => {
  const { host, port, others = [], database, schema, pin, authority = null } = address;
  const begun = begunLogin(workspace.db);
  const isSame =
    begun !== null &&
    begun.credentials.host === host &&
    begun.credentials.port === port &&
    begun.credentials.database === database &&
    begun.credentials.schema === schema;
  if (isSame) return begun;
  const device = workspace.ids.next();
  const role = loginOf(schema.slice(schemaOf('').length), device);
  const password = newPassword();
  const login = {
    device,
    credentials: { host, port, others, database, schema, pin, authority, role, password },
  };
  await workspace.writer.run('team.keepLogin', login);
  return login;
};

const redeem = (
  invitation: TeamInvitation,
  { member, device }: Joining,
  verifier: string,
): Promise<unknown> =>
  overConnection(invitation, (connection) =>
    connection.call('redeem', [
      ...[member.id, member.name, member.address],
      ...[device.id, device.name, device.publicKey, verifier],
    ]),
  );

/** What a guest's login that is not let in means: it was used, revoked, or its time is over. */
const isSpent = (error: TeamError): boolean =>
  innermostCode(error.cause) === teamErrors.invitation ||
  error.failure.kind === 'password-refused' ||
  error.failure.kind === 'not-let-in';

/** Joins by an invitation: makes a password and a key here, gives the database what proves them, and comes in once. */
export const joinBy = async (
  workspace: Workspace,
  invitation: TeamInvitation,
  name: string,
): Promise<Result<Belonging, JoinRefusal>> => {
  const login = await loginFor(workspace, invitation);
  const joining = joiningAs(workspace, invitation.schema, login.device, name);
  let refused: TeamError | null = null;
  try {
    await redeem(invitation, joining, scramVerifier(login.credentials.password));
  } catch (error) {
    if (!(error instanceof TeamError)) throw error;
    refused = error;
  }
  try {
    // Also after a refusal: an earlier try may have come through with its answer lost.
    return ok({ login, hello: await helloWith(login.credentials) });
  } catch (error) {
    if (!(error instanceof TeamError)) throw error;
    if (refused === null) return fail(unreachable(error));
    if (!isSpent(refused)) return fail(unreachable(refused));
    // Whether it is still good is for the database to say, whose clock it was made by; why not is told by ours.
    const isOver = invitation.expiresAt <= workspace.clock.now();
    return fail({ kind: isOver ? 'invitation-expired' : 'invitation-used' });
  }
};
