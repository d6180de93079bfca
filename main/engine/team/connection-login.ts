import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { Client } from 'pg';
import type { Notification } from 'pg';
import { hostPort } from '#main/channels/kit/endpoint.ts';
import { within } from '#main/channels/kit/waiting.ts';
import { TeamError, teamError } from './connection-failure.ts';
import { asConnectable, openLine } from './connection-line.ts';
import type { TeamPlace } from './connection-line.ts';
import type { TeamCredentials } from './wire.ts';

/** Where a team is and how this device logs in; the password comes from the workspace's secrets and nowhere else. */
export type TeamLogin = TeamCredentials & TeamPlace;

/** How long each thing may take, in ms. */
export type ConnectionLimits = {
  readonly connectMs: number;
  /** What the server may work on one call before it gives up by itself. */
  readonly statementMs: number;
  /** What it may wait for others before it gives up by itself. */
  readonly lockMs: number;
  /** After so long without a byte of an answer the line counts as dead, whatever the server does. */
  readonly answerMs: number;
};

/** What a connection is opened with. */
export type OpenOptions = {
  readonly signal: AbortSignal;
  readonly limits: ConnectionLimits;
  /** It is there for a question or two: whether a pooler would let notices through is not found out. */
  readonly isBrief: boolean;
};

/** A client that was let in, and what is known of the way to it. */
export type LoggedIn = {
  readonly client: Client;
  readonly line: Socket;
  /** Whether the session is ours from beginning to end: notices come through, and what is set or locked stays. */
  readonly isOurs: boolean;
};

/** How the line calls itself in the server's lists of who is connected. */
const applicationName = 'steward';
/** How long a notice may take that another line was told had gone out, in ms. */
const noticeMs = 3_000;

/** The number of the server's process as the login told it; the types of the library do not list it. */
const processOf = (client: Client): number | null =>
  'processID' in client && typeof client.processID === 'number' ? client.processID : null;

const timesOf = (login: TeamLogin, { signal, limits }: OpenOptions) => ({
  ...{ signal, ms: limits.connectMs },
  late: () => new TeamError({ kind: 'no-answer', where: hostPort(login), said: null }),
});

/** A client that was let in; its line is noted before anything is waited for. */
const connected = async (login: TeamLogin, options: OpenOptions, begun: Socket[]): Promise<Client> => {
  const line = await openLine(login, { signal: options.signal, withinMs: options.limits.connectMs });
  begun.push(line);
  const client = new Client({
    stream: () => asConnectable(line),
    // The line is protected already; nothing of it is left to variables of the environment.
    ssl: false,
    host: login.host,
    port: login.port,
    database: login.database,
    user: login.role,
    // A function, so that no file of passwords is looked into.
    password: () => login.password,
    application_name: applicationName,
  });
  // Until it is ours, a breaking line must not end the process.
  client.on('error', () => undefined);
  await within(client.connect(), { ...timesOf(login, options), end: () => line.destroy() });
  return client;
};

/**
 * Whether this session is ours alone: a notice that somebody else sends comes through while nothing is asked. A pooler
 * that gives each transaction another session has none to bring it by. Throws what the line throws.
 */
const isKept = async (client: Client, login: TeamLogin, options: OpenOptions): Promise<boolean> => {
  const channel = `steward ${randomBytes(16).toString('hex')}`;
  const begun: Socket[] = [];
  let timer: NodeJS.Timeout | undefined;
  const heard = new Promise<true>((resolve) => {
    client.on('notification', (notice: Notification) => {
      if (notice.channel === channel) resolve(true);
    });
  });
  const told = async (): Promise<void> => {
    const other = await connected(login, options, begun);
    await other.query('SELECT pg_notify($1, $2)', [channel, '']);
  };
  await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
  try {
    await within(told(), { ...timesOf(login, options), end: () => undefined });
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), noticeMs);
    });
    return await Promise.race([heard, late]);
  } catch {
    options.signal.throwIfAborted();
    // Where there is no room for a second line, the first one does what it can.
    return false;
  } finally {
    clearTimeout(timer);
    for (const line of begun) line.destroy();
    await client.query(`UNLISTEN ${client.escapeIdentifier(channel)}`);
  }
};

/** Looks whether changes are taken here, and whose session this is. */
const greeted = async (client: Client, login: TeamLogin, options: OpenOptions): Promise<boolean> => {
  const { rows } = await client.query<{ pid: number; closed: boolean }>(
    `SELECT pg_backend_pid() AS pid, pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS closed`,
  );
  if (rows[0]?.closed === true)
    throw new TeamError({ kind: 'read-only', where: hostPort(login), said: null });
  // A pooler shows another process's number than the one that answers.
  const isDirect = rows[0]?.pid === processOf(client);
  if (!isDirect && (options.isBrief || !(await isKept(client, login, options)))) return false;
  const { statementMs, lockMs } = options.limits;
  await client.query(
    "SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false)",
    [String(statementMs), String(lockMs)],
  );
  return true;
};

/** Connects to one server and logs in; refuses one that takes no changes. Throws {@link TeamError}, or the signal's reason. */
export const logIn = async (login: TeamLogin, options: OpenOptions): Promise<LoggedIn> => {
  const begun: Socket[] = [];
  const end = (): void => {
    for (const line of begun) line.destroy();
  };
  const where = hostPort(login);
  try {
    const client = await connected(login, options, begun);
    const isOurs = await within(greeted(client, login, options), {
      ...timesOf(login, options),
      // Behind a pooler, another line is laid meanwhile.
      ms: 3 * options.limits.connectMs + noticeMs,
      end,
    });
    const [line] = begun;
    if (line === undefined) throw new Error('a client without a line');
    return { client, line, isOurs };
  } catch (error) {
    end();
    options.signal.throwIfAborted();
    throw teamError(error, where);
  }
};
