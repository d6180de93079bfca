import { connect } from 'node:tls';
import { within } from '../../kit/waiting.ts';
import type { FoundPair, FoundServer } from './candidates.ts';

const connectMs = 4_000;

/** Tries whether a host speaks TLS with a certificate of its own name; nothing is said to it. */
export type Knock = (server: FoundServer, signal: AbortSignal) => Promise<boolean>;

/** Knocks over the network. A certificate that is not valid for the name counts as "no": a guess must be certain to be offered. */
export const knockByTls: Knock = async (server, signal) => {
  const socket = connect({
    host: server.host,
    port: server.port,
    servername: server.host,
    minVersion: 'TLSv1.2',
  });
  const opened = new Promise<boolean>((resolve) => {
    socket.once('secureConnect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
  try {
    return await within(opened, {
      signal,
      ms: connectMs,
      late: () => new Error('late'),
      end: () => socket.destroy(),
    });
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

const firstThatOpens = async (
  hosts: readonly string[],
  port: number,
  knock: Knock,
  signal: AbortSignal,
): Promise<FoundServer | null> => {
  const servers = hosts.map((host): FoundServer => ({ host, port, security: 'tls' }));
  const answers = await Promise.all(servers.map((server) => knock(server, signal)));
  return servers.find((_server, at) => answers[at] === true) ?? null;
};

/** The usual names of mail servers under a domain, on the TLS ports alone. */
export async function guessServers(
  address: string,
  domain: string,
  knock: Knock,
  signal: AbortSignal,
): Promise<FoundPair | null> {
  const [imap, smtp] = await Promise.all([
    firstThatOpens([`imap.${domain}`, `mail.${domain}`, domain], 993, knock, signal),
    firstThatOpens([`smtp.${domain}`, `mail.${domain}`, domain], 465, knock, signal),
  ]);
  return imap === null || smtp === null ? null : { imap, smtp, user: address };
}
