import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeCertificate } from '../mail-server/certificate.ts';
import { LOOPBACK, freePorts, waitForPort } from '../ports.ts';
import { run, startProcess } from '../processes.ts';
import type { ServerProcess } from '../processes.ts';
import { makeTempDirectory } from '../temp.ts';
import type { XmppServer } from '../xmpp/xmpp-server.ts';

/** A real Prosody on loopback, in one folder that goes when it stops. */
export type Prosody = XmppServer & {
  /** Read from the server's own disk. */
  readonly archived: (local: string, id: string) => number;
  /** Where visitors of a website connect, with `visitors` (RFC 7395). */
  readonly websocket: string;
};

/** How a server starts; everything has a default. */
export type ProsodyOptions = {
  /** Modules that are left out, e.g. `['smacks', 'carbons']`. */
  readonly without?: readonly string[];
  /** Whether people without an account may come in over a websocket, at the host visitors.test. */
  readonly visitors?: boolean;
};

const domain = 'chat.test';
const rooms = `rooms.${domain}`;
const largestFile = 200_000;
const modules = [
  ...['roster', 'saslauth', 'tls', 'disco', 'ping', 'register', 'posix', 'mam', 'smacks', 'carbons'],
  ...['admin_shell', 'offline', 'pep'],
];

const config = (
  directory: string,
  ports: { readonly plain: number; readonly tls: number; readonly http: number },
  { without = [], visitors = false }: ProsodyOptions,
): string => `
pidfile = "${directory}/prosody.pid"
data_path = "${directory}/data"
admin_socket = "${directory}/prosody.sock"
interfaces = { "${LOOPBACK}" }
c2s_ports = { ${String(ports.plain)} }
c2s_direct_tls_ports = { ${String(ports.tls)} }
s2s_ports = {}
http_ports = { ${String(ports.http)} }
http_interfaces = { "${LOOPBACK}" }
https_ports = {}
modules_disabled = { "s2s" }
${visitors ? 'consider_websocket_secure = true\nhttp_default_host = "visitors.test"\n' : ''}modules_enabled = { ${[
  ...modules,
  ...(visitors ? ['websocket'] : []),
]
  .filter((name) => !without.includes(name))
  .map((name) => `"${name}"`)
  .join(', ')} }
c2s_require_encryption = false
allow_unencrypted_plain_auth = false
authentication = "internal_hashed"
storage = "internal"
storage_archive_item_limit = 1000000
archive_expires_after = "never"
default_archive_policy = true
max_archive_query_results = 250
log = { info = "${directory}/prosody.log" }
ssl = { certificate = "${directory}/cert.pem", key = "${directory}/key.pem" }
VirtualHost "${domain}"
Component "${rooms}" "muc"
  modules_enabled = { "muc_mam" }
  muc_log_by_default = true
  muc_room_default_public = true
  muc_room_locking = false
Component "upload.${domain}" "http_file_share"
  http_host = "localhost"
  http_external_url = "http://localhost:${String(ports.http)}/"
  http_file_share_size_limit = ${String(largestFile)}
  http_file_share_access = { "${domain}" }
${
  visitors
    ? `VirtualHost "visitors.test"
  authentication = "anonymous"
  modules_enabled = { "blocklist"; "vcard_legacy" }
  modules_disabled = { "s2s"; "mam"; "offline" }
`
    : ''
}`;

/** The user that Debian's package makes; nobody else can read what it keeps. */
async function ownerOf(name: string): Promise<{ readonly uid: number; readonly gid: number }> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  return { uid: Number(uid), gid: Number(gid) };
}

/** Messages of the past as the server's own storage writes them (util.serialization), a second apart. */
function historyOf(to: string, from: string, count: number): string {
  const now = Math.floor(Date.now() / 1_000);
  const items = Array.from({ length: count }, (_, at) => {
    const n = at + 1;
    const when = now - (count - n);
    const stamp = new Date(when * 1_000).toISOString().replace('.000', '');
    return `item({
	{ "history ${String(n)}"; ["name"] = "body"; ["attr"] = {}; };
	["with"] = "${from}";
	["name"] = "message";
	["when"] = ${String(when)};
	["key"] = "${randomBytes(18).toString('base64url')}";
	["attr"] = { ["stamp"] = "${stamp}"; ["type"] = "chat"; ["to"] = "${to}"; ["from"] = "${from}/old"; ["id"] = "h${String(n)}"; };
});
`;
  });
  return items.join('');
}

/** Starts a server in half a second; the domain is chat.test. As root it runs as the user `prosody`. */
export async function startProsody(options: ProsodyOptions = {}): Promise<Prosody> {
  const certificate = await makeCertificate({ names: [domain] });
  const directory = makeTempDirectory('prosody');
  const [plain = 0, tls = 0, http = 0] = await freePorts(3);
  const file = join(directory.path, 'prosody.cfg.lua');
  const log = join(directory.path, 'prosody.log');
  mkdirSync(join(directory.path, 'data'));
  writeFileSync(join(directory.path, 'cert.pem'), certificate.pem);
  writeFileSync(join(directory.path, 'key.pem'), certificate.key, { mode: 0o600 });
  writeFileSync(file, config(directory.path, { plain, tls, http }, options));
  writeFileSync(log, '');
  const asRoot = process.getuid?.() === 0;
  const owner = asRoot ? await ownerOf('prosody') : null;
  if (owner !== null) {
    const { uid, gid } = owner;
    for (const name of ['', 'data', 'key.pem', 'prosody.log'])
      chownSync(join(directory.path, name), uid, gid);
    chmodSync(directory.path, 0o755);
  }
  const asProsody = asRoot
    ? ['--pdeathsig', 'TERM', '--reuid', 'prosody', '--regid', 'prosody', '--clear-groups']
    : [];
  const started: ServerProcess = startProcess('setpriv', [
    ...asProsody,
    ...['prosody', '-F', '--config', file],
  ]);
  const died = started.exited.then((code) => {
    throw new Error(`Prosody ended with ${String(code)}: ${started.output()}${readFileSync(log, 'utf8')}`);
  });
  died.catch(() => undefined);
  const archiveOf = (local: string): string => {
    const name = local.replaceAll(/[^a-zA-Z0-9]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
    return join(directory.path, 'data', 'chat%2etest', 'archive', `${name}.list`);
  };
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
  return {
    dialect: 'Prosody',
    host: LOOPBACK,
    port: plain,
    tlsPort: tls,
    domain,
    rooms,
    largestFile,
    websocket: `ws://${LOOPBACK}:${String(http)}/xmpp-websocket`,
    certificate,
    register: async (local, password) => {
      const args = ['prosodyctl', '--config', file, 'register', local, domain, password];
      await run('setpriv', asRoot ? [...asProsody, ...args] : args);
    },
    archived: (local, id) => {
      const list = archiveOf(local);
      if (!existsSync(list)) return 0;
      return readFileSync(list, 'utf8')
        .split('item({')
        .filter((item) => item.includes(id)).length;
    },
    seed: async (local, from, count) => {
      const archive = join(directory.path, 'data', 'chat%2etest', 'archive');
      mkdirSync(archive, { recursive: true });
      const list = archiveOf(local);
      appendFileSync(list, historyOf(`${local}@${domain}`, from, count));
      if (owner !== null)
        for (const path of [join(archive, '..'), archive, list]) chownSync(path, owner.uid, owner.gid);
    },
    log: () => readFileSync(log, 'utf8'),
    stop,
  };
}
