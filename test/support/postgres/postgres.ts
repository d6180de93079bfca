import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import { makeCertificate } from '../mail-server/certificate.ts';
import type { Certificate } from '../mail-server/certificate.ts';
import { LOOPBACK, freePort } from '../ports.ts';
import { run, startProcess } from '../processes.ts';
import type { ServerProcess } from '../processes.ts';
import { makeTempDirectory } from '../temp.ts';
import type { TempDirectory } from '../temp.ts';

/** A PostgreSQL of a test's own. Its superuser comes in without a password, everybody else with theirs (SCRAM). */
export type TestPostgres = {
  /** The superuser's way to the database `postgres`. */
  readonly url: string;
  readonly port: number;
  /** The certificate it shows where it was started with TLS; then nobody but the superuser comes in without. */
  readonly certificate: Certificate | null;
  /** Ends it in order. */
  readonly stop: () => Promise<void>;
  /** Kills it with everything it runs, as a power cut would. */
  readonly kill: () => Promise<void>;
  /** Starts it again after `kill`, or ends it in order first, on the same port with the same data. */
  readonly restart: () => Promise<void>;
  /** Everything it said so far. */
  readonly log: () => string;
};

/** PostgreSQL refuses to run as root; Debian's package makes this user. */
const superuser = 'postgres';

/** Where the programs are: `STEWARD_TEST_POSTGRES`, a `bin` folder, or the newest of Debian's. */
export function postgresPrograms(): string {
  const given = process.env['STEWARD_TEST_POSTGRES'];
  if (given !== undefined && given !== '') return given;
  const home = '/usr/lib/postgresql';
  const newest = (existsSync(home) ? readdirSync(home) : []).sort(
    (one, other) => Number(other) - Number(one),
  )[0];
  if (newest === undefined) throw new Error('PostgreSQL is not installed');
  return join(home, newest, 'bin');
}

const asSuperuser =
  process.getuid?.() === 0 ? ['--reuid', superuser, '--regid', superuser, '--clear-groups'] : [];

const own = async (path: string, mode: number): Promise<void> => {
  chmodSync(path, mode);
  if (asSuperuser.length === 0) return;
  const [uid, gid] = await Promise.all([run('id', ['-u', superuser]), run('id', ['-g', superuser])]);
  chownSync(path, Number(uid), Number(gid));
};

const written = async (path: string, text: string): Promise<void> => {
  writeFileSync(path, text);
  await own(path, 0o600);
};

/** It forgets everything with a power cut of the machine and nothing with its own end: it never waits for a disk. */
const quick = ['fsync=off', 'full_page_writes=off', 'unix_socket_directories='];

const letIn = (tls: boolean): string =>
  [
    `host all,replication ${superuser} ${LOOPBACK}/32 trust`,
    `${tls ? 'hostssl' : 'host'} all all ${LOOPBACK}/32 scram-sha-256`,
    '',
  ].join('\n');

const childrenOf = (parent: number): readonly number[] => {
  const listed = readFileSync(`/proc/${String(parent)}/task/${String(parent)}/children`, 'utf8');
  return listed
    .trim()
    .split(/\s+/)
    .filter((pid) => pid !== '')
    .map(Number);
};

const killed = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
};

/** What a server is run with. */
type Served = {
  /** Everything of it lies in `data` in here, and goes with it. */
  readonly directory: TempDirectory;
  readonly settings: readonly string[];
  readonly certificate: Certificate | null;
};

const dataIn = ({ path }: TempDirectory): string => join(path, 'data');

const makeDirectory = async (): Promise<TempDirectory> => {
  const directory = makeTempDirectory('postgres');
  mkdirSync(dataIn(directory));
  chmodSync(directory.path, 0o755);
  await own(dataIn(directory), 0o700);
  return directory;
};

const serve = async ({ directory, settings, certificate }: Served): Promise<TestPostgres> => {
  const data = dataIn(directory);
  const port = await freePort();
  const start = async (): Promise<ServerProcess> => {
    const server = startProcess('setpriv', [
      ...asSuperuser,
      ...[join(postgresPrograms(), 'postgres'), '-D', data, '-h', LOOPBACK, '-p', String(port)],
      ...settings.flatMap((one) => ['-c', one]),
    ]);
    try {
      // It listens some time before it lets anybody in.
      await eventually(() => /is ready to accept (?:read-only )?connections/u.test(server.output()), {
        message: 'PostgreSQL is ready',
        withinMs: 60_000,
        everyMs: 10,
      });
      return server;
    } catch (error) {
      await server.stop(500);
      throw new Error(`PostgreSQL does not start: ${server.output()}`, { cause: error });
    }
  };
  const end = async (): Promise<void> => {
    server.signal('SIGINT');
    await server.stop(3_000);
  };
  let log = '';
  let server = await start().catch((error: unknown) => {
    directory.remove();
    throw error;
  });
  return {
    url: `postgresql://${superuser}@${LOOPBACK}:${String(port)}/postgres`,
    port,
    certificate,
    stop: async () => {
      await end();
      directory.remove();
    },
    kill: async () => {
      // Each process of PostgreSQL leads a group of its own.
      const children = childrenOf(server.pid);
      for (const pid of [server.pid, ...children]) killed(pid);
      await server.stop(500);
      await eventually(() => children.every((pid) => !existsSync(`/proc/${String(pid)}`)), {
        message: 'every process of PostgreSQL is gone',
        withinMs: 60_000,
        everyMs: 10,
      });
    },
    restart: async () => {
      await end();
      log += server.output();
      server = await start();
    },
    log: () => log + server.output(),
  };
};

/** Starts an empty PostgreSQL on loopback; `tls` makes it speak TLS with a certificate of its own, `settings` are more `name=value`. */
export async function startPostgres(
  options: { readonly tls?: boolean; readonly settings?: readonly string[] } = {},
): Promise<TestPostgres> {
  const directory = await makeDirectory();
  const data = dataIn(directory);
  await run('setpriv', [
    ...asSuperuser,
    join(postgresPrograms(), 'initdb'),
    ...['-D', data, '-U', superuser, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
  ]);
  await written(join(data, 'pg_hba.conf'), letIn(options.tls === true));
  const certificate = options.tls === true ? await makeCertificate({ names: ['localhost'] }) : null;
  if (certificate !== null) {
    await written(join(data, 'server.crt'), certificate.pem);
    await written(join(data, 'server.key'), certificate.key);
  }
  const settings = [...quick, ...(certificate === null ? [] : ['ssl=on']), ...(options.settings ?? [])];
  return serve({ directory, settings, certificate });
}

/**
 * Starts a standby of the server that listens on `port`, as an admin would: a copy (pg_basebackup) that follows by
 * streaming, asynchronously. It lets nobody change anything until it is promoted (`SELECT pg_promote()`).
 */
export async function startStandby(port: number): Promise<TestPostgres> {
  const directory = await makeDirectory();
  await run('setpriv', [
    ...asSuperuser,
    join(postgresPrograms(), 'pg_basebackup'),
    ...['-D', dataIn(directory), '-h', LOOPBACK, '-p', String(port), '-U', superuser],
    ...['--write-recovery-conf', '--wal-method=stream', '--checkpoint=fast', '--no-sync'],
  ]);
  return serve({ directory, settings: quick, certificate: null });
}
