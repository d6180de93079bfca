import { X509Certificate, createHash } from 'node:crypto';
import * as v from 'valibot';
import type { InvitationFacts } from '#shared/contract/team.ts';
import { invitationLink, invitationPrefix } from '#shared/domain/team/invitation-form.ts';
import { roles } from '#shared/domain/member.ts';
import { hostPort } from '#main/channels/kit/endpoint.ts';
import { mostPlaces, placesOf } from './database-address.ts';
import type { TeamInvitation } from './wire.ts';

/** Six bytes of SHA-256: a link that lost its end or a letter is told from a good one before anything is asked. */
const checksum = (said: string): string =>
  createHash('sha256').update(said, 'utf8').digest().subarray(0, 6).toString('base64url');

// PostgreSQL cuts its names at 63 bytes (NAMEDATALEN); a host name has at most 253 letters (RFC 1035).
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(63));
const hostForm = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-fA-F:.]{2,45})$/u;

const host = v.pipe(v.string(), v.regex(hostForm));
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

/** What a link holds, with short names: nothing that the database could tell by itself. Times in whole seconds. */
const packed = v.strictObject({
  v: v.literal(1),
  h: host,
  p: port,
  o: v.optional(v.pipe(v.array(v.strictTuple([host, port])), v.maxLength(mostPlaces - 1))),
  d: name,
  s: v.pipe(v.string(), v.regex(/^steward_[a-z0-9_]{1,55}$/u)),
  f: v.optional(v.pipe(v.string(), v.regex(/^(?:[0-9A-F]{2}:?){32}$/u))),
  c: v.optional(v.pipe(v.array(v.pipe(v.string(), v.base64(), v.maxLength(8_000))), v.maxLength(10))),
  u: name,
  k: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{16,200}$/u)),
  x: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000)),
  t: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  r: v.picklist(roles),
});

const pemForm = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/gu;

/** The certificates of a text in PEM (RFC 7468), as the base64 between their heads. */
const certificatesIn = (pem: string): string[] =>
  [...pem.matchAll(pemForm)].map(([, body = '']) => body.replace(/\s+/gu, ''));

/** The same as text in PEM; null where one of them is no certificate. */
const asPem = (certificates: readonly string[]): string | null => {
  const pem = certificates.map((body) => {
    const lines = body.match(/.{1,64}/gu) ?? [];
    return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  });
  try {
    return pem.length > 0 && pem.every((one) => new X509Certificate(one).raw.length > 0)
      ? pem.join('')
      : null;
  } catch {
    return null;
  }
};

/** An invitation as the link that a colleague gets. */
export const writeInvitation = (invitation: TeamInvitation): string => {
  const { others = [], database, schema, pin, role, password, expiresAt, team, as } = invitation;
  const authority = certificatesIn(invitation.authority ?? '');
  const whole: v.InferInput<typeof packed> = {
    ...{ v: 1, h: invitation.host, p: invitation.port, d: database, s: schema },
    ...(others.length === 0 ? {} : { o: others.map((one): [string, number] => [one.host, one.port]) }),
    ...(pin === null ? {} : { f: pin }),
    ...(authority.length === 0 ? {} : { c: authority }),
    ...{ u: role, k: password, x: Math.floor(expiresAt / 1_000), t: team, r: as },
  };
  const said = Buffer.from(JSON.stringify(whole), 'utf8').toString('base64url');
  return `${invitationPrefix}${said}.${checksum(said)}`;
};

const unpacked = (said: string): v.InferOutput<typeof packed> | null => {
  try {
    const parsed = v.safeParse(packed, JSON.parse(Buffer.from(said, 'base64url').toString('utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
};

/** The invitation in what somebody pasted or opened; null where it is none, or not whole. Asks nobody. */
export const readInvitation = (text: string): TeamInvitation | null => {
  const link = invitationLink(text);
  if (link === null) return null;
  const [said = '', sum = ''] = link.slice(invitationPrefix.length).split('.');
  const whole = checksum(said) === sum ? unpacked(said) : null;
  if (whole === null) return null;
  const authority = whole.c === undefined ? null : asPem(whole.c);
  if (whole.c !== undefined && authority === null) return null;
  return {
    authority,
    ...(whole.o === undefined ? {} : { others: whole.o.map(([to, at]) => ({ host: to, port: at })) }),
    ...{ host: whole.h, port: whole.p, database: whole.d, schema: whole.s, pin: whole.f ?? null },
    ...{ role: whole.u, password: whole.k, expiresAt: whole.x * 1_000, team: whole.t, as: whole.r },
  };
};

/** What an invitation says to the person who decides. */
export const factsOf = (invitation: TeamInvitation): InvitationFacts => ({
  team: invitation.team,
  where: placesOf(invitation).map(hostPort).join(', '),
  database: invitation.database,
  role: invitation.as,
  expiresAt: invitation.expiresAt,
});
