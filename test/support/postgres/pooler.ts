import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { LOOPBACK } from '../ports.ts';

/** A line to a database that behaves like a pooler in transaction mode as far as a client can tell. */
export type Pooler = { readonly port: number; readonly stop: () => Promise<void> };

/** Messages of PostgreSQL's protocol: one letter, four bytes of length with themselves, content (its manual, 55.7). */
const isNotice = 0x41;
const isKeyData = 0x4b;

/** Passes whole messages on, but hides whose process answers, and lets no notice through: it went to somebody else. */
const hide = (from: Socket, to: Socket): void => {
  let held = Buffer.alloc(0);
  from.on('data', (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 5 && held.length >= 1 + held.readInt32BE(1)) {
      const end = 1 + held.readInt32BE(1);
      const message = Buffer.from(held.subarray(0, end));
      held = held.subarray(end);
      if (message[0] === isNotice) continue;
      if (message[0] === isKeyData) message.writeInt32BE(1, 5);
      to.write(message);
    }
  });
};

/** Starts one in front of a database on loopback that speaks without TLS. */
export async function startPooler(port: number): Promise<Pooler> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ port, host: LOOPBACK });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    client.pipe(upstream);
    hide(upstream, client);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, LOOPBACK, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a pooler without a port');
  return {
    port: address.port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
