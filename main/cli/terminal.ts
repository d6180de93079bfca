import { createReadStream, createWriteStream, openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { en } from '#shared/messages/en.ts';
import { createWords } from '#shared/messages/format.ts';
import type { Words } from '#shared/messages/format.ts';
import { CliFailure, exitCodes } from './exit.ts';

/** The standard streams of one run, and the words everything is said in. */
export type Terminal = {
  readonly words: Words;
  /** True when answers and errors are to be JSON. */
  readonly json: boolean;
  /** The answer, to standard output. Resolves when there is room for more; does nothing once the reader has gone. */
  out(text: string): Promise<void>;
  outBytes(bytes: Uint8Array): Promise<void>;
  /** What happens meanwhile, to standard error; nothing of it when answers are JSON. */
  note(text: string): void;
  /** True once whoever read standard output has had enough. */
  readonly readerGone: () => boolean;
  /** Asks for something that must not be seen; null where there is no terminal to ask at. */
  askHidden(question: string): Promise<string | null>;
  /** Everything on standard input. */
  readInput(): Promise<string>;
};

/** Words in the one language there is now. */
export const cliWords = createWords('en', en);

/** A place that swallows what readline would echo. */
const nowhere = (): Writable =>
  new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });

/** The terminal itself, also when the standard streams lead elsewhere; null where there is none. */
const openTerminal = (): { readonly input: ReadStream; readonly output: Writable } | null => {
  if (process.stdin.isTTY) return { input: process.stdin, output: process.stderr };
  if (process.platform === 'win32') return null;
  try {
    return {
      input: new ReadStream(openSync('/dev/tty', 'r+')),
      output: new WriteStream(openSync('/dev/tty', 'w')),
    };
  } catch {
    return null;
  }
};

const askHidden = async (question: string): Promise<string | null> => {
  const terminal = openTerminal();
  if (terminal === null) return null;
  // Nothing is echoed from here on, and only then is it asked: whoever answers at once is not seen either.
  const reader = createInterface({ input: terminal.input, output: nowhere(), terminal: true });
  terminal.output.write(question);
  try {
    return await new Promise<string | null>((resolve) => {
      reader.once('line', resolve);
      reader.once('SIGINT', () => resolve(null));
      reader.once('close', () => resolve(null));
    });
  } finally {
    reader.close();
    terminal.output.write('\n');
    if (terminal.input !== process.stdin) terminal.input.destroy();
  }
};

const readInput = async (): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) {
    if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString('utf8');
};

let readerGone = false;

/** Watches for the reader of standard output going away (`| head`): that is no error. */
export const watchReader = (): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') readerGone = true;
    else process.exitCode = exitCodes.failed;
  });
  process.stderr.on('error', () => undefined);
};

const write = (bytes: string | Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    if (readerGone || process.stdout.destroyed) {
      readerGone = true;
      resolve();
      return;
    }
    process.stdout.write(bytes, () => resolve());
  });

/** The streams of this process. */
export const openStreams = (json: boolean): Terminal => ({
  words: cliWords,
  json,
  out: (text) => write(`${text}\n`),
  outBytes: (bytes) => write(bytes),
  note: (text) => {
    if (!json) process.stderr.write(`${text}\n`);
  },
  readerGone: () => readerGone,
  askHidden,
  readInput,
});

/** Says why a command failed, on standard error: words, or one JSON object. */
export const sayFailure = (failure: CliFailure, json: boolean): void => {
  const words = cliWords.of(failure.key, failure.values, 'cli.failure.unknown');
  if (json) {
    const { lines, facts } = failure.more;
    const error = { kind: failure.kind, exit: failure.exit, words: [words, ...lines].join(' '), ...facts };
    process.stderr.write(`${JSON.stringify({ error })}\n`);
    return;
  }
  process.stderr.write(`steward: ${[words, ...failure.more.lines].join('\n')}\n`);
};

/** A file or standard output to write an answer to. */
export type Sink = { write(bytes: Uint8Array | string): Promise<void>; end(): Promise<void> };

/** Opens a new file for an answer; one that is there already is not written over. */
export const openSink = async (path: string | undefined, terminal: Terminal): Promise<Sink> => {
  if (path === undefined || path === '-') {
    return {
      write: (bytes) => terminal.outBytes(typeof bytes === 'string' ? Buffer.from(bytes) : bytes),
      end: () => Promise.resolve(),
    };
  }
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await new Promise<void>((resolve, reject) => {
    file.once('open', () => resolve());
    file.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EEXIST'
          ? new CliFailure(exitCodes.refused, 'file-exists', 'cli.file.exists', { path })
          : new CliFailure(exitCodes.failed, 'file-failed', 'cli.file.failed', {
              path,
              said: error.code ?? '',
            }),
      );
    });
  });
  let broken: Error | null = null;
  file.on('error', (error) => {
    broken = error;
  });
  const settle = (path_: string, done: () => void, refuse: (error: Error) => void) => (): void => {
    if (broken === null) done();
    else
      refuse(
        new CliFailure(exitCodes.failed, 'file-failed', 'cli.file.failed', {
          path: path_,
          said: broken.message,
        }),
      );
  };
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        file.write(bytes, settle(path, resolve, reject));
      }),
    end: () =>
      new Promise((resolve, reject) => {
        file.end(settle(path, resolve, reject));
      }),
  };
};

/** Opens a file whose text is wanted, or standard input for `-`. */
export const readTextFile = async (path: string, terminal: Terminal): Promise<string> => {
  if (path === '-') return terminal.readInput();
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path)) {
      if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    }
  } catch {
    throw new CliFailure(exitCodes.usage, 'file-absent', 'cli.file.absent', { path });
  }
  return Buffer.concat(chunks).toString('utf8');
};
