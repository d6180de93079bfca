import { readFileSync } from 'node:fs';
import { CliFailure, exitCodes } from './exit.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const isKey = (text: string): boolean => /^\s*[0-9a-f]{64}\s*$/i.test(text);

/** An empty variable is one that is not set. */
const set = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/**
 * The workspace's key in 64 hex digits, from the file that is named, STEWARD_KEY_FILE or STEWARD_KEY, in this order; null
 * when none of them is set and the workspace's own passphrase is to be asked for. Never taken from an argument: others see those.
 */
export const givenKey = (keyFile: string | undefined, env: Environment): string | null => {
  const file = keyFile ?? set(env['STEWARD_KEY_FILE']);
  const text = file === undefined ? set(env['STEWARD_KEY']) : readKeyFile(file);
  if (text === undefined) return null;
  if (!isKey(text)) {
    throw new CliFailure(exitCodes.workspace, 'key-malformed', 'cli.key.malformed', {
      where: file ?? 'STEWARD_KEY',
    });
  }
  return text.trim();
};

const readKeyFile = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CliFailure(exitCodes.workspace, 'key-file-absent', 'cli.key.absent', { path });
  }
};
