import type { TeamFailure } from '#shared/contract/team.ts';
import { innermostCode, wordsOf } from '#main/channels/kit/connection-codes.ts';
import { teamErrors } from './wire.ts';

/** What a failure means for the line: try again later, or not before somebody does something. */
export type Fate = 'away' | 'cut' | 'too-old';

/** The team's database could not be asked, or said no to the line and not to what was asked. */
export class TeamError extends Error {
  readonly failure: TeamFailure;
  readonly fate: Fate;
  /** Whether the same may be asked again at once: another one was writing the same rows. */
  readonly isRace: boolean;
  /** Whether the server itself ended the line, by somebody's command: a removed device's, or all of them before a restart. */
  readonly isDismissal: boolean;

  constructor(
    failure: TeamFailure,
    more: {
      readonly fate?: Fate;
      readonly isRace?: boolean;
      readonly isDismissal?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(`team: ${failure.kind}`, { cause: more.cause });
    this.name = 'TeamError';
    this.failure = failure;
    this.fate = more.fate ?? 'away';
    this.isRace = more.isRace ?? false;
    this.isDismissal = more.isDismissal ?? false;
  }
}

type Kind = TeamFailure['kind'];

// PostgreSQL's SQLSTATE (appendix A of its manual): whole codes first, classes of two characters after them.
const byState: Readonly<Record<string, Kind>> = {
  [teamErrors.forbidden]: 'rights-missing',
  [teamErrors.malformed]: 'protocol',
  '28P01': 'password-refused',
  '28000': 'not-let-in',
  '3D000': 'no-such-database',
  '3F000': 'rights-missing',
  '42501': 'rights-missing',
  '42883': 'too-old-server',
  '42P01': 'rights-missing',
  '25006': 'read-only',
  '53100': 'disk-full',
  '53300': 'too-many-connections',
  '55P03': 'no-answer',
  '57014': 'no-answer',
  '57P03': 'starting-up',
  '53': 'too-many-connections',
  '57': 'starting-up',
  '58': 'disk-full',
  '08': 'no-answer',
  '0A': 'protocol',
};

const byCode: Readonly<Record<string, Kind>> = {
  ENOTFOUND: 'host-not-found',
  ENODATA: 'host-not-found',
  ECONNREFUSED: 'connection-refused',
  EAI_AGAIN: 'offline',
  ENETUNREACH: 'offline',
  ENETDOWN: 'offline',
  EHOSTUNREACH: 'offline',
  EHOSTDOWN: 'offline',
  EADDRNOTAVAIL: 'offline',
};

/** Serialisation failures and deadlocks: the server asks for the same once more. */
const races: ReadonlySet<string> = new Set(['40001', '40P01']);

/** `admin_shutdown`: what `pg_terminate_backend` and a fast shutdown say before they end a line. */
const dismissal = '57P01';

const stateForm = /^[0-9A-Z]{5}$/u;

const kindOf = (code: string): Kind => {
  if (stateForm.test(code)) return byState[code] ?? byState[code.slice(0, 2)] ?? 'protocol';
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO') return 'no-tls';
  // A line that breaks in any other way: reset, ended, nothing heard.
  return byCode[code] ?? 'no-answer';
};

/** What an error of the line or of the server means; `where` is `host:port`. */
export const teamError = (error: unknown, where: string): TeamError => {
  if (error instanceof TeamError) return error;
  const code = innermostCode(error);
  const fate: Fate = code === teamErrors.cut ? 'cut' : 'away';
  const said = stateForm.test(code) && error instanceof Error ? wordsOf(error.message) : null;
  return new TeamError(
    { kind: kindOf(code), where, said },
    { fate, isRace: races.has(code), isDismissal: code === dismissal, cause: error },
  );
};
