import type { AccountFailure } from '#shared/contract/accounts.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { hostPort } from './settings.ts';
import type { Endpoint } from './settings.ts';
import { certificateFailure, certificateProblem } from './tls/certificates.ts';
import { inspectCertificate } from './tls/inspect.ts';

type Kind = AccountFailure['kind'];

// What the operating system, Node's TLS and the two mail libraries call a connection that did not work.
const byCode: Readonly<Record<string, Kind>> = {
  ENOTFOUND: 'host-not-found',
  EDNS: 'host-not-found',
  ENODATA: 'host-not-found',
  EAI_AGAIN: 'offline',
  ENETUNREACH: 'offline',
  ENETDOWN: 'offline',
  EHOSTUNREACH: 'offline',
  EHOSTDOWN: 'offline',
  EADDRNOTAVAIL: 'offline',
  ECONNREFUSED: 'connection-refused',
  ETIMEDOUT: 'no-answer',
  ETIMEOUT: 'no-answer',
  CONNECT_TIMEOUT: 'no-answer',
  GREETING_TIMEOUT: 'no-answer',
  UPGRADE_TIMEOUT: 'no-answer',
  SOCKET_TIMEOUT: 'no-answer',
  ECONNRESET: 'no-answer',
  ECONNABORTED: 'no-answer',
  EPIPE: 'no-answer',
  ESOCKET: 'no-answer',
  ECONNECTION: 'no-answer',
  NoConnection: 'no-answer',
  EConnectionClosed: 'no-answer',
  ClosedAfterConnectText: 'no-answer',
  ClosedAfterConnectTLS: 'no-answer',
  StateLogout: 'no-answer',
  ETHROTTLE: 'rate-limited',
  STARTTLS_INJECTION: 'no-tls',
  ETLS: 'no-tls',
  EPROTO: 'no-tls',
};

/** The code of an error from Node or a library, '' when it has none. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';

/** The code under a library's own, such as ECONNREFUSED under nodemailer's ESOCKET. */
export function innermostCode(error: unknown): string {
  if (
    typeof error === 'object' &&
    error !== null &&
    'originalCode' in error &&
    typeof error.originalCode === 'string'
  ) {
    return error.originalCode;
  }
  // Node tries several addresses of a name and reports all failures in one (RFC 8305).
  if (error instanceof AggregateError) return codeOf(error.errors[0]) || codeOf(error);
  return codeOf(error);
}

/** The failure kind behind an error code, or null when the code says nothing about the connection. */
export function kindOfCode(code: string): Kind | null {
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return 'no-tls';
  return byCode[code] ?? null;
}

/** The words of a server, without line ends and control characters and short enough for a sentence. */
export function wordsOf(text: string | null | undefined): string | null {
  const words = (text ?? '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 500);
  return words === '' ? null : words;
}

/**
 * The failure of a connection attempt: a certificate that was not believed is fetched again to be shown; null when the error is
 * not about the connection.
 */
export async function connectionFailure(
  error: unknown,
  endpoint: Endpoint,
  protocol: 'imap' | 'smtp',
  signal: AbortSignal,
): Promise<ChannelError | null> {
  const code = innermostCode(error);
  const problem = certificateProblem(code) ?? problemInWords(error);
  if (problem !== null) {
    const inspected = await inspectCertificate(endpoint, protocol, signal);
    signal.throwIfAborted();
    if (inspected === null) return new ChannelError(failure('certificate', hostPort(endpoint)), error);
    return new ChannelError(
      certificateFailure(endpoint, inspected.peer, inspected.problem ?? problem),
      error,
    );
  }
  const kind = kindOfCode(code);
  if (kind === null) return null;
  return new ChannelError(failure(kind, hostPort(endpoint), { said: messageOf(error) }), error);
}

const messageOf = (error: unknown): string | null => (error instanceof Error ? wordsOf(error.message) : null);

// nodemailer wraps the failed handshake in an error of its own that keeps only the message.
function problemInWords(error: unknown): ReturnType<typeof certificateProblem> {
  const message = error instanceof Error ? error.message : '';
  if (/self.signed certificate in certificate chain/i.test(message)) return 'unknown-issuer';
  if (/self.signed certificate/i.test(message)) return 'self-signed';
  if (/certificate has expired/i.test(message)) return 'expired';
  if (/certificate is not yet valid/i.test(message)) return 'not-yet-valid';
  if (/does not match certificate's altnames/i.test(message)) return 'wrong-host';
  if (/unable to (verify|get)[^.]*certificate/i.test(message)) return 'unknown-issuer';
  return null;
}
