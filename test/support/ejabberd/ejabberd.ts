import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '@signalapp/sqlcipher';
import { makeCertificate } from '../mail-server/certificate.ts';
import { LOOPBACK, freePorts, waitForPort } from '../ports.ts';
import { run, startProcess } from '../processes.ts';
import { makeTempDirectory } from '../temp.ts';
import { archivedAt } from '../xmpp/archived.ts';
import type { XmppServer } from '../xmpp/xmpp-server.ts';
import { ejabberdConfig } from './ejabberd-config.ts';

const domain = 'chat.test';
const rooms = `rooms.${domain}`;
const largestFile = 200_000;

/** The user that Debian's package makes; its server reads nothing that others own. */
async function ownerOf(name: string): Promise<{ readonly uid: number; readonly gid: number }> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  return { uid: Number(uid), gid: Number(gid) };
}

/** Where Debian puts a file of the server's: some lie under the triplet of the processor. */
async function packaged(ending: RegExp): Promise<string> {
  const file = (await run('dpkg', ['-L', 'ejabberd'])).split('\n').find((one) => ending.test(one));
  if (file === undefined) throw new Error(`ejabberd's package has no ${String(ending)}`);
  return file;
}

/** The archive lies in SQLite, which more than one program can write. */
function withArchive<T>(file: string, work: (db: Database) => T): T {
  const db = new Database(file);
  try {
    db.exec('PRAGMA busy_timeout = 10000');
    return work(db);
  } finally {
    db.close();
  }
}

/** Rows of the archive as the server's mod_mam writes them; a time is in microseconds. */
const seedArchive = (file: string, local: string, from: string, count: number): void =>
  withArchive(file, (db) => {
    const insert = db.prepare(
      `INSERT INTO archive (username, timestamp, peer, bare_peer, xml, txt, kind, nick)
       VALUES (?, ?, ?, ?, ?, ?, 'chat', '')`,
    );
    const now = Date.now();
    db.exec('BEGIN IMMEDIATE');
    for (let n = 1; n <= count; n += 1) {
      const text = `history ${String(n)}`;
      const xml = `<message to='${local}@${domain}' from='${from}/old' type='chat' id='h${String(n)}' xmlns='jabber:client'><body>${text}</body></message>`;
      insert.run([local, (now - (count - n) * 1_000) * 1_000, `${from}/old`, from, xml, text]);
    }
    db.exec('COMMIT');
  });

/**
 * Starts ejabberd in some two seconds; the domain is chat.test. The virtual machine runs without a name, so that no port mapper is started
 * beside it and nothing listens but what is asked for.
 */
export async function startEjabberd(): Promise<XmppServer> {
  const certificate = await makeCertificate({ names: [domain] });
  const directory = makeTempDirectory('ejabberd');
  const [plain = 0, tls = 0, http = 0] = await freePorts(3);
  const at = (name: string): string => join(directory.path, name);
  for (const name of ['database', 'uploads']) mkdirSync(at(name));
  writeFileSync(at('both.pem'), `${certificate.pem}\n${certificate.key}`, { mode: 0o600 });
  const place = { directory: directory.path, domain, rooms, largestFile, ports: { plain, tls, http } };
  writeFileSync(at('ejabberd.yml'), ejabberdConfig(place));
  writeFileSync(at('ejabberd.log'), '');
  const archive = at('database/archive.sqlite');
  const schema = readFileSync(await packaged(/\/sql\/lite\.sql$/), 'utf8');
  withArchive(archive, (db) => db.exec(schema));
  const asRoot = process.getuid?.() === 0;
  if (asRoot) {
    const { uid, gid } = await ownerOf('ejabberd');
    for (const name of ['', 'database', 'database/archive.sqlite', 'uploads', 'both.pem', 'ejabberd.log'])
      chownSync(at(name), uid, gid);
    chmodSync(directory.path, 0o755);
  }
  const asEjabberd = asRoot ? ['--reuid', 'ejabberd', '--regid', 'ejabberd', '--clear-groups'] : [];
  const libraries = join(await packaged(/\/ebin\/ejabberd\.app$/), '..', '..', '..');
  const started = startProcess('setpriv', [
    ...['--pdeathsig', 'KILL', ...asEjabberd, 'env'],
    `HOME=${directory.path}`,
    `ERL_LIBS=${libraries}`,
    `ERL_CRASH_DUMP=${at('crash.dump')}`,
    `EJABBERD_CONFIG_PATH=${at('ejabberd.yml')}`,
    `EJABBERD_LOG_PATH=${at('ejabberd.log')}`,
    ...['erl', '-noinput', '+S', '2:2', '-mnesia', 'dir', `"${at('database')}"`, '-s', 'ejabberd'],
  ]);
  const log = (): string => (existsSync(at('ejabberd.log')) ? readFileSync(at('ejabberd.log'), 'utf8') : '');
  const died = started.exited.then((code) => {
    throw new Error(`ejabberd ended with ${String(code)}: ${started.output()}${log()}`);
  });
  died.catch(() => undefined);
  const stop = async (): Promise<void> => {
    await started.stop(500);
    directory.remove();
  };
  try {
    await Promise.race([Promise.all([plain, tls, http].map((port) => waitForPort(port))), died]);
  } catch (error) {
    await stop();
    throw error;
  }
  const server = { host: LOOPBACK, port: plain, domain };
  return {
    ...server,
    dialect: 'ejabberd',
    tlsPort: tls,
    rooms,
    largestFile,
    certificate,
    register: async (user, password) => {
      const answer = await fetch(`http://${LOOPBACK}:${String(http)}/api/register`, {
        method: 'POST',
        body: JSON.stringify({ user, host: domain, password }),
      });
      if (!answer.ok) throw new Error(`ejabberd registered nobody: ${await answer.text()}`);
    },
    archived: (local, id) => archivedAt(server, local, id),
    seed: async (local, from, count) => seedArchive(archive, local, from, count),
    log,
    stop,
  };
}
