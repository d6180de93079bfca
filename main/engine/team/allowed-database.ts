import type { TeamFailure } from '#shared/contract/team.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { hostPort } from '#main/channels/kit/endpoint.ts';
import { refusedLogin } from '../policy/rules.ts';
import { TeamError } from './connection-failure.ts';
import type { TeamLogin } from './connection.ts';

/** Why the machine's admin does not let this device to a team's database, as the failure of its line; null where they do. */
export const notAllowed = (policy: Policy, login: TeamLogin): TeamFailure | null => {
  const refused = refusedLogin(policy, login);
  if (refused === null) return null;
  return { kind: 'not-allowed', where: hostPort(login), said: policy.values.managedBy ?? null };
};

/** Throws before a connection is opened that the machine's admin does not allow. */
export const checkDatabase = (policy: Policy, login: TeamLogin): void => {
  const failure = notAllowed(policy, login);
  if (failure !== null) throw new TeamError(failure);
};
