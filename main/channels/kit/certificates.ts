import type { ConnectionOptions, PeerCertificate, TLSSocket } from 'node:tls';
import type { AccountFailure } from '#shared/contract/accounts.ts';
import { ChannelError, failure } from './failure.ts';
import { hostPort, readFingerprint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';

/** Why a certificate is not believed, each with words in the catalogue under `account.certificate.problem.<problem>`. */
export const certificateProblems = [
  'self-signed',
  'expired',
  'not-yet-valid',
  'wrong-host',
  'unknown-issuer',
  'changed',
] as const;
export type CertificateProblem = (typeof certificateProblems)[number];

// OpenSSL's and Node's names of failed verifications (X509_verify_cert_error_string, tls.checkServerIdentity).
const problems: Readonly<Record<string, CertificateProblem>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknown-issuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknown-issuer',
  UNABLE_TO_GET_ISSUER_CERT: 'unknown-issuer',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknown-issuer',
  CERT_UNTRUSTED: 'unknown-issuer',
  CERT_REJECTED: 'unknown-issuer',
  CERT_CHAIN_TOO_LONG: 'unknown-issuer',
  CERT_SIGNATURE_FAILURE: 'unknown-issuer',
  CERT_REVOKED: 'unknown-issuer',
  INVALID_CA: 'unknown-issuer',
  INVALID_PURPOSE: 'unknown-issuer',
  PATH_LENGTH_EXCEEDED: 'unknown-issuer',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrong-host',
  HOSTNAME_MISMATCH: 'wrong-host',
};

/** The problem behind an error code of a TLS connection, or null when the code is about something else. */
export const certificateProblem = (code: string): CertificateProblem | null => problems[code] ?? null;

/**
 * Options for tls.connect: TLS 1.2 at least (RFC 8996), certificates checked. Where one certificate is trusted by hand the
 * library lets the connection open and {@link checkPeer} must be asked before anything secret is said.
 */
export const tlsOptions = (endpoint: Endpoint): ConnectionOptions => ({
  minVersion: 'TLSv1.2',
  rejectUnauthorized: endpoint.trusted === null,
});

const nameOf = (name: PeerCertificate['subject'] | undefined): string => {
  const part = name?.CN ?? name?.O ?? '';
  return Array.isArray(part) ? part.join(', ') : part;
};

/** The failure that shows a certificate to the person, with the fingerprint that would trust it. */
export function certificateFailure(
  endpoint: Endpoint,
  peer: PeerCertificate,
  problem: CertificateProblem,
): AccountFailure {
  return failure('certificate', hostPort(endpoint), {
    certificate: {
      fingerprint: readFingerprint(peer.fingerprint256) ?? '',
      subject: nameOf(peer.subject),
      issuer: nameOf(peer.issuer),
      validTo: Date.parse(peer.valid_to),
      problem,
    },
  });
}

/**
 * Refuses a connection whose certificate is neither valid for the host nor the one trusted by hand. Because the fingerprint is
 * part of the endpoint's settings, the trust is bound to this host and this port.
 */
export function checkPeer(socket: TLSSocket, endpoint: Endpoint): void {
  if (socket.authorized) return;
  const peer = socket.getPeerCertificate();
  const fingerprint = readFingerprint(peer.fingerprint256);
  if (fingerprint !== null && fingerprint === endpoint.trusted) return;
  const code = authorizationCode(socket);
  const problem = endpoint.trusted === null ? (certificateProblem(code) ?? 'unknown-issuer') : 'changed';
  throw new ChannelError(certificateFailure(endpoint, peer, problem));
}

/** Node types the authorization error as an Error and sets a string; both are read. */
export function authorizationCode(socket: TLSSocket): string {
  const error: unknown = socket.authorizationError;
  if (typeof error === 'string') return error;
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
