import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { LOOPBACK } from '../ports.ts';

/** A request as it came. */
export type EmulatedRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Ended when the other side goes away. */
  readonly gone: AbortSignal;
};

/** What the server says; `json` or `body`, with 200 unless it says otherwise. */
export type EmulatedAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: Buffer | string;
};

export type Emulate = (request: EmulatedRequest) => Promise<EmulatedAnswer> | EmulatedAnswer;

/** How the vendor refuses who comes too fast. */
export type Refusal = (request: EmulatedRequest) => EmulatedAnswer;

type Loss = { readonly when: 'taken' | 'not-taken'; readonly of: (request: EmulatedRequest) => boolean };

/**
 * A vendor's HTTP server on loopback, with the faults that networks and vendors have: refusals, errors, silence, and lines that break
 * just before or just after a request was taken. What it answers is the emulator's own business.
 */
export class HttpEmulator {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #emulate: Emulate;
  readonly #refuse: Refusal;
  readonly #log: EmulatedRequest[] = [];
  #losses: Loss[] = [];
  #errors: EmulatedAnswer[] = [];
  #throttled = false;
  #knocks = 0;
  #silent = false;
  #port = 0;

  private constructor(emulate: Emulate, refuse: Refusal) {
    this.#emulate = emulate;
    this.#refuse = refuse;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    // A test that computes for seconds in the same process must not find that its idle lines were closed meanwhile.
    this.#server.keepAliveTimeout = 120_000;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  static async start(emulate: Emulate, refuse: Refusal): Promise<HttpEmulator> {
    const emulator = new HttpEmulator(emulate, refuse);
    await new Promise<void>((resolve) => emulator.#server.listen(0, LOOPBACK, resolve));
    const address = emulator.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    emulator.#port = address.port;
    return emulator;
  }

  get base(): string {
    return `http://${LOOPBACK}:${String(this.#port)}`;
  }

  /** Every request that was heard, refused ones included. */
  get requests(): readonly EmulatedRequest[] {
    return this.#log;
  }

  /** Refuses everything until `relent`. */
  throttle(): void {
    this.#throttled = true;
    this.#knocks = 0;
  }

  relent(): void {
    this.#throttled = false;
  }

  /** Requests since `throttle`. */
  knocks(): number {
    return this.#knocks;
  }

  /** Says nothing any more, on old lines and new ones, until `speak`. */
  silence(): void {
    this.#silent = true;
  }

  /** Ends all faults. */
  speak(): void {
    this.#silent = false;
    this.#throttled = false;
    this.#losses = [];
    this.#errors = [];
  }

  /** The next request of this sort is lost with its line: after it was taken, or before. */
  lose(when: Loss['when'], of: Loss['of']): void {
    this.#losses.push({ when, of });
  }

  /** The next requests are answered with these, and not taken. */
  fail(...answers: readonly EmulatedAnswer[]): void {
    this.#errors.push(...answers);
  }

  /** Breaks all lines, as a restart of the server does. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.hangUp();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort(new Error('the other side is gone')));
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of message) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    } catch {
      return;
    }
    const request: EmulatedRequest = {
      method: message.method ?? 'GET',
      url: new URL(message.url ?? '/', this.base),
      headers: Object.fromEntries(
        Object.entries(message.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
      ),
      body: Buffer.concat(chunks),
      gone: gone.signal,
    };
    this.#log.push(request);
    const answer = await this.#answer(request, message.socket);
    if (answer === null || this.#silent || response.destroyed) return;
    const { status = 200, headers = {}, json, body } = answer;
    const type: Readonly<Record<string, string>> =
      json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
    response.writeHead(status, { ...type, ...headers });
    response.end(json === undefined ? (body ?? '') : JSON.stringify(json));
  }

  async #answer(request: EmulatedRequest, socket: Socket): Promise<EmulatedAnswer | null> {
    if (this.#silent) return null;
    if (this.#throttled) {
      this.#knocks += 1;
      return this.#refuse(request);
    }
    const at = this.#losses.findIndex((loss) => loss.of(request));
    const [loss] = at < 0 ? [] : this.#losses.splice(at, 1);
    if (loss?.when === 'not-taken') {
      socket.destroy();
      return null;
    }
    const error = loss === undefined ? this.#errors.shift() : undefined;
    if (error !== undefined) return error;
    try {
      const answer = await this.#emulate(request);
      if (loss === undefined) return answer;
    } catch (fault) {
      return { status: 500, json: { emulator: fault instanceof Error ? fault.message : 'fault' } };
    }
    socket.destroy();
    return null;
  }
}
