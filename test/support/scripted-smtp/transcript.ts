import { format } from 'node:util';

/** What was said on every connection, in the order it was said. */
export type Transcript = {
  /** In the shape that smtp-server expects of a logger. */
  readonly logger: TranscriptLogger;
  readonly text: () => string;
};

type Say = (entry: unknown, message?: unknown, ...values: readonly unknown[]) => void;

type TranscriptLogger = Readonly<
  Record<'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal', Say> & Record<'level', () => void>
>;

/** An empty transcript. */
export function createTranscript(): Transcript {
  const lines: string[] = [];
  const ignore = (): void => undefined;
  // smtp-server tells the lines of the protocol as debug messages "C:" and "S:" (credentials are already taken out).
  const debug: Say = (_entry, message, ...values) => {
    const line = format(message, ...values);
    if (/^[CS]:/.test(line)) lines.push(line);
  };
  return {
    logger: { level: ignore, trace: ignore, debug, info: ignore, warn: ignore, error: ignore, fatal: ignore },
    text: () => lines.join('\n'),
  };
}
