import type { AccountFailure } from '#shared/contract/accounts.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import type { SendResult } from '../../kit/outgoing.ts';
import type { Login } from '../credentials.ts';
import { codeOf, wordsOf } from '../../kit/connection-codes.ts';
import { connectionFailure } from '../failures.ts';
import { hostPort } from '../../kit/endpoint.ts';
import type { Endpoint } from '../../kit/endpoint.ts';

/** What a server answered inside an error of the library: the code, and its words without it. */
export type Reply = { readonly code: number; readonly said: string };

const property = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;

/** The server's reply that an error carries, or null when the error is not a reply. */
export function replyOf(error: unknown): Reply | null {
  const code = property(error, 'responseCode');
  const response = property(error, 'response');
  if (typeof code !== 'number') return null;
  const said = wordsOf(typeof response === 'string' ? response.replace(/^\d{3}[ -]?/gm, '') : null);
  return { code, said: said ?? String(code) };
}

/** The enhanced status code (RFC 3463) at the beginning of a reply, or its plain code. */
export const statusOf = (reply: Reply): string =>
  /^[245]\.\d{1,3}\.\d{1,3}\b/.exec(reply.said)?.[0] ?? String(reply.code);

/** A refusal of the whole message as the outbox wants it; 4xx passes (RFC 5321 section 4.2.1). */
export const refusal = (reply: Reply): SendResult =>
  reply.code < 500
    ? { kind: 'retry', said: reply.said, afterMs: null }
    : { kind: 'rejected', said: reply.said, code: statusOf(reply) };

function kindOfAuth(reply: Reply | null, login: Login): AccountFailure['kind'] {
  // 454 4.7.0 is a temporary failure of the server's own, 421 and 4.7.x limits pass; 530/538 want TLS first (RFC 4954 section 6).
  if (reply?.code === 538) return 'no-tls';
  if (reply?.code === 421 || /too many|rate|limit|try again later/i.test(reply?.said ?? ''))
    return 'rate-limited';
  if (reply !== null && reply.code < 500) return 'no-answer';
  return login.kind === 'oauth' ? 'sign-in-expired' : 'password-refused';
}

/** Turns whatever connecting or signing in threw into a failure. */
export async function smtpFailure(
  error: unknown,
  endpoint: Endpoint,
  login: Login,
  signal: AbortSignal,
): Promise<Error> {
  if (error instanceof ChannelError) return error;
  const where = hostPort(endpoint);
  const reply = replyOf(error);
  const code = codeOf(error);
  if (code === 'EAUTH') {
    const said = reply?.said ?? wordsOf(error instanceof Error ? error.message : null);
    return new ChannelError(failure(kindOfAuth(reply, login), where, { said }), error);
  }
  if (reply !== null) {
    const kind =
      code === 'ETLS' ? 'no-tls' : reply.code === 421 || reply.code === 450 ? 'rate-limited' : 'protocol';
    return new ChannelError(failure(kind, where, { said: reply.said }), error);
  }
  const connection = await connectionFailure(error, endpoint, 'smtp', signal);
  if (connection !== null) return connection;
  const said = wordsOf(error instanceof Error ? error.message : String(error));
  return new ChannelError(failure('protocol', where, { said }), error);
}
