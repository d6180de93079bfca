import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { LOOPBACK } from '../ports.ts';

/** One mail for one user, as it is handed to the delivery agent. */
export type Delivery = {
  readonly recipient: string;
  readonly raw: Buffer;
  /** The envelope sender; the empty one of bounces by default. */
  readonly sender?: string;
};

/** Delivers mails one after the other over one LMTP connection (RFC 2033); throws at the first refusal. */
export async function deliverByLmtp(port: number, deliveries: readonly Delivery[]): Promise<void> {
  const socket = connect({ port, host: LOOPBACK });
  const answers = readAnswers(socket);
  const say = async (line: string | Buffer, expected: string): Promise<void> => {
    socket.write(line);
    const answer = await answers.next();
    if (!answer.startsWith(expected)) {
      throw new Error(`LMTP answered "${answer}" to "${line.toString().trim().slice(0, 80)}"`);
    }
  };
  try {
    await answers.next();
    await say('LHLO test\r\n', '250');
    for (const { recipient, raw, sender } of deliveries) {
      await say(`MAIL FROM:<${sender ?? ''}>\r\n`, '250');
      await say(`RCPT TO:<${recipient}>\r\n`, '250');
      await say('DATA\r\n', '354');
      await say(dotStuffed(raw), '250');
    }
    socket.write('QUIT\r\n');
  } finally {
    socket.destroy();
  }
}

/** The bytes of a mail as they go over the wire: CRLF line ends, leading dots doubled, closed by a dot (RFC 5321, 4.5.2). */
function dotStuffed(raw: Buffer): Buffer {
  const text = withCrlf(raw).toString('latin1').replace(/^\./gm, '..');
  return Buffer.from(`${text}${text.endsWith('\r\n') || text === '' ? '' : '\r\n'}.\r\n`, 'latin1');
}

/** The same mail with every line ended by CRLF. */
export function withCrlf(raw: Buffer): Buffer {
  return Buffer.from(raw.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

function readAnswers(socket: Socket): { readonly next: () => Promise<string> } {
  const ready: string[] = [];
  let waiting: { resolve: (line: string) => void; reject: (why: Error) => void } | undefined;
  let rest = '';
  let failure: Error | undefined;
  const fail = (why: Error): void => {
    failure = why;
    waiting?.reject(why);
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the LMTP server closed the connection')));
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString()).split('\r\n');
    rest = lines.pop() ?? '';
    // "250-..." announces a further line of the same answer.
    for (const line of lines.filter((candidate) => !/^\d{3}-/.test(candidate))) {
      if (waiting === undefined) ready.push(line);
      else {
        waiting.resolve(line);
        waiting = undefined;
      }
    }
  });
  return {
    next: () => {
      const line = ready.shift();
      if (line !== undefined) return Promise.resolve(line);
      if (failure !== undefined) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
      });
    },
  };
}
