import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { CliFailure, exitCodes } from '../exit.ts';
import type { Run } from '../run.ts';

/** `key new`: writes a new key of 256 random bits to a file that only its owner can read. A file that is there is left alone. */
export const newKey = async ({ terminal }: Run, path: string): Promise<void> => {
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, `${randomBytes(32).toString('hex')}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw code === 'EEXIST'
      ? new CliFailure(exitCodes.refused, 'file-exists', 'cli.file.exists', { path })
      : new CliFailure(exitCodes.failed, 'file-failed', 'cli.file.failed', { path, said: code });
  }
  await terminal.out(
    terminal.json ? JSON.stringify({ key: path }) : terminal.words('cli.key.made', { path }),
  );
};
