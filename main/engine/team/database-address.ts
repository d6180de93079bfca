import { isIP } from 'node:net';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import type { TeamFailure } from '#shared/contract/team.ts';
import type { ServerPlace, TeamAddress, TeamCredentials } from './wire.ts';

/** PostgreSQL's own (IANA). */
const usualPort = 5432;
/** More servers than one database has. */
export const mostPlaces = 8;
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

/** `h1:5432,h2` between the user's "@" and the path, one after the other; a comma in a password stands before the "@". */
const authority = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/isu;

const placeIn = (url: URL): ServerPlace | null => {
  const host = url.hostname.replace(/^\[|\]$/gu, '').toLowerCase();
  if (isIP(host) === 0 && !hostName.test(host)) return null;
  return { host, port: url.port === '' ? usualPort : Number(url.port) };
};

/** The servers of an address in the order in which they are tried. */
export const placesOf = ({ host, port, others = [] }: TeamAddress): readonly ServerPlace[] => [
  { host, port },
  ...others,
];

/**
 * Reads `postgres://user:password@host:port,host2:port2/database` (PostgreSQL manual, 34.1.1.2), in which no team is meant yet.
 * Parameters behind it are left out: how the line is protected is not a choice, and of several servers it is always the
 * one that takes changes. `trust` says which certificates count beside those of public authorities.
 */
export const readDatabaseAddress = (
  text: string,
  trust: { readonly pin: string | null; readonly authority: string | null },
): Result<TeamCredentials, TeamFailure> => {
  const [, before, hosts, behind] = authority.exec(text.trim()) ?? [];
  if (before === undefined || hosts === undefined || behind === undefined) return wrong(null);
  const texts = hosts.split(',').map((place) => `${before}${place}${behind}`);
  if (texts.length > mostPlaces || !texts.every((one) => URL.canParse(one))) return wrong(null);
  const urls = texts.map((one) => new URL(one));
  const [first, ...others] = urls.map(placeIn);
  if (first === null || first === undefined) return wrong('host');
  const whole = others.filter((place) => place !== null);
  if (whole.length < others.length) return wrong('host');
  const url = new URL(texts[0] ?? '');
  const who = whoOf(url);
  if (who === null) return wrong(url.username === '' ? 'user' : 'database');
  return ok({ ...first, ...(whole.length === 0 ? {} : { others: whole }), schema: '', ...trust, ...who });
};
