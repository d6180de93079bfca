import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';
import { authorizationCode, certificateProblem, checkPeer } from '#main/channels/kit/certificates.ts';
import { hostPort, isLoopback, readFingerprint } from '#main/channels/kit/endpoint.ts';
import { ChannelError } from '#main/channels/kit/failure.ts';
import { within } from '#main/channels/kit/waiting.ts';
import { TeamError, teamError } from './connection-failure.ts';
import type { TeamAddress } from './wire.ts';

/** Where a team's database is and what its certificate must be. */
export type TeamPlace = Pick<TeamAddress, 'host' | 'port' | 'pin'> & {
  /** An authority's certificate in PEM that counts beside the public ones. */
  readonly authority?: string | null;
};

/** Takes all listeners away but one: an error that nobody listens for would end the process. */
const quiet = (socket: Socket): void => {
  socket.removeAllListeners();
  socket.on('error', () => undefined);
};

/** How a line is protected: `loopback` is plain text inside this machine, and nothing else may be. */
export type LineSecurity = 'verified' | 'pinned' | 'loopback';

/** Silence after which the system asks whether the other side is still there, in ms. */
const keepAliveMs = 30_000;

/** "Shall we speak TLS?" of PostgreSQL's protocol: a length of 8 and the code 80877103 (its manual, 55.7 SSLRequest). */
const tlsRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

const closed = (): Error => Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });

/** How the line to a place has to be protected. */
export const securityOf = ({ host, pin, authority = null }: TeamPlace): LineSecurity => {
  if (pin !== null) return 'pinned';
  return isLoopback(host) && authority === null ? 'loopback' : 'verified';
};

const connected = (place: TeamPlace, started: (socket: Socket) => void): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connectPlain({ host: place.host, port: place.port });
    started(socket);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveMs);
    socket.once('error', reject);
    socket.once('close', () => reject(closed()));
    socket.once('connect', () => {
      quiet(socket);
      resolve(socket);
    });
  });

/** Asks for TLS; anything but one lone byte "S" ends it: bytes behind it would be read as if they had come through TLS. */
const agreed = (socket: Socket, where: string): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(closed()));
    socket.once('data', (bytes) => {
      socket.pause();
      quiet(socket);
      if (bytes.toString('latin1') === 'S') resolve();
      else reject(new TeamError({ kind: 'no-tls', where, said: null }));
    });
    socket.write(tlsRequest);
  });

const protectedLine = (socket: Socket, place: TeamPlace): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { host, pin, authority = null } = place;
    const trusted = readFingerprint(pin);
    const tls = connectTls({
      socket,
      host,
      // A name is asked for only where there is one (RFC 6066 section 3).
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(authority === null ? {} : { ca: [...rootCertificates, authority] }),
      minVersion: 'TLSv1.2',
      // Whether the certificate is believed is decided below, before anything is said.
      rejectUnauthorized: false,
    });
    tls.once('error', reject);
    tls.once('close', () => reject(closed()));
    tls.once('secureConnect', () => {
      quiet(tls);
      try {
        checkPeer(tls, { host, port: place.port, security: 'tls', trusted });
        resolve(tls);
      } catch (error) {
        const said = certificateProblem(authorizationCode(tls)) ?? authorizationCode(tls);
        tls.destroy();
        if (!(error instanceof ChannelError)) reject(error instanceof Error ? error : closed());
        else
          reject(
            new TeamError({
              kind: 'certificate',
              where: hostPort(place),
              said,
              certificate: error.failure.certificate,
            }),
          );
      }
    });
  });

/**
 * Opens a line to the team's database: TLS that proves who is there, or plain text inside this machine. Nothing of ours
 * is said before that is settled. Throws {@link TeamError}, or the signal's reason.
 */
export const openLine = async (
  place: TeamPlace,
  { signal, withinMs }: { readonly signal: AbortSignal; readonly withinMs: number },
): Promise<Socket> => {
  const where = hostPort(place);
  const begun: Socket[] = [];
  const end = (): void => {
    for (const socket of begun) socket.destroy();
  };
  const work = async (): Promise<Socket> => {
    const socket = await connected(place, (started) => {
      begun.push(started);
    });
    if (securityOf(place) === 'loopback') return socket;
    await agreed(socket, where);
    return protectedLine(socket, place);
  };
  try {
    return await within(work(), {
      signal,
      ms: withinMs,
      late: () => new TeamError({ kind: 'no-answer', where, said: null }),
      end,
    });
  } catch (error) {
    end();
    signal.throwIfAborted();
    throw teamError(error, where);
  }
};

/** A line as the client library wants it: one that it may "connect" although it is connected. */
export const asConnectable = (socket: Socket): Socket =>
  Object.assign(socket, {
    connect: (): Socket => {
      process.nextTick(() => socket.emit('connect'));
      return socket;
    },
  });
