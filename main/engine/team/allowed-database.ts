import type { TeamFailure } from '#shared/contract/team.ts';
import type { Policy } from '#shared/domain/policy/policy.ts';
import { hostPort } from '#main/channels/kit/endpoint.ts';
import { refusedLogin } from '../policy/rules.ts';
import { TeamError } from './connection-failure.ts';
import type { TeamLogin } from './connection.ts';
import { placesOf } from './database-address.ts';

/** Why the machine's admin does not let this device to one of the servers of a team's database, as the failure of its line; null where they do. */
export const notAllowed = (policy: Policy, login: TeamLogin): TeamFailure | null => {
  const place = placesOf(login).find((one) => refusedLogin(policy, { ...login, ...one }) !== null);
  if (place === undefined) return null;
  return { kind: 'not-allowed', where: hostPort(place), said: policy.values.managedBy ?? null };
};

/** Throws before a connection is opened that the machine's admin does not allow. */
export const checkDatabase = (policy: Policy, login: TeamLogin): void => {
  const failure = notAllowed(policy, login);
  if (failure !== null) throw new TeamError(failure);
};
