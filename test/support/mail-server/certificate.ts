import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../processes.ts';
import { makeTempDirectory } from '../temp.ts';

/** A self-signed server certificate and its key, as PEM. */
export type Certificate = {
  readonly pem: string;
  readonly key: string;
  /** SHA-256 over the DER form, `AA:BB:...`, as Node tells it for a peer. */
  readonly fingerprint256: string;
};

/** What the certificate may differ in, for tests of certificate checks. */
export type CertificateOptions = {
  /** DNS names it is valid for; 127.0.0.1 is always included unless `addresses` says otherwise. */
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
};

const DEFAULT_NAMES = ['localhost', 'mail.test', 'imap.mail.test', 'smtp.mail.test'];

let shared: Promise<Certificate> | undefined;

/** The certificate of this run: made at the first call, the same ever after. */
export function runCertificate(): Promise<Certificate> {
  shared ??= makeCertificate({});
  return shared;
}

/** Makes a fresh self-signed certificate (P-256, valid for 30 days) with openssl. */
export async function makeCertificate(options: CertificateOptions): Promise<Certificate> {
  const names = options.names ?? DEFAULT_NAMES;
  const addresses = options.addresses ?? ['127.0.0.1'];
  const directory = makeTempDirectory('certificate');
  try {
    const keyFile = join(directory.path, 'key.pem');
    const pemFile = join(directory.path, 'cert.pem');
    const san = [...names.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)];
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
      ...['-subj', `/CN=${names[0] ?? addresses[0] ?? 'test'}`, '-addext', `subjectAltName=${san.join(',')}`],
      ...['-keyout', keyFile, '-out', pemFile],
    ]);
    const pem = readFileSync(pemFile, 'utf8');
    const { fingerprint256 } = new X509Certificate(pem);
    return { pem, key: readFileSync(keyFile, 'utf8'), fingerprint256 };
  } finally {
    directory.remove();
  }
}
