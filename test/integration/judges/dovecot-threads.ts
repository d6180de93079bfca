import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { MailServer } from '#test/support/mail-server/mail-server.ts';
import type { Groups } from './groups.ts';
import { inOrder } from './groups.ts';

/**
 * Puts the mails into a fresh inbox of `user` and asks Dovecot which belong together, by index: REFS follows references alone,
 * REFERENCES (RFC 5256, section 3) also joins by subject. Spoken over a bare socket, since no client library knows THREAD.
 */
export async function dovecotThreads(
  server: MailServer,
  user: string,
  raws: readonly Buffer[],
  algorithm: 'REFS' | 'REFERENCES' = 'REFS',
): Promise<Groups> {
  server.seed(
    user,
    'INBOX',
    raws.map((raw) => ({ raw })),
  );
  const socket = connect({ port: server.imap.port, host: server.imap.host });
  const commands = [
    `LOGIN ${user} ${server.password}`,
    'EXAMINE INBOX',
    `UID THREAD ${algorithm} UTF-8 ALL`,
    'LOGOUT',
  ];
  // Dovecot takes commands one after the other however early they come, and closes after LOGOUT.
  socket.write(commands.map((command, index) => `${String(index)} ${command}\r\n`).join(''));
  const said = await text(socket);
  const answer = /^\* THREAD ?(.*)\r$/m.exec(said)?.[1];
  if (answer === undefined) throw new Error(`no threads in ${said}`);
  return inOrder(threadsIn(answer));
}

/** The UIDs in each outermost pair of parentheses; seeded mails have the UIDs 1, 2, 3 ... */
function threadsIn(answer: string): readonly (readonly number[])[] {
  const threads: number[][] = [];
  let depth = 0;
  for (const [token] of answer.matchAll(/[()]|\d+/g)) {
    if (token === '(') {
      if (depth === 0) threads.push([]);
      depth += 1;
    } else if (token === ')') depth -= 1;
    else threads.at(-1)?.push(Number(token) - 1);
  }
  return threads;
}
