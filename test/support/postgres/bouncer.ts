import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOOPBACK, freePort, waitForPort } from '../ports.ts';
import { startProcess } from '../processes.ts';
import { makeTempDirectory } from '../temp.ts';

/** A PgBouncer of a test's own. */
export type Bouncer = {
  readonly port: number;
  /** Everything it said so far. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
};

const program = '/usr/sbin/pgbouncer';

/**
 * Starts a PgBouncer in front of a test's server. It learns who may come in from the server itself (`auth_query`), since
 * every device has a login of its own; with SCRAM it passes on what proves who is there without knowing a password.
 */
export async function startBouncer(port: number, mode: 'session' | 'transaction'): Promise<Bouncer> {
  if (!existsSync(program))
    throw new Error('PgBouncer is not installed (on Debian: apt-get install pgbouncer)');
  const directory = makeTempDirectory('pgbouncer');
  chmodSync(directory.path, 0o755);
  const own = await freePort();
  const users = join(directory.path, 'users');
  const configuration = join(directory.path, 'pgbouncer.ini');
  writeFileSync(users, '"postgres" ""\n', { mode: 0o644 });
  writeFileSync(
    configuration,
    [
      '[databases]',
      `* = host=${LOOPBACK} port=${String(port)}`,
      '[pgbouncer]',
      `listen_addr = ${LOOPBACK}`,
      `listen_port = ${String(own)}`,
      'unix_socket_dir =',
      `pool_mode = ${mode}`,
      'auth_type = scram-sha-256',
      `auth_file = ${users}`,
      'auth_user = postgres',
      'auth_query = SELECT usename, passwd FROM pg_shadow WHERE usename = $1',
      'server_login_retry = 1',
      'max_client_conn = 200',
      '',
    ].join('\n'),
    { mode: 0o644 },
  );
  // It refuses to run as root; Debian's package of PostgreSQL makes this user.
  const asAnother = process.getuid?.() === 0 ? ['-u', 'postgres'] : [];
  const server = startProcess(program, [...asAnother, configuration]);
  const stop = async (): Promise<void> => {
    await server.stop();
    directory.remove();
  };
  try {
    await waitForPort(own, { withinMs: 60_000 });
  } catch (error) {
    await stop();
    throw new Error(`PgBouncer does not start: ${server.output()}`, { cause: error });
  }
  return { port: own, log: server.output, stop };
}
