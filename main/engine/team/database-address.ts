import { isIP } from 'node:net';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { TeamFailure } from '#shared/contract/team.ts';
import type { TeamCredentials } from './wire.ts';

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

type Who = Pick<TeamCredentials, 'role' | 'password' | 'database'>;

/** The URL's parts without the URL's quoting; null where a part cannot be one. */
const whoOf = (url: URL): Who | null => {
  const role = decoded(url.username);
  const password = decoded(url.password);
  const path = decoded(url.pathname.slice(1));
  if (role === null || password === null || path === null || role === '') return null;
  // Without one it is the database named after the user, as everywhere with PostgreSQL.
  const database = path === '' ? role : path;
  const isWhole = ![role, password, database].join('').includes('\0');
  return isWhole && !path.includes('/') ? { role, password, database } : null;
};

/**
 * Reads `postgres://user:password@host:port/database` (PostgreSQL manual, 32.1.1.2), in which no team is meant yet.
 * Parameters behind it are left out: how the line is protected is not a choice. `trust` says which certificates count
 * beside those of public authorities.
 */
export const readDatabaseAddress = (
  text: string,
  trust: { readonly pin: string | null; readonly authority: string | null },
): Result<TeamCredentials, TeamFailure> => {
  const said = text.trim();
  if (!/^postgres(?:ql)?:\/\//iu.test(said) || !URL.canParse(said)) return wrong(null);
  const url = new URL(said);
  const host = url.hostname.replace(/^\[|\]$/gu, '').toLowerCase();
  if (isIP(host) === 0 && !hostName.test(host)) return wrong('host');
  const port = url.port === '' ? usualPort : Number(url.port);
  const who = whoOf(url);
  if (who === null) return wrong(url.username === '' ? 'user' : 'database');
  return ok({ host, port, schema: '', ...trust, ...who });
};
