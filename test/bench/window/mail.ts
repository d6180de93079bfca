import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { startMailServer } from '../../support/mail-server/mail-server.ts';
import { LOOPBACK } from '../../support/ports.ts';
import { benchDir, benchMailbox, serveMailbox } from '../kit/mailbox.ts';
import type { Importing } from './desk-data.ts';

/** A way to a mail server that is closed at first: who connects waits for the server's first word. */
export type HeldLine = {
  readonly port: number;
  readonly letThrough: () => void;
  /** When the server spoke last, in ms UTC. */
  readonly lastWord: () => number;
  /** When the server says the next thing, in ms UTC. */
  readonly nextWord: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

const now = (): number => performance.timeOrigin + performance.now();

const holdLine = async (to: number): Promise<HeldLine> => {
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let open = false;
  let last = 0;
  let waiting: ((at: number) => void)[] = [];
  const keep = (socket: Socket): void => {
    sockets.add(socket.setNoDelay(true));
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const join = (client: Socket): void => {
    const far = connect(to, LOOPBACK);
    keep(far);
    far.on('data', () => {
      last = now();
      for (const resolve of waiting.splice(0)) resolve(last);
    });
    client.pipe(far);
    far.pipe(client);
  };
  const server = createServer((client) => {
    keep(client);
    if (open) join(client);
    else held.push(() => join(client));
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the line has no port');
  return {
    port: address.port,
    letThrough: () => {
      open = true;
      for (const go of held.splice(0)) go();
    },
    lastWord: () => last,
    nextWord: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    stop: async () => {
      waiting = [];
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** A real Dovecot with a mailbox of so many mails, and lines to it that are held until somebody lets them through. */
export const startMail = async (count: number) => {
  const mailbox = benchMailbox(count);
  const server = await startMailServer({ parent: benchDir });
  const user = `window${String(count)}@shop.test`;
  serveMailbox(server, user, mailbox);
  return {
    server,
    user,
    /** A new line and what an account needs to go by it. */
    line: async (): Promise<{ readonly line: HeldLine; readonly account: Importing }> => {
      const line = await holdLine(server.imap.port);
      return { line, account: { user, password: server.password, port: line.port } };
    },
    stop: () => server.stop(),
  };
};

export type BenchMail = Awaited<ReturnType<typeof startMail>>;
