import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as v from 'valibot';
import { said } from './stage-words.ts';
import type { Asked, Said } from './stage-words.ts';

/** A channel's server in another process. One wish at a time. */
export class Stage {
  readonly kind: string;
  readonly #process: ChildProcess;

  private constructor(kind: string, child: ChildProcess) {
    this.kind = kind;
    this.#process = child;
  }

  /** Starts the server of a channel from the bundle of its process. */
  static async start(bundle: string, kind: string): Promise<Stage> {
    const stage = new Stage(kind, fork(bundle, [kind], { execArgv: ['--enable-source-maps'] }));
    await stage.#hear('ready');
    return stage;
  }

  /** Makes an account with a customer who has said something. */
  async account(): Promise<Extract<Said, { readonly kind: 'account' }>> {
    return this.#ask({ kind: 'account' }, 'account');
  }

  /** Lets a customer write; answers when the server had it, in ms UTC. */
  async write(account: number, text: string): Promise<number> {
    return (await this.#ask({ kind: 'write', account, text }, 'written')).at;
  }

  /** How many HTTP requests the server has heard since its start. */
  async requests(): Promise<number> {
    return (await this.#ask({ kind: 'requests' }, 'requests')).count;
  }

  async stop(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    this.#process.disconnect();
    await gone;
  }

  async #ask<Kind extends Said['kind']>(
    wish: Asked,
    kind: Kind,
  ): Promise<Extract<Said, { readonly kind: Kind }>> {
    const answer = this.#hear(kind);
    this.#process.send(wish);
    return answer;
  }

  async #hear<Kind extends Said['kind']>(kind: Kind): Promise<Extract<Said, { readonly kind: Kind }>> {
    const heard = await new Promise<unknown>((resolve, reject) => {
      const ended = (): void => reject(new Error(`the server of ${this.kind} has ended`));
      this.#process.once('exit', ended);
      this.#process.once('message', (message) => {
        this.#process.off('exit', ended);
        resolve(message);
      });
    });
    const answer = v.parse(said, heard);
    const isAnswer = (one: Said): one is Extract<Said, { readonly kind: Kind }> => one.kind === kind;
    if (!isAnswer(answer)) throw new Error(`${this.kind}: ${JSON.stringify(answer)}`);
    return answer;
  }
}
