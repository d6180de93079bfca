import { createHmac } from 'node:crypto';
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '#shared/kit/ports.ts';

/** Facts beside a line of the log: plain values, never the text of a message, an address or a secret. */
export type LogFacts = Readonly<Record<string, string | number | boolean | null>>;

/** Where the engine writes down what happened, for whoever helps. */
export interface Log {
  line(what: string, facts?: LogFacts): void;
  /** Like a line, but written at every level: what whoever helps must see. */
  trouble(what: string, facts?: LogFacts): void;
  /** Writes an error with its stack and answers the reference under which it is found. */
  fault(where: string, error: unknown): string;
  /** A short salted hash that stands for an address: equal addresses are seen to be equal, and no more. */
  hash(address: string): string;
}

/** Two files of this many bytes are kept: the current one and the one before. */
const maxFileBytes = 2 * 1024 * 1024;
/** A stack says where; more than this is somebody's text. */
const maxErrorText = 4_000;

const errorFacts = (error: unknown): LogFacts => {
  if (!(error instanceof Error)) return { error: typeof error };
  // The frames only: the message of an error may quote what it choked on.
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((row) => row.startsWith('    at '))
    .join('\n');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { error: error.name, code, words: safeWords(error.message), stack: frames.slice(0, maxErrorText) };
};

/** An error's message without what could be an address, a server, a folder or a quotation from a message. */
const safeWords = (message: string): string =>
  message
    .replace(/[^\s<>"']+@[^\s<>"']+/g, '…@…')
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '…')
    // Servers and folders: whose they are often stands in their names.
    .replace(
      /(?:[a-z]:)?[\\/][^\s"'<>]+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)+\b|\b[0-9a-f]*:[0-9a-f:]*:[0-9a-f]*\b/gi,
      '…',
    )
    .slice(0, 300);

/** How a log is kept. `errors` leaves out all lines that nothing is wrong with. */
export type LogOptions = {
  readonly salt: Uint8Array;
  /** Makes the references of faults. */
  readonly references: () => string;
  readonly level: 'errors' | 'all';
};

/**
 * Writes JSON lines to a file of bounded size. It never throws and never writes about itself: when the disk refuses a
 * line, the line is dropped, and after ten refusals in a row logging pauses for a minute.
 */
export const openLog = (file: string, clock: Clock, { salt, references, level }: LogOptions): Log => {
  let refused = 0;
  let pausedUntil = 0;
  let size = -1;

  const rotate = (): void => {
    if (size < 0) size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size < maxFileBytes) return;
    renameSync(file, `${file}.1`);
    size = 0;
  };

  const write = (row: Readonly<Record<string, unknown>>): void => {
    if (clock.monotonic() < pausedUntil) return;
    try {
      if (size < 0) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      rotate();
      const text = `${JSON.stringify({ at: new Date(clock.now()).toISOString(), ...row })}\n`;
      appendFileSync(file, text, { mode: 0o600 });
      size += Buffer.byteLength(text);
      refused = 0;
    } catch {
      // The folder may be another one now; it is made again for the next line.
      size = -1;
      refused += 1;
      if (refused >= 10) pausedUntil = clock.monotonic() + 60_000;
    }
  };

  return {
    line: (what, facts = {}) => {
      if (level === 'all') write({ what, ...facts });
    },
    trouble: (what, facts = {}) => write({ what, ...facts }),
    fault: (where, error) => {
      const reference = references();
      write({ what: 'fault', where, reference, ...errorFacts(error) });
      return reference;
    },
    hash: (address) => createHmac('sha256', salt).update(address.toLowerCase()).digest('hex').slice(0, 8),
  };
};

/** The same log, whose faults somebody else hears of as well. */
export const watchedLog = (log: Log, heard: (error: unknown) => void): Log => ({
  ...log,
  fault: (where, error) => {
    const reference = log.fault(where, error);
    heard(error);
    return reference;
  },
});

/** Does what nobody waits for, asked for by a timer or the system: what goes wrong in it is written down, and ends nothing. */
export const quietly = (log: Log, where: string, work: () => void): void => {
  try {
    work();
  } catch (error) {
    log.fault(where, error);
  }
};

/** A log that keeps nothing: for a workspace that is thrown away. */
export const silentLog: Log = {
  line: () => undefined,
  trouble: () => undefined,
  fault: () => 'unlogged',
  hash: () => '',
};
