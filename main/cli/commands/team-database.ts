import type { TeamDatabase, TeamFailure } from '#shared/contract/team.ts';
import type { Words } from '#shared/messages/format.ts';
import { CliFailure, exitCodes } from '../exit.ts';
import { oneLine } from '../printable.ts';
import type { OpenRun } from '../run.ts';
import { certificateLines, refusalFailure } from '../say.ts';
import { readTextFile } from '../terminal.ts';

/** What may be said of a database beside its address. */
export type DatabaseOptions = {
  readonly passwordFile?: string | undefined;
  /** A file with the certificate of a private authority in PEM. */
  readonly authority?: string | undefined;
  /** The fingerprint of one certificate that is trusted by hand. */
  readonly trustCertificate?: string | undefined;
};

/** What a call about a database takes. */
export type SaidDatabase = {
  readonly address: string;
  readonly certificate: string | null;
  readonly pin: string | null;
};

const isUrl = (text: string): boolean => /^postgres(?:ql)?:\/\//iu.test(text) && URL.canParse(text);

const passwordOf = async ({ terminal }: OpenRun, options: DatabaseOptions): Promise<string> => {
  if (options.passwordFile !== undefined)
    return (await readTextFile(options.passwordFile, terminal)).replace(/\r?\n$/u, '');
  const given = process.env['STEWARD_PASSWORD'];
  if (given !== undefined && given !== '') return given;
  // Servers that need none (a socket of this machine's user, a trusted network) are asked with an empty one.
  return (await terminal.askHidden(terminal.words('cli.team.password'))) ?? '';
};

/**
 * The database that is meant. `-` reads the address from standard input. An address without a password gets it from
 * `--password-file`, STEWARD_PASSWORD or the terminal: whatever stands in a command line is seen by others.
 */
export const saidDatabase = async (
  run: OpenRun,
  said: string,
  options: DatabaseOptions,
): Promise<SaidDatabase> => {
  const typed = (said === '-' ? await run.terminal.readInput() : said).trim();
  let address = typed;
  if (isUrl(typed)) {
    const url = new URL(typed);
    if (url.username !== '' && url.password === '') {
      url.password = encodeURIComponent(await passwordOf(run, options));
      address = url.href;
    }
  }
  const certificate =
    options.authority === undefined ? null : await readTextFile(options.authority, run.terminal);
  return { address, certificate, pin: options.trustCertificate ?? null };
};

/** Why the team's database cannot be reached, in words. */
const teamFailureWords = (words: Words, failure: TeamFailure): string => {
  const where = oneLine(failure.where);
  const text = words.of(`team.failure.${failure.kind}`, { where }, 'team.failure.other');
  return failure.said === null ? text : `${text} (${oneLine(failure.said)})`;
};

type Refusal = { readonly kind: string };
const isUnreachable = (
  refusal: Refusal,
): refusal is { readonly kind: string; readonly failure: TeamFailure } =>
  refusal.kind === 'team-unreachable' && 'failure' in refusal;
const lacksRights = (
  refusal: Refusal,
): refusal is { readonly kind: string; readonly missing: readonly string[] } =>
  refusal.kind === 'team-rights-missing' && 'missing' in refusal;

/** The value of an answer about a team; a refusal ends the command, that of a server with the server's exit code. */
export const teamAccepted = <Value>(
  words: Words,
  answer: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Refusal },
  about: Pick<TeamDatabase, 'user' | 'database'> = { user: '', database: '' },
): Value => {
  if (answer.ok) return answer.value;
  const { failure } = answer;
  if (isUnreachable(failure)) {
    const { failure: why } = failure;
    throw new CliFailure(
      exitCodes.server,
      why.kind,
      'cli.team.failed',
      { words: teamFailureWords(words, why) },
      { lines: certificateLines(words, why.certificate ?? null), facts: { failure: why } },
    );
  }
  if (lacksRights(failure)) {
    throw new CliFailure(
      exitCodes.server,
      failure.kind,
      `refusal.${failure.kind}`,
      {},
      {
        lines: failure.missing.map((right) =>
          words.of(`team.look.right.${right}`, { ...about }, 'refusal.team-rights-missing'),
        ),
        facts: { missing: failure.missing },
      },
    );
  }
  throw refusalFailure(failure);
};
