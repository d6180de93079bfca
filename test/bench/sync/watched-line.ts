import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { LOOPBACK } from '../../support/ports.ts';

/** A way to a server on which it is seen how much passes, and when the server tells of news. */
export type WatchedLine = {
  readonly port: number;
  /** What the server has said so far, KiB. */
  readonly heardKiB: () => number;
  /** When the server next says by itself that there are more mails (EXISTS, RFC 9051 section 7.4.1), in ms UTC with fractions. */
  readonly nextNews: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

const news = /^\* \d+ EXISTS/;

/** Opens a line on a free port that leads to another one. */
export const watchLine = async (to: number): Promise<WatchedLine> => {
  let bytes = 0;
  let waiting: ((at: number) => void)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const far = connect(to, LOOPBACK);
    for (const socket of [client, far]) {
      sockets.add(socket.setNoDelay(true));
      socket.once('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    }
    far.on('data', (chunk: Buffer) => {
      const at = performance.timeOrigin + performance.now();
      bytes += chunk.length;
      // What it says of a folder that was asked for begins with other words.
      if (!news.test(chunk.toString('latin1'))) return;
      for (const resolve of waiting) resolve(at);
      waiting = [];
    });
    client.pipe(far);
    far.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the line has no port');
  return {
    port: address.port,
    heardKiB: () => bytes / 1_024,
    nextNews: () => new Promise((resolve) => waiting.push(resolve)),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
