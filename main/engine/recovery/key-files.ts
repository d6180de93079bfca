import { chmodSync, copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { keyName } from '../keyring.ts';
import { recoveryName } from './recovery-file.ts';

/** The files that wrap the key: for this machine or by a passphrase, and by the recovery words. */
export const keyFiles: readonly string[] = [keyName, recoveryName];

/** Copies what wraps the key from one folder to another, as far as it is there; only this person can read it. */
export const copyKeyFiles = (from: string, to: string, names: readonly string[]): void => {
  for (const name of names) {
    const path = join(from, name);
    if (!existsSync(path)) continue;
    copyFileSync(path, join(to, name));
    chmodSync(join(to, name), 0o600);
  }
};
