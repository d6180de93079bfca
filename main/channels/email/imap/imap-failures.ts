import type { AccountFailure } from '#shared/contract/accounts.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import type { Login } from '../credentials.ts';
import { codeOf, innermostCode, kindOfCode, wordsOf } from '../../kit/connection-codes.ts';
import { connectionFailure } from '../failures.ts';
import { hostPort } from '../../kit/endpoint.ts';
import type { Endpoint } from '../../kit/endpoint.ts';

type Facts = Readonly<Record<string, unknown>>;

const factsOf = (error: unknown): Facts =>
  typeof error === 'object' && error !== null ? Object.fromEntries(Object.entries(error)) : {};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

// What servers add to a refusal when the password is not the reason (RFC 5530; Gmail, Dovecot, Exchange in their own words).
const tooMany = /too many|connection limit|maximum number|rate.?limit|throttl|try again later|simultaneous/i;

function kindOfRefusal(login: Login | null, responseCode: string, said: string): AccountFailure['kind'] {
  switch (responseCode) {
    case 'UNAVAILABLE':
    case 'SERVERBUG':
      return 'no-answer';
    case 'LIMIT':
    case 'INUSE':
    case 'THROTTLED':
      return 'rate-limited';
    case 'PRIVACYREQUIRED':
      return 'no-tls';
    default:
      if (tooMany.test(said)) return 'rate-limited';
      return login?.kind === 'oauth' ? 'sign-in-expired' : 'password-refused';
  }
}

function kindOfNo(responseCode: string, said: string, mailboxMissing: boolean): AccountFailure['kind'] {
  if (mailboxMissing) return 'mailbox-gone';
  switch (responseCode) {
    case 'NONEXISTENT':
    case 'TRYCREATE':
      return 'mailbox-gone';
    case 'OVERQUOTA':
      return 'quota';
    case 'LIMIT':
    case 'INUSE':
    case 'THROTTLED':
      return 'rate-limited';
    case 'UNAVAILABLE':
      return 'no-answer';
    default:
      return tooMany.test(said) ? 'rate-limited' : 'protocol';
  }
}

/** Turns whatever an IMAP connection threw into a failure; `before` is an earlier error event that explains a later one. */
export async function imapFailure(
  error: unknown,
  about: {
    readonly endpoint: Endpoint;
    readonly login: Login | null;
    readonly before: unknown;
    readonly now: number;
  },
  signal: AbortSignal,
): Promise<Error> {
  if (error instanceof ChannelError) return error;
  if (about.before instanceof ChannelError) return about.before;
  const lost = kindOfCode(codeOf(error)) === 'no-answer';
  const cause = lost && about.before !== null ? about.before : error;
  const facts = factsOf(cause);
  const where = hostPort(about.endpoint);
  const responseCode = text(facts['serverResponseCode']).toUpperCase();
  const said = wordsOf(text(facts['responseText']) || text(facts['response']) || text(facts['reason']));
  if (facts['authenticationFailed'] === true) {
    return new ChannelError(
      failure(kindOfRefusal(about.login, responseCode, said ?? ''), where, { said }),
      cause,
    );
  }
  if (text(facts['reason']) !== '' && tooMany.test(said ?? '')) {
    return new ChannelError(failure('rate-limited', where, { said }), cause);
  }
  if (codeOf(cause) === 'ETHROTTLE') {
    const wait = typeof facts['throttleReset'] === 'number' ? facts['throttleReset'] : 60_000;
    return new ChannelError(failure('rate-limited', where, { said, retryAt: about.now + wait }), cause);
  }
  const responseStatus = text(facts['responseStatus']);
  if (responseStatus !== '') {
    const kind =
      responseStatus === 'NO'
        ? kindOfNo(responseCode, said ?? '', facts['mailboxMissing'] === true)
        : 'protocol';
    return new ChannelError(failure(kind, where, { said }), cause);
  }
  const connection = await connectionFailure(cause, about.endpoint, 'imap', signal);
  if (connection !== null) return connection;
  const kind =
    facts['tlsFailed'] === true || innermostCode(cause) === 'NotFound' ? tlsOrGone(facts) : 'protocol';
  const words = said ?? wordsOf(cause instanceof Error ? cause.message : String(cause));
  return new ChannelError(failure(kind, where, { said: words }), cause);
}

const tlsOrGone = (facts: Facts): AccountFailure['kind'] =>
  facts['tlsFailed'] === true ? 'no-tls' : 'mailbox-gone';

/** Whether an error is a server's own NO or BAD to one command, so that the connection goes on. */
export const isRefusedCommand = (error: unknown): boolean => text(factsOf(error)['responseStatus']) !== '';
