import { connect as connectPlain } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { PeerCertificate } from 'node:tls';
import { within } from '../../kit/waiting.ts';
import type { Endpoint } from '../../kit/endpoint.ts';
import { authorizationCode, certificateProblem } from '../../kit/certificates.ts';
import type { CertificateProblem } from '../../kit/certificates.ts';

/** What a server shows of itself. */
export type Inspected = { readonly peer: PeerCertificate; readonly problem: CertificateProblem | null };

type Step = { readonly expect: RegExp; readonly say: string | null };

// The shortest way to STARTTLS: RFC 9051 section 6.2.1 and RFC 3207 section 4.
const dialogues: Readonly<Record<'imap' | 'smtp', readonly Step[]>> = {
  imap: [
    { expect: /^\* OK[^\n]*\n/i, say: 'A STARTTLS\r\n' },
    { expect: /^A OK[^\n]*\n/im, say: null },
  ],
  smtp: [
    { expect: /^220 [^\n]*\n/m, say: 'EHLO [127.0.0.1]\r\n' },
    { expect: /^250 [^\n]*\n/m, say: 'STARTTLS\r\n' },
    { expect: /^220 [^\n]*\n/m, say: null },
  ],
};

const longestDialogue = 16_384;

function askForTls(socket: Socket, steps: readonly Step[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = '';
    let next = 0;
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed')));
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      const step = steps[next];
      if (heard.length > longestDialogue) socket.destroy(new Error('too much said'));
      if (step?.expect.test(heard) !== true) return;
      heard = '';
      next += 1;
      if (step.say !== null) {
        socket.write(step.say);
        return;
      }
      socket.removeAllListeners('data');
      resolve();
    });
  });
}

/**
 * Looks at the certificate of a server without believing it and without saying anything but STARTTLS. Answers null when
 * the server cannot be asked; it is only called to put facts beside a refusal that has already happened.
 */
export async function inspectCertificate(
  endpoint: Endpoint,
  protocol: 'imap' | 'smtp',
  signal: AbortSignal,
): Promise<Inspected | null> {
  const plain = connectPlain({ host: endpoint.host, port: endpoint.port });
  const work = async (): Promise<Inspected> => {
    if (endpoint.security === 'starttls') await askForTls(plain, dialogues[protocol]);
    return new Promise((resolve, reject) => {
      plain.on('error', reject);
      const socket = connectTls({
        socket: plain,
        host: endpoint.host,
        minVersion: 'TLSv1.2',
        rejectUnauthorized: false,
      });
      socket.on('error', reject);
      socket.once('secureConnect', () => {
        resolve({
          peer: socket.getPeerCertificate(),
          problem: certificateProblem(authorizationCode(socket)),
        });
      });
    });
  };
  try {
    return await within(work(), {
      signal,
      ms: 10_000,
      late: () => new Error('no answer'),
      end: () => plain.destroy(),
    });
  } catch {
    return null;
  } finally {
    plain.destroy();
  }
}
