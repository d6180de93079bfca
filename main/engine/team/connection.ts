import type { Socket } from 'node:net';
import type { Client, Notification } from 'pg';
import { hostPort } from '#main/channels/kit/endpoint.ts';
import { within } from '#main/channels/kit/waiting.ts';
import { TeamError, teamError } from './connection-failure.ts';
import { logIn } from './connection-login.ts';
import type { ConnectionLimits, LoggedIn, OpenOptions, TeamLogin } from './connection-login.ts';
import { placesOf } from './database-address.ts';

export type { ConnectionLimits, TeamLogin } from './connection-login.ts';

export const usualLimits: ConnectionLimits = {
  connectMs: 10_000,
  statementMs: 120_000,
  lockMs: 10_000,
  answerMs: 25_000,
};

/** What is told at once and is larger than this, in bytes, is given more time. */
const largeBytes = 16_384;
/** The slowest line that something large has to get over: a byte in so many ms. */
const slowestMs = 1;
/** However slowly an answer trickles in, after so many times the usual wait it is too late. */
const mostPatience = 20;
/** How long a goodbye may take, in ms. */
const closeWithinMs = 500;

/** One connection to a team's database, from `open` until it breaks or is closed. */
export class TeamConnection {
  readonly #client: Client;
  readonly #line: Socket;
  /** `host:port`, as failures name it. */
  readonly where: string;
  readonly #schema: string;
  readonly #limits: ConnectionLimits;
  readonly #ended = new AbortController();
  #failure: TeamError | null = null;
  #allowedMs: number;
  #last: Promise<unknown> = Promise.resolve();
  /** Whether notices reach this line; behind a pooler in transaction mode they do not. */
  readonly hears: boolean;

  private constructor({ client, line, isOurs }: LoggedIn, login: TeamLogin, limits: ConnectionLimits) {
    this.#client = client;
    this.#line = line;
    this.where = hostPort(login);
    this.#schema = client.escapeIdentifier(login.schema);
    this.#limits = limits;
    this.#allowedMs = limits.statementMs;
    this.hears = isOurs;
    client.on('error', (error) => this.#break(teamError(error, this.where)));
    client.on('end', () => this.#break(new TeamError({ kind: 'no-answer', where: this.where, said: null })));
  }

  /**
   * Connects and logs in at the first of the database's servers that takes changes; throws {@link TeamError}, the first
   * server's where none does, or the signal's reason.
   */
  static async open(
    login: TeamLogin,
    {
      signal,
      limits = usualLimits,
      isBrief = false,
    }: Pick<OpenOptions, 'signal'> & Partial<Pick<OpenOptions, 'limits' | 'isBrief'>>,
  ): Promise<TeamConnection> {
    let first: unknown = null;
    for (const place of placesOf(login)) {
      try {
        const here = { ...login, ...place };
        return new TeamConnection(await logIn(here, { signal, limits, isBrief }), here, limits);
      } catch (error) {
        if (!(error instanceof TeamError)) throw error;
        first ??= error;
      }
    }
    throw first;
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
   * Asks the server, one thing after the other; throws {@link TeamError}. A call during which nothing is heard for too
   * long takes the line with it.
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
      const moreMs = moreTimeFor(parameters);
      await this.#allow(this.#limits.statementMs + moreMs);
      return await this.#answered(text, parameters, this.#limits.answerMs + moreMs, late);
    } catch (error) {
      if (error instanceof TeamError) throw error;
      throw this.failure ?? teamError(error, this.where);
    }
  }

  /** Asks, and takes the line down where it brings nothing for so long; an answer that trickles in is waited for. */
  async #answered(
    text: string,
    parameters: readonly unknown[],
    silenceMs: number,
    late: () => TeamError,
  ): Promise<readonly Readonly<Record<string, unknown>>[]> {
    let heard = this.#line.bytesRead;
    const watch = setInterval(() => {
      if (this.#line.bytesRead === heard) this.#break(late());
      heard = this.#line.bytesRead;
    }, silenceMs);
    try {
      const { rows } = await within(this.#client.query<Record<string, unknown>>(text, [...parameters]), {
        signal: this.#ended.signal,
        ms: silenceMs * mostPatience,
        late,
        end: () => this.#break(late()),
      });
      return rows;
    } finally {
      clearInterval(watch);
    }
  }

  /** What the server may work on the next call: its clock runs while the call is still on its way to it. */
  async #allow(ms: number): Promise<void> {
    if (!this.hears || ms === this.#allowedMs) return;
    this.#allowedMs = ms;
    await this.#client.query("SELECT set_config('statement_timeout', $1, false)", [String(ms)]);
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
    this.#line.destroy();
    this.#ended.abort(failure);
  }
}

/** More time for what is large, in ms; doubling, so that one call after the other has the same. */
const moreTimeFor = (parameters: readonly unknown[]): number => {
  const sizes = parameters.map((one) =>
    typeof one === 'string' ? one.length : one instanceof Uint8Array ? one.byteLength : 0,
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return bytes <= largeBytes ? 0 : slowestMs * 2 ** Math.ceil(Math.log2(bytes));
};
