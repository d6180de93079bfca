import { X509Certificate } from 'node:crypto';
import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOOPBACK, freePort, waitForPort } from '../ports.ts';
import { run, startProcess } from '../processes.ts';
import type { ServerProcess } from '../processes.ts';
import { makeTempDirectory } from '../temp.ts';

/** A PostgreSQL of one test's own; its superuser is `postgres` and needs no password; everybody else does. */
export type DatabaseServer = {
  readonly port: number;
  /** SHA-256 of its certificate, as a pin is written; it is for `team.example` and signed by itself. */
  readonly fingerprint: string;
  readonly certificate: string;
  /** Ends it without any goodbye, as a crash or a power cut would. */
  readonly kill: () => Promise<void>;
  /** Starts it again after `kill`, on the same port. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** PostgreSQL does not run as root. */
const owner = { name: 'nobody', group: 'nogroup' } as const;

/** Starts a PostgreSQL; `settings` are options of its configuration, as `name=value`. */
export async function startDatabaseServer(
  options: { readonly tls?: boolean; readonly settings?: readonly string[] } = {},
): Promise<DatabaseServer> {
  const folder = makeTempDirectory('team-database');
  const asRoot = process.getuid?.() === 0;
  const as = asRoot ? ['--reuid', owner.name, '--regid', owner.group, '--clear-groups'] : [];
  if (asRoot) await run('chown', [`${owner.name}:${owner.group}`, folder.path]);
  const data = join(folder.path, 'data');
  await run('setpriv', [
    ...[
      ...as,
      'initdb',
      '-D',
      data,
      '-U',
      'postgres',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
      '-A',
      'trust',
    ],
  ]);
  const logins = 'local all all trust\nhost all postgres all trust\nhost all all all scram-sha-256\n';
  writeFileSync(join(data, 'pg_hba.conf'), logins);
  const key = join(data, 'server.key');
  const certificate = join(data, 'server.crt');
  await run('openssl', [
    ...['req', '-new', '-x509', '-days', '30', '-nodes', '-subj', '/CN=team.example'],
    ...['-addext', 'subjectAltName=DNS:team.example', '-keyout', key, '-out', certificate],
  ]);
  const { uid, gid } = statSync(data);
  chownSync(key, uid, gid);
  const port = await freePort();
  let running: ServerProcess | null = null;
  const start = async (): Promise<void> => {
    running = startProcess('setpriv', [
      ...[...as, '--pdeathsig', 'TERM', 'postgres', '-D', data, '-p', String(port)],
      ...['-c', `listen_addresses=${LOOPBACK}`, '-c', `unix_socket_directories=${folder.path}`],
      ...['-c', `ssl=${options.tls === true ? 'on' : 'off'}`, '-c', 'max_connections=60'],
      // A crash of the process is not one of the machine: what was written is there again.
      ...['-c', 'fsync=off', '-c', 'timezone=UTC'],
      ...(options.settings ?? []).flatMap((setting) => ['-c', setting]),
    ]);
    await waitForPort(port, { withinMs: 30_000 });
  };
  await start();
  const pem = readFileSync(certificate, 'utf8');
  return {
    port,
    fingerprint: new X509Certificate(pem).fingerprint256,
    certificate: pem,
    kill: async () => {
      running?.signal('SIGKILL');
      await running?.stop(0);
      running = null;
    },
    start,
    stop: async () => {
      // Fast shutdown: SIGTERM would wait for clients.
      running?.signal('SIGINT');
      await running?.stop(3_000);
      folder.remove();
    },
  };
}
