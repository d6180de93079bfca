import { isIP } from 'node:net';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { TeamFailure } from '#shared/contract/team.ts';
import { hostPort } from '#main/channels/kit/endpoint.ts';
import type { TeamPlace } from './connection-line.ts';

/** A database as whoever owns it says it: where, which, and who asks with which password. */
export type DatabaseAddress = {
  readonly place: TeamPlace;
  readonly database: string;
  readonly user: string;
  readonly password: string;
};

/** PostgreSQL's own (IANA). */
const usualPort = 5432;
const hostName = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/u;

const wrong = (said: string | null): Result<never, TeamFailure> => fail({ kind: 'address', where: '', said });

const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

/** The URL's parts, none of them in quotes of the URL any more; null where a part cannot be one. */
const partsOf = (url: URL): Omit<DatabaseAddress, 'place'> | null => {
  const user = decoded(url.username);
  const password = decoded(url.password);
  const path = decoded(url.pathname.slice(1));
  if (user === null || password === null || path === null || user === '') return null;
  // Without one it is the database named after the user, as everywhere with PostgreSQL.
  const database = path === '' ? user : path;
  const whole = [user, password, database].join('');
  return whole.includes('\0') || path.includes('/') ? null : { user, password, database };
};

/**
 * Reads `postgres://user:password@host:port/database` (PostgreSQL manual, 32.1.1.2). Parameters behind it are left out:
 * how the line is protected is not a choice. `trust` says which certificates count beside those of public authorities.
 */
export const readDatabaseAddress = (
  text: string,
  trust: Pick<TeamPlace, 'pin'> & { readonly authority: string | null },
): Result<DatabaseAddress, TeamFailure> => {
  if (!/^postgres(?:ql)?:\/\//iu.test(text.trim()) || !URL.canParse(text.trim())) return wrong(null);
  const url = new URL(text.trim());
  const host = url.hostname.replace(/^\[|\]$/gu, '').toLowerCase();
  if (isIP(host) === 0 && !hostName.test(host)) return wrong('host');
  const port = url.port === '' ? usualPort : Number(url.port);
  const parts = partsOf(url);
  if (parts === null) return wrong(url.username === '' ? 'user' : 'database');
  return ok({ place: { host, port, ...trust }, ...parts });
};

/** Where it is, as failures name it. */
export const whereOf = ({ place }: DatabaseAddress): string => hostPort(place);
