import { TLSSocket } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionCustomAuthHandler } from 'nodemailer/lib/smtp-connection';
import { ChannelError, failure } from '../../kit/failure.ts';
import type { Login } from '../credentials.ts';
import { within } from '../../kit/waiting.ts';
import type { Timeouts } from '../deadline.ts';
import { hostPort } from '../../kit/endpoint.ts';
import type { Endpoint } from '../../kit/endpoint.ts';
import { checkPeer, tlsOptions } from '../../kit/certificates.ts';
import { smtpFailure } from './smtp-failures.ts';

/** How a connection is opened. */
export type SmtpTarget = { readonly endpoint: Endpoint; readonly login: Login; readonly timeouts: Timeouts };

/** A signed-in connection, and what its server can do. */
export type SmtpConnection = { readonly wire: SMTPConnection; readonly extensions: readonly string[] };

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** The initial response of each way to sign in (RFC 4616, RFC 7628, and Google's XOAUTH2). */
function mechanismFor(
  login: Login,
  endpoint: Endpoint,
  offered: readonly string[],
): readonly [name: string, first: string] {
  if (login.kind === 'password') return ['PLAIN', base64(`\0${login.user}\0${login.password}`)];
  const bearer = `auth=Bearer ${login.accessToken}`;
  return offered.includes('XOAUTH2')
    ? ['XOAUTH2', base64(`user=${login.user}\x01${bearer}\x01\x01`)]
    : [
        'OAUTHBEARER',
        base64(
          `n,a=${login.user},\x01host=${endpoint.host}\x01port=${String(endpoint.port)}\x01${bearer}\x01\x01`,
        ),
      ];
}

/** Signs in; LOGIN is used only by servers that offer nothing better. */
const signIn =
  (
    login: Login,
    endpoint: Endpoint,
    learn: (extensions: readonly string[]) => void,
  ): SMTPConnectionCustomAuthHandler =>
  async (exchange) => {
    learn(exchange.extensions);
    const offered = exchange.authMethods;
    const byLogin = login.kind === 'password' && !offered.includes('PLAIN') && offered.includes('LOGIN');
    let reply;
    if (byLogin) {
      reply = await exchange.sendCommand('AUTH LOGIN');
      if (reply.status === 334) reply = await exchange.sendCommand(base64(login.user));
      if (reply.status === 334) reply = await exchange.sendCommand(base64(login.password));
    } else {
      const [name, first] = mechanismFor(login, endpoint, offered);
      reply = await exchange.sendCommand(`AUTH ${name} ${first}`);
      // A refused token comes as a challenge with the reason; an empty answer ends the exchange (RFC 7628 section 3.2.3).
      if (reply.status === 334) reply = await exchange.sendCommand(login.kind === 'oauth' ? 'AQ==' : first);
    }
    if (reply.status !== 235) throw new Error('Authentication failed');
  };

/** Connects, upgrades, checks the certificate and signs in. Nothing secret is said before the certificate is believed. */
export async function openSmtp(target: SmtpTarget, signal: AbortSignal): Promise<SmtpConnection> {
  const { endpoint, login, timeouts } = target;
  signal.throwIfAborted();
  let extensions: readonly string[] = [];
  const wire = new SMTPConnection({
    host: endpoint.host,
    port: endpoint.port,
    secure: endpoint.security === 'tls',
    requireTLS: endpoint.security === 'starttls',
    ignoreTLS: endpoint.security === 'plain',
    tls: tlsOptions(endpoint),
    // The machine's own name is nobody's business (RFC 5321 section 4.1.3 allows an address literal).
    name: '[127.0.0.1]',
    connectionTimeout: timeouts.connect,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.verdict,
    dnsTimeout: timeouts.connect,
    socketCloseTimeout: 1_000,
    // Tests listen on loopback, where a machine without another network would look as if it had no IPv4.
    allowInternalNetworkInterfaces: true,
    customAuth: { STEWARD: signIn(login, endpoint, (found) => (extensions = found)) },
  });
  // An error may come at any moment, also between two steps that nobody waits in.
  const failed = new Promise<never>((_resolve, reject) => wire.on('error', reject));
  failed.catch(() => undefined);
  const connecting = async (): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      wire.connect((error) => (error === undefined ? resolve() : reject(error)));
    });
    checkConnection(wire, endpoint);
    await new Promise<void>((resolve, reject) => {
      wire.login({ method: 'STEWARD', user: login.user }, (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  };
  try {
    await within(Promise.race([connecting(), failed]), {
      signal,
      ms: timeouts.connect + timeouts.greeting + timeouts.silence,
      late: () => Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }),
      end: () => wire.close(),
    });
    return { wire, extensions };
  } catch (error) {
    wire.close();
    signal.throwIfAborted();
    throw await smtpFailure(error, endpoint, login, signal);
  }
}

function checkConnection(wire: SMTPConnection, endpoint: Endpoint): void {
  if (endpoint.security === 'plain') return;
  if (wire._socket instanceof TLSSocket) checkPeer(wire._socket, endpoint);
  else throw new ChannelError(failure('no-tls', hostPort(endpoint)));
}
