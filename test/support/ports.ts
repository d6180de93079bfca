import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { eventually } from './eventually.ts';

/** The only address a test server listens on. */
export const LOOPBACK = '127.0.0.1';

// Below Linux's range for outgoing connections (32768 and up), so that no client socket can take a port in between.
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const ATTEMPTS = 200;

// Test files run beside each other in processes that Vitest numbers. Each process has a part of the range to itself: between finding a port
// and listening on it lies the start of a server, in which another process would find it free too.
const LANES = 16;
const LANE_PORTS = Math.floor((LAST_PORT - FIRST_PORT) / LANES);
const FIRST_OF_LANE = FIRST_PORT + (Number(process.env['VITEST_POOL_ID'] ?? 0) % LANES) * LANE_PORTS;

const given = new Set<number>();

/** A TCP port on loopback that nobody listens on and that this process has not been given before. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(FIRST_OF_LANE, FIRST_OF_LANE + LANE_PORTS);
    if (given.has(port)) continue;
    if (await canListen(port)) {
      given.add(port);
      return port;
    }
  }
  throw new Error(`no free port found in ${String(ATTEMPTS)} attempts`);
}

/** Several free ports at once, see `freePort`. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

/** Waits until something accepts TCP connections on loopback at `port`. */
export async function waitForPort(port: number, options: { readonly withinMs?: number } = {}): Promise<void> {
  await eventually(() => accepts(port), {
    message: `a server listens on port ${String(port)}`,
    withinMs: options.withinMs ?? 60_000,
    everyMs: 10,
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: LOOPBACK });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
