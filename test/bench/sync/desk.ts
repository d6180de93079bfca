import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as v from 'valibot';
import { word } from './desk-words.ts';
import type { Imported, Line, Wish, Word } from './desk-words.ts';

type Said<Kind extends Word['kind']> = Extract<Word, { readonly kind: Kind }>;

/** The engine with its threads in a process of its own, on a workspace in a directory. */
export class Desk {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /** Starts it from the bundle of its process. */
  static async open(bundle: string, directory: string): Promise<Desk> {
    const desk = new Desk(fork(bundle, [], { execArgv: process.execArgv }));
    await desk.#hear('ready');
    await desk.#ask({ kind: 'open', directory }, 'done');
    return desk;
  }

  import(line: Line): Promise<Imported> {
    return this.#ask({ kind: 'import', line }, 'imported');
  }

  async connect(lines: readonly Line[]): Promise<void> {
    await this.#ask({ kind: 'connect', lines: [...lines] }, 'done');
  }

  async move(line: Line): Promise<void> {
    await this.#ask({ kind: 'move', line }, 'done');
  }

  async pause(): Promise<void> {
    await this.#ask({ kind: 'pause' }, 'done');
  }

  async resume(): Promise<number> {
    return (await this.#ask({ kind: 'resume' }, 'took')).ms;
  }

  async look(): Promise<number> {
    return (await this.#ask({ kind: 'look' }, 'took')).ms;
  }

  /** Answers at once when it waits; `found` answers with the time at which a message with the word could be found. */
  async await(text: string): Promise<{ readonly found: Promise<number> }> {
    await this.#ask({ kind: 'await', word: text }, 'awaiting');
    return { found: this.#hear('found').then(({ at }) => at) };
  }

  idle(seconds: number): Promise<Said<'used'>> {
    return this.#ask({ kind: 'idle', seconds }, 'used');
  }

  async close(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    await this.#ask({ kind: 'close' }, 'done');
    this.#process.disconnect();
    await gone;
  }

  /** Ends it wherever it is. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  async #ask<Kind extends Word['kind']>(asked: Wish, kind: Kind): Promise<Said<Kind>> {
    const answer = this.#hear(kind);
    this.#process.send(asked);
    return answer;
  }

  async #hear<Kind extends Word['kind']>(kind: Kind): Promise<Said<Kind>> {
    const heard = await new Promise<unknown>((resolve, reject) => {
      const ended = (): void => reject(new Error('the engine’s process has ended'));
      this.#process.once('exit', ended);
      this.#process.once('message', (message) => {
        this.#process.off('exit', ended);
        resolve(message);
      });
    });
    const answer = v.parse(word, heard);
    const isAnswer = (one: Word): one is Said<Kind> => one.kind === kind;
    if (!isAnswer(answer)) throw new Error(JSON.stringify(answer));
    return answer;
  }
}
