import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Where Debian puts the server's own libraries: under the triplet of the processor. */
async function libraries(): Promise<string> {
  const beam = (await run('dpkg', ['-L', 'ejabberd']))
    .split('\n')
    .find((file) => /\/ejabberd-[^/]+\/ebin\/ejabberd\.app$/.test(file));
  if (beam === undefined) throw new Error('ejabberd is not installed; run npm run setup');
  return join(beam, '..', '..', '..');
}

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
  const asRoot = process.getuid?.() === 0;
  if (asRoot) {
    const { uid, gid } = await ownerOf('ejabberd');
    for (const name of ['', 'database', 'uploads', 'both.pem', 'ejabberd.log']) chownSync(at(name), uid, gid);
    chmodSync(directory.path, 0o755);
  }
  const asEjabberd = asRoot ? ['--reuid', 'ejabberd', '--regid', 'ejabberd', '--clear-groups'] : [];
  const started = startProcess('setpriv', [
    ...['--pdeathsig', 'KILL', ...asEjabberd, 'env'],
    `HOME=${directory.path}`,
    `ERL_LIBS=${await libraries()}`,
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
    log,
    stop,
  };
}
