/**
 * Starts Bluesky's own servers on loopback, in a process of their own: PDS and PLC directory, and where a database is named the AppView
 * as well. Says where they are in one line of JSON, then does what it is asked on a port of its own, and ends with SIGTERM.
 *
 * Its argument is JSON: `home` (the folder that tools/setup/bluesky.mjs made), `database` (address of a PostgreSQL, or null).
 */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The part of @atproto/dev-env's networks that is used here.
 *
 * @typedef {object} Network
 * @property {{ url: string, jwtSecretKey: () => import('node:crypto').KeyObject }} pds
 * @property {{ url: string }} plc
 * @property {(ms: number) => Promise<void>} processAll
 */

/** @typedef {{ create: (params: object) => Promise<Network> }} NetworkMaker */

/** @typedef {{ TestNetwork: NetworkMaker, TestNetworkNoAppView: NetworkMaker }} DevEnv */

/** @typedef {{ did: () => string }} Keypair */

/** @typedef {{ services: Record<string, { type: string, endpoint: string }> }} DidData */

/**
 * The part of @did-plc/lib's client that is used here.
 *
 * @typedef {object} PlcClient
 * @property {(params: object) => Promise<string>} createDid
 * @property {(did: string, key: Keypair, change: (data: DidData) => DidData) => Promise<void>} updateData
 */

/** @typedef {(nsid: string, value: unknown) => void} Assert */

/** @typedef {{ lexicons: { assertValidXrpcOutput: Assert, assertValidXrpcInput: Assert } }} Lexicons */

/** @param {string} text @returns {unknown} */
const parsed = (text) => JSON.parse(text);

/** @param {string} text @returns {Record<string, unknown>} */
const recordIn = (text) => {
  const value = text === '' ? {} : parsed(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
};

/** How long indexing may take, in ms: ten thousand posts take about a minute. */
const settleMs = 200_000;

const told = recordIn(process.argv[2] ?? '');
const home = String(told['home']);
const database = told['database'] ?? null;

/** @param {string} name @param {string} entry @returns {Promise<unknown>} */
const load = (name, entry) => import(pathToFileURL(join(home, 'node_modules', name, entry)).href);

process.env['LOG_ENABLED'] = 'false';
process.env['NODE_ENV'] = 'test';

const devEnv = /** @type {DevEnv} */ (await load('@atproto/dev-env', 'dist/index.js'));

// Pictures are shown from the AppView's own address, and that has to be one that leads to it.
const appViewPort = await new Promise((/** @type {(port: number) => void} */ settle) => {
  const probe = createServer();
  probe.listen(0, '127.0.0.1', () => {
    const address = probe.address();
    probe.close(() => settle(typeof address === 'object' && address !== null ? address.port : 0));
  });
});

const started = await (database === null
  ? devEnv.TestNetworkNoAppView.create({ pds: { hostname: 'localhost' } })
  : devEnv.TestNetwork.create({
      pds: { hostname: 'localhost' },
      bsky: { port: appViewPort, publicUrl: `http://localhost:${appViewPort}` },
      dbPostgresUrl: database,
      dbPostgresSchema: 'bluesky',
    }));

/** The second part of a token with other claims, signed by the server's own key: a real one, only older. @param {string} token @param {Record<string, unknown>} changes */
const resigned = (token, changes) => {
  const [head = '', body = ''] = token.split('.');
  const claims = recordIn(Buffer.from(body, 'base64url').toString('utf8'));
  const changed = Buffer.from(JSON.stringify({ ...claims, ...changes })).toString('base64url');
  const signature = createHmac('sha256', started.pds.jwtSecretKey())
    .update(`${head}.${changed}`)
    .digest('base64url');
  return `${head}.${changed}.${signature}`;
};

/** Gives a service a name in the directory, as the real one of Bluesky has. @param {string} id @param {string} type @param {string} endpoint */
const register = async (id, type, endpoint) => {
  const { Client } = /** @type {{ Client: new (url: string) => PlcClient }} */ (
    await load('@did-plc/lib', 'dist/index.js')
  );
  const { Secp256k1Keypair } = /** @type {{ Secp256k1Keypair: { create: () => Promise<Keypair> } }} */ (
    await load('@atproto/crypto', 'dist/index.js')
  );
  const key = await Secp256k1Keypair.create();
  const client = new Client(started.plc.url);
  const did = await client.createDid({
    signingKey: key.did(),
    rotationKeys: [key.did()],
    handle: `${id.replaceAll('_', '-')}.test`,
    pds: endpoint,
    signer: key,
  });
  await client.updateData(did, key, (data) => {
    data.services[id] = { type, endpoint };
    return data;
  });
  return did;
};

/** @param {string} what @param {Record<string, unknown>} asked @returns {Promise<unknown>} */
const answer = async (what, asked) => {
  switch (what) {
    case '/settle':
      await started.processAll(settleMs);
      return null;
    case '/aged':
      return resigned(String(asked['token']), { exp: Number(asked['exp']) });
    case '/register':
      return register(String(asked['id']), String(asked['type']), String(asked['endpoint']));
    case '/lexicon': {
      const { lexicons } = /** @type {Lexicons} */ (await load('@atproto/api', 'dist/client/lexicons.js'));
      const nsid = String(asked['nsid']);
      try {
        if (asked['side'] === 'input') lexicons.assertValidXrpcInput(nsid, asked['value']);
        else lexicons.assertValidXrpcOutput(nsid, asked['value']);
        return null;
      } catch (error) {
        return error instanceof Error ? error.message : 'not valid';
      }
    }
    default:
      throw new Error(`nothing is known of ${what}`);
  }
};

const control = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString('utf8');
    answer(request.url ?? '', recordIn(text)).then(
      (value) => response.end(JSON.stringify({ value })),
      (/** @type {unknown} */ error) => {
        response.statusCode = 500;
        response.end(JSON.stringify({ error: error instanceof Error ? error.message : 'fault' }));
      },
    );
  });
});
control.listen(0, '127.0.0.1', () => {
  const address = control.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(
    `${JSON.stringify({ ready: { pds: started.pds.url, plc: started.plc.url, control: `http://127.0.0.1:${port}` } })}\n`,
  );
});

process.once('SIGTERM', () => {
  // Everything is thrown away with the folder: nobody waits for a clean end.
  process.exit(0);
});
