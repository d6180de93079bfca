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
  /** After so long without an answer the line counts as dead, whatever the server does. */
  readonly answerMs: number;
};

export const usualLimits: ConnectionLimits = {
  connectMs: 10_000,
  statementMs: 20_000,
  lockMs: 10_000,
  answerMs: 25_000,
};

/** How the line calls itself in the server's lists of who is connected. */
const applicationName = 'steward';
/** How long a goodbye may take, in ms. */
const closeWithinMs = 500;

/** One connection to a team's database, from `open` until it breaks or is closed. */
export class TeamConnection {
  readonly #client: Client;
  /** `host:port`, as failures name it. */
  readonly where: string;
  readonly #schema: string;
  readonly #limits: ConnectionLimits;
  readonly #ended = new AbortController();
  readonly #end: () => void;
  #failure: TeamError | null = null;
  #last: Promise<unknown> = Promise.resolve();
  /** Whether notices reach this line; behind a pooler in transaction mode they do not. */
  readonly hears: boolean;

  private constructor(
    client: Client,
    login: TeamLogin,
    limits: ConnectionLimits,
    hears: boolean,
    end: () => void,
  ) {
    this.#client = client;
    this.where = hostPort(login);
    this.#schema = client.escapeIdentifier(login.schema);
    this.#limits = limits;
    this.#end = end;
    this.hears = hears;
    client.on('error', (error) => this.#break(teamError(error, this.where)));
    client.on('end', () => this.#break(new TeamError({ kind: 'no-answer', where: this.where, said: null })));
  }

  /** Connects and logs in; throws {@link TeamError}, or the signal's reason. */
  static async open(
    login: TeamLogin,
    { signal, limits = usualLimits }: { readonly signal: AbortSignal; readonly limits?: ConnectionLimits },
  ): Promise<TeamConnection> {
    const where = hostPort(login);
    const line = await openLine(login, { signal, withinMs: limits.connectMs });
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
    const end = (): void => {
      line.destroy();
    };
    const late = (): TeamError => new TeamError({ kind: 'no-answer', where, said: null });
    const work = async (): Promise<boolean> => {
      await client.connect();
      return isDirect(client, limits);
    };
    try {
      const hears = await within(work(), { signal, ms: limits.connectMs, late, end });
      return new TeamConnection(client, login, limits, hears, end);
    } catch (error) {
      end();
      signal.throwIfAborted();
      throw teamError(error, where);
    }
  }

  /** Fires when the line is gone, whoever ended it. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Why the line is gone; null while it holds. */
  get failure(): TeamError | null {
    return this.#failure;
  }

  /** Listens to the team's notices on its channel from now on; does nothing where they cannot be heard. */
  async listen(channel: string, heard: (payload: string) => void): Promise<void> {
    if (!this.hears) return;
    this.#client.on('notification', (notice: Notification) => {
      if (notice.channel === channel) heard(notice.payload ?? '');
    });
    await this.query(`LISTEN ${this.#client.escapeIdentifier(channel)}`, []);
  }

  /** Calls one of the team's functions and answers its value, which nobody has checked yet. */
  async call(name: string, parameters: readonly unknown[]): Promise<unknown> {
    const marks = parameters.map((_, index) => `$${String(index + 1)}`).join(', ');
    const rows = await this.query(
      `SELECT ${this.#schema}.${this.#client.escapeIdentifier(name)}(${marks}) AS answer`,
      parameters,
    );
    return rows[0]?.['answer'];
  }

  /**
   * Asks the server, one thing after the other; throws {@link TeamError}. A call that is not answered in time takes the
   * line with it.
   */
  query(text: string, parameters: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const asked = this.#last.then(() => this.#ask(text, parameters));
    this.#last = asked.catch(() => undefined);
    return asked;
  }

  async #ask(
    text: string,
    parameters: readonly unknown[],
  ): Promise<readonly Readonly<Record<string, unknown>>[]> {
    if (this.#failure !== null) throw this.#failure;
    const late = (): TeamError => new TeamError({ kind: 'no-answer', where: this.where, said: null });
    try {
      const { rows } = await within(this.#client.query<Record<string, unknown>>(text, [...parameters]), {
        signal: this.#ended.signal,
        ms: this.#limits.answerMs,
        late,
        end: () => this.#break(late()),
      });
      return rows;
    } catch (error) {
      if (error instanceof TeamError) throw error;
      throw this.failure ?? teamError(error, this.where);
    }
  }

  /** Says goodbye, and ends the line in any case. */
  async close(): Promise<void> {
    if (this.#failure === null) {
      const goodbye = new Promise<void>((resolve) => {
        setTimeout(resolve, closeWithinMs);
        this.#client.end().then(resolve, () => resolve());
      });
      await goodbye;
    }
    this.#break(new TeamError({ kind: 'no-answer', where: this.where, said: null }));
  }

  #break(failure: TeamError): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    this.#end();
    this.#ended.abort(failure);
  }
}

/**
 * Whether the process that answers is the one that was connected to: a pooler shows another one's number, and hands out a
 * different one for each transaction. There, nothing may be set for the session, because the next one to use it is not us.
 */
const isDirect = async (client: Client, limits: ConnectionLimits): Promise<boolean> => {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  if (rows[0]?.pid !== processOf(client)) return false;
  await client.query(
    "SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false)",
    [String(limits.statementMs), String(limits.lockMs)],
  );
  return true;
};

/** The number of the server's process as the login told it; the types of the library do not list it. */
const processOf = (client: Client): number | null =>
  'processID' in client && typeof client.processID === 'number' ? client.processID : null;
