import { innermostCode, kindOfCode, wordsOf } from '../kit/connection-codes.ts';
import { ChannelError, failure } from '../kit/failure.ts';
import { hostPort } from '../kit/endpoint.ts';
import type { Endpoint } from '../kit/endpoint.ts';
import { certificateFailure, certificateProblem } from '../kit/certificates.ts';
import { inspectCertificate } from './tls/inspect.ts';

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
