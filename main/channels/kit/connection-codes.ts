import type { AccountFailure } from '#shared/contract/accounts.ts';

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
  // This program may have no more connections open: nothing is wrong with the server, and it is tried again.
  EMFILE: 'offline',
  ENFILE: 'offline',
  ENOBUFS: 'offline',
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
    // What Node adds to a connection that never had an end of its own.
    .replace(' - Local (undefined:undefined)', '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 500);
  return words === '' ? null : words;
}
