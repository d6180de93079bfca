import type { AccountFailure, AccountHealth } from '#shared/contract/accounts.ts';
import type { Words } from '#shared/messages/format.ts';
import { createTimes } from '#shared/messages/times.ts';
import { CliFailure, exitCodes } from './exit.ts';
import { oneLine } from './printable.ts';

/** A server's or a login's failure in words, with what the other side said. */
export const failureWords = (words: Words, failure: AccountFailure): string => {
  const text = words.of(
    `account.failure.${failure.kind}`,
    { where: failure.where, said: failure.said ?? '' },
    'account.failure.other',
  );
  return failure.said === null ? text : `${text} (${oneLine(failure.said)})`;
};

/** An account's health in words. */
export const healthWords = (words: Words, health: AccountHealth, now: number): string => {
  const times = createTimes(words.locale);
  switch (health.kind) {
    case 'importing':
      return words('cli.health.importing', {
        done: health.done,
        total: health.total,
        left: health.secondsLeft === null ? 'unknown' : times.length(health.secondsLeft * 1_000),
      });
    case 'listening':
      return words('cli.health.listening', { time: times.relative(health.lastCheckedAt, now) });
    case 'failed':
      return failureWords(words, health.failure);
    case 'elsewhere':
      return words('health.elsewhere', { member: oneLine(health.member), device: oneLine(health.device) });
    case 'team-away':
    case 'no-login':
      return words(`health.${health.kind}`);
    case 'new':
    case 'connecting':
    case 'paused':
    case 'offline':
      return words(`cli.health.${health.kind}`);
  }
};

/** Which refusals and failures are about a server or a login; the others are rules of the product or faults. */
const aboutServers: ReadonlySet<string> = new Set([
  'cannot-connect',
  'source-unavailable',
  'sign-in-cancelled',
  'team-unreachable',
  'erase-team-away',
]);
const faults: ReadonlySet<string> = new Set([
  'engine-fault',
  'engine-gone',
  'not-understood',
  'no-workspace',
]);

const exitOf = (kind: string): CliFailure['exit'] => {
  if (aboutServers.has(kind)) return exitCodes.server;
  if (kind === 'disk-full') return exitCodes.workspace;
  return faults.has(kind) ? exitCodes.failed : exitCodes.refused;
};

const plainValues = (facts: object): Readonly<Record<string, string | number | boolean>> =>
  Object.fromEntries(
    Object.entries(facts).filter((entry): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]),
    ),
  );

/** A call's refusal as the failure of a command, in the words that the window uses. */
export const refusalFailure = (refusal: { readonly kind: string }): CliFailure =>
  new CliFailure(exitOf(refusal.kind), refusal.kind, `refusal.${refusal.kind}`, {
    ...plainValues(refusal),
  });

/** What a certificate that is not believed says of itself, and what is wrong with it; nothing where there is none. */
export const certificateLines = (
  words: Words,
  certificate: NonNullable<AccountFailure['certificate']> | null,
): readonly string[] =>
  certificate === null
    ? []
    : [
        words('cli.certificate', {
          fingerprint: certificate.fingerprint,
          subject: oneLine(certificate.subject),
          issuer: oneLine(certificate.issuer),
          until: createTimes(words.locale).day(certificate.validTo),
          problem: words.of(
            `account.certificate.problem.${certificate.problem}`,
            {},
            'account.certificate.problem.other',
          ),
        }),
      ];

/** The failure of a connection as the failure of a command. */
export const connectFailure = (words: Words, failure: AccountFailure, address: string): CliFailure => {
  const { certificate } = failure;
  return new CliFailure(
    // A full disk stops an account as well, but it is the workspace that needs help.
    failure.kind === 'disk-full' ? exitCodes.workspace : exitCodes.server,
    failure.kind,
    'cli.server.failed',
    { words: failureWords(words, failure), address: oneLine(address) },
    {
      facts: { account: address, failure },
      lines: certificateLines(words, certificate),
    },
  );
};

/** The value of an answer; a refusal ends the command. */
export const accepted = <Value>(
  answer:
    | { readonly ok: true; readonly value: Value }
    | { readonly ok: false; readonly failure: { readonly kind: string } },
): Value => {
  if (answer.ok) return answer.value;
  throw refusalFailure(answer.failure);
};
