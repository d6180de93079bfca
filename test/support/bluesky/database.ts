import { LOOPBACK, freePort, waitForPort } from '../ports.ts';
import { startProcess } from '../processes.ts';

/** A server of a test, reached at `url`. */
export type Started = { readonly url: string; readonly stop: () => Promise<void> };

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
