import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { LOOPBACK } from '../ports.ts';

/** A way to an IMAP server, in plain text, on which every command is noted and the server may be made to say something else. */
export type SpokenLine = {
  readonly port: number;
  /** The commands of all connections in the order of coming, without their tags. */
  readonly commands: () => readonly string[];
  /** Forgets the commands so far. */
  readonly forget: () => void;
  readonly stop: () => Promise<void>;
};

/** Hands on what ends with a line; what follows waits for its own end. */
const byLine = (take: (text: string) => void): ((chunk: Buffer) => void) => {
  let rest = '';
  return (chunk) => {
    const text = rest + chunk.toString('latin1');
    const end = text.lastIndexOf('\r\n') + 2;
    rest = text.slice(end === 1 ? 0 : end);
    if (end > 1) take(text.slice(0, end));
  };
};

/** Opens the line. `retell` gets whole lines of what the server says and answers what the client hears instead. */
export async function startSpokenLine(
  to: number,
  retell: (said: string) => string = (said) => said,
): Promise<SpokenLine> {
  let commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const far = connect(to, LOOPBACK);
    for (const [socket, other] of [
      [client, far],
      [far, client],
    ] as const) {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        other.end();
      });
    }
    client.on(
      'data',
      byLine((text) => {
        for (const line of text.split('\r\n')) {
          const said = /^\S+ ([A-Z].*)$/.exec(line)?.[1];
          if (said !== undefined) commands.push(said);
        }
        far.write(text, 'latin1');
      }),
    );
    far.on(
      'data',
      byLine((text) => client.write(retell(text), 'latin1')),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the line has no port');
  return {
    port: address.port,
    commands: () => commands,
    forget: () => {
      commands = [];
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
