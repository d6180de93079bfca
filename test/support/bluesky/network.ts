import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import { startProcess } from '../processes.ts';
import { startPostgres } from '../postgres/postgres.ts';
import { startRedis } from './database.ts';
import type { Started } from './database.ts';

/** Bluesky's own servers on loopback: PDS, directory and perhaps the AppView, as https://github.com/bluesky-social/atproto makes them. */
export type Network = {
  /** The PDS, as it calls itself. */
  readonly pds: string;
  /** The PLC directory. */
  readonly directory: string;
  /** Waits until everything that was written is indexed. */
  readonly settle: () => Promise<void>;
  /** The same token as the server would have given it with another end of its life, in seconds since 1970. */
  readonly aged: (token: string, exp: number) => Promise<string>;
  /** Enters a service into the directory and answers its DID. */
  readonly register: (id: string, type: string, endpoint: string) => Promise<string>;
  /** What the published lexicons find wrong with an input or output; null for nothing. */
  readonly wrongWith: (side: 'input' | 'output', nsid: string, value: unknown) => Promise<string | null>;
  readonly stop: () => Promise<void>;
};

const script = join(process.cwd(), 'tools', 'setup', 'bluesky', 'servers.mjs');

type Places = { readonly pds: string; readonly plc: string; readonly control: string };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function placesIn(output: string): Places | null {
  const line = output.split('\n').find((one) => one.startsWith('{"ready"'));
  const said: unknown = line === undefined ? null : JSON.parse(line);
  const ready = isRecord(said) ? said['ready'] : null;
  if (!isRecord(ready)) return null;
  const { pds, plc, control } = ready;
  if (typeof pds !== 'string' || typeof plc !== 'string' || typeof control !== 'string') return null;
  return { pds, plc, control };
}

/** What the set-up of the tests has left us: the folder of the servers and the Node they run on. */
function installed(): { readonly home: string; readonly node: string } {
  const { STEWARD_BLUESKY: home = '', STEWARD_BLUESKY_NODE: node = '' } = process.env;
  if (home === '' || node === '')
    throw new Error("Bluesky's own servers are not installed; what the set-up of the tests said tells why");
  return { home, node };
}

/** Starts the network, with AppView in five seconds and 400 MB, without in one. */
export async function startNetwork({ appView }: { readonly appView: boolean }): Promise<Network> {
  const { home, node } = installed();
  const stores: readonly Started[] = appView ? await Promise.all([startPostgres(), startRedis()]) : [];
  const [postgres, redis] = stores;
  const server = startProcess(node, [script, JSON.stringify({ home, database: postgres?.url ?? null })], {
    env: { ...process.env, ...(redis === undefined ? {} : { REDIS_HOST: redis.url }) },
  });
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    await server.stop(1_000);
    await Promise.all(stores.map((store) => store.stop()));
  };
  let died = false;
  void server.exited.then((code) => {
    died = true;
    // Tests would only say that nobody answers any more.
    if (!stopping) process.stderr.write(`Bluesky's servers ended with ${String(code)}: ${server.output()}\n`);
  });
  let places: Places;
  try {
    places = await eventually(() => died || placesIn(server.output()), {
      message: "Bluesky's servers start",
      withinMs: 300_000,
    }).then((found) => {
      if (found === true) throw new Error(`They ended: ${server.output()}`);
      return found;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const ask = async (what: string, asked: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
    const response = await fetch(`${places.control}/${what}`, {
      method: 'POST',
      body: JSON.stringify(asked),
    });
    const said: unknown = await response.json();
    if (!response.ok || !isRecord(said)) throw new Error(`${what}: ${JSON.stringify(said)}`);
    return said['value'];
  };
  return {
    pds: places.pds,
    directory: places.plc,
    settle: async () => {
      await ask('settle');
    },
    aged: async (token, exp) => String(await ask('aged', { token, exp })),
    register: async (id, type, endpoint) => String(await ask('register', { id, type, endpoint })),
    wrongWith: async (side, nsid, value) => {
      const wrong = await ask('lexicon', { side, nsid, value });
      return typeof wrong === 'string' ? wrong : null;
    },
    stop,
  };
}
