import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MemberId } from '#shared/kit/brand.ts';
import type { Clock, Ids } from '#shared/kit/ports.ts';
import type { ActionInput, ActionName } from '../actions/actions.ts';
import { runAction } from '../actions/run-action.ts';
import type { ActionResult } from '../actions/run-action.ts';
import { openWriter } from '../store/driver.ts';
import type { WritableDb } from '../store/driver.ts';
import { deriveKeys } from '../store/keys.ts';
import { migrate } from '../store/migrate.ts';
import { openVaultWriter } from '../store/vault.ts';
import type { VaultWriter } from '../store/vault.ts';
import { ensureMember } from '../store/write/member.ts';
import { workspaceFiles } from '../workspace-files.ts';
import type { WriterOptions } from './writer.ts';

/** The writing half of a workspace, wherever its thread is. */
export interface WriteCore {
  run<Name extends ActionName>(name: Name, input: ActionInput<Name>): ActionResult<Name>;
  close(): void;
}

type Opened = { readonly me: MemberId; readonly vault: VaultWriter };

const prepare = (
  db: WritableDb,
  options: WriterOptions,
  vaultKey: Uint8Array,
  clock: Clock,
  ids: Ids,
): Opened => {
  migrate(db, join(options.workspaceDir, workspaceFiles.database));
  const me = ensureMember(db, clock, ids);
  const folder = join(options.workspaceDir, workspaceFiles.vault);
  return { me, vault: openVaultWriter({ folder, key: vaultKey }) };
};

/** Opens the store for writing, brings it up to date, and runs actions on it. Throws StoreError where it cannot be used. */
export const openWriteCore = (options: WriterOptions, clock: Clock, ids: Ids): WriteCore => {
  mkdirSync(options.workspaceDir, { recursive: true, mode: 0o700 });
  const keys = deriveKeys(options.root);
  const db = openWriter({ path: join(options.workspaceDir, workspaceFiles.database), key: keys.database });
  let opened: Opened;
  try {
    opened = prepare(db, options, keys.vault, clock, ids);
  } catch (error) {
    db.close();
    throw error;
  }
  let environment = { db, clock, ids, ...opened };
  return {
    run: (name, input) => {
      const result = runAction(environment, name, input);
      // In a team the person who sits here is called as the team calls them.
      if (name === 'team.join') environment = { ...environment, me: ensureMember(db, clock, ids) };
      return result;
    },
    close: () => {
      opened.vault.close();
      db.close();
    },
  };
};
