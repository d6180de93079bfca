import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { ImapFlow } from 'imapflow';
import { LOOPBACK } from '../../support/ports.ts';
import type { Line } from './desk-words.ts';

// What the line and a bare client allow: nothing that reads mail over IMAP is faster than these.

/** An answer's last line is shorter, capabilities and all: bytes. */
const longestEnd = 4_096;

/** Says a command and counts what comes until its answer; only the end of the stream is looked at. */
const say = (socket: Socket, tag: string, command: string): Promise<number> =>
  new Promise((resolve, reject) => {
    let bytes = 0;
    let tail = '';
    const hear = (chunk: Buffer): void => {
      bytes += chunk.length;
      tail = (tail + chunk.subarray(-longestEnd).toString('latin1')).slice(-longestEnd);
      const ended = new RegExp(`(?:^|\\r\\n)${tag} (OK|NO|BAD)[^\\r\\n]*\\r\\n$`).exec(tail);
      if (ended === null) return;
      socket.off('data', hear);
      if (ended[1] === 'OK') resolve(bytes);
      else reject(new Error(`${command}: ${ended[0]}`));
    };
    socket.on('data', hear);
    socket.once('error', reject);
    socket.write(`${tag} ${command}\r\n`);
  });

const login = async ({ port, user, password }: Line): Promise<Socket> => {
  const socket = connect(port, LOOPBACK);
  await new Promise((resolve) => socket.once('data', resolve));
  await say(socket, 'a', `LOGIN ${user} ${password}`);
  return socket;
};

/** Fetches the source of every mail and throws it away; answers seconds and bytes. */
export const rawCopy = async (
  line: Line,
  folders: readonly string[],
): Promise<{ readonly seconds: number; readonly bytes: number }> => {
  const began = performance.now();
  const socket = await login(line);
  let bytes = 0;
  for (const folder of folders) {
    await say(socket, 'b', `EXAMINE "${folder}"`);
    bytes += await say(socket, 'c', 'FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])');
  }
  const seconds = (performance.now() - began) / 1_000;
  socket.destroy();
  return { seconds, bytes };
};

/** How long the server takes to open INBOX for a new connection, without signing in: ms. */
export const serverOpens = async (line: Line): Promise<number> => {
  const socket = await login(line);
  const began = performance.now();
  await say(socket, 'b', 'EXAMINE INBOX');
  const ms = performance.now() - began;
  socket.destroy();
  return ms;
};

/** One connection with the library that Steward uses, and the newest mails of INBOX: s. */
export const firstFetch = async ({ port, user, password }: Line, count: number): Promise<number> => {
  const began = performance.now();
  const client = new ImapFlow({
    host: LOOPBACK,
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: password },
    logger: false,
  });
  await client.connect();
  const { exists } = await client.mailboxOpen('INBOX', { readOnly: true });
  const rows = await client.fetchAll(`${String(Math.max(1, exists - count + 1))}:*`, {
    uid: true,
    flags: true,
    internalDate: true,
    source: true,
  });
  const seconds = (performance.now() - began) / 1_000;
  if (rows.length === 0) throw new Error('INBOX is empty');
  await client.logout();
  return seconds;
};
