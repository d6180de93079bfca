import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LOOPBACK, freePort, waitForPort } from '../ports.ts';
import { run, startProcess } from '../processes.ts';
import { makeTempDirectory } from '../temp.ts';

/** A server of a test, reached at `url`. */
export type Started = { readonly url: string; readonly stop: () => Promise<void> };

/** PostgreSQL refuses to run as root; Debian's package makes this user. */
const owner = 'postgres';

/** Where Debian keeps the programs of each version; the newest is taken. */
function programs(): string {
  const home = '/usr/lib/postgresql';
  const newest = readdirSync(home).sort((one, other) => Number(other) - Number(one))[0];
  if (newest === undefined) throw new Error('PostgreSQL is not installed');
  return join(home, newest, 'bin');
}

const asOwner = process.getuid?.() === 0 ? ['--reuid', owner, '--regid', owner, '--clear-groups'] : [];

/** An empty PostgreSQL on loopback that forgets everything: it never waits for a disk. */
export async function startPostgres(): Promise<Started> {
  const directory = makeTempDirectory('postgres');
  const data = join(directory.path, 'data');
  mkdirSync(data);
  if (asOwner.length > 0) {
    const [uid, gid] = await Promise.all([run('id', ['-u', owner]), run('id', ['-g', owner])]);
    chmodSync(directory.path, 0o755);
    chownSync(data, Number(uid), Number(gid));
  }
  const bin = programs();
  const args = [
    join(bin, 'initdb'),
    '-D',
    data,
    '-U',
    owner,
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  ];
  await run('setpriv', [...asOwner, ...args]);
  const port = await freePort();
  const quick = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'unix_socket_directories='];
  const server = startProcess('setpriv', [
    ...asOwner,
    ...[join(bin, 'postgres'), '-D', data, '-h', LOOPBACK, '-p', String(port)],
    ...quick.flatMap((one) => ['-c', one]),
  ]);
  const stop = async (): Promise<void> => {
    server.signal('SIGINT');
    await server.stop(3_000);
    directory.remove();
  };
  try {
    await waitForPort(port);
  } catch (error) {
    await stop();
    throw new Error(`PostgreSQL does not start: ${server.output()}`, { cause: error });
  }
  return { url: `postgresql://${owner}@${LOOPBACK}:${String(port)}/postgres`, stop };
}

/** An empty Redis on loopback that keeps nothing; its url is `host:port`. */
export async function startRedis(): Promise<Started> {
  const port = await freePort();
  const server = startProcess('redis-server', [
    ...['--port', String(port), '--bind', LOOPBACK, '--save', '', '--appendonly', 'no'],
  ]);
  try {
    await waitForPort(port);
  } catch (error) {
    await server.stop(500);
    throw new Error(`Redis does not start: ${server.output()}`, { cause: error });
  }
  return { url: `${LOOPBACK}:${String(port)}`, stop: () => server.stop(500) };
}
