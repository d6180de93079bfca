import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Topic } from '#shared/contract/events.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { Clock, Ids } from '#shared/kit/ports.ts';
import type { ActionInput, ActionName } from '../actions/actions.ts';
import { runAction } from '../actions/run-action.ts';
import type { ActionResult } from '../actions/run-action.ts';
import { openWriter } from '../store/driver.ts';
import type { WritableDb } from '../store/driver.ts';
import { emptyPagesLeft } from '../store/erase/empty-pages.ts';
import { eraseAgain } from '../store/erase/erasure-rows.ts';
import { openLedger } from '../store/erase/ledger.ts';
import type { ErasureLedger } from '../store/erase/ledger.ts';
import { deriveKeys } from '../store/keys.ts';
import type { WorkspaceKeys } from '../store/keys.ts';
import { migrate } from '../store/migrate.ts';
import { openVaultWriter } from '../store/vault.ts';
import type { VaultWriter } from '../store/vault.ts';
import { ensureMember } from '../store/write/member.ts';
import { workspaceFiles } from '../workspace-files.ts';
import { CommitGroup } from './commit-group.ts';
import type { WriterOptions } from './writer.ts';

/** The writing half of a workspace, wherever its thread is. */
export interface WriteCore {
  /** Runs an action; what was left for a later commit, and comes with this one, is among what is told to have changed. */
  run<Name extends ActionName>(name: Name, input: ActionInput<Name>): ActionResult<Name>;
  /** Whether the commit of something is left to a later one. */
  readonly hasLeft: boolean;
  /** Commits what is left; answers what it changed. */
  settle(): readonly Topic[];
  close(): void;
}

type Opened = { readonly me: MemberId; readonly vault: VaultWriter; readonly erasures: ErasureLedger };

const prepare = (
  db: WritableDb,
  options: WriterOptions,
  keys: WorkspaceKeys,
  clock: Clock,
  ids: Ids,
): Opened => {
  migrate(db, join(options.workspaceDir, workspaceFiles.database));
  const me = ensureMember(db, clock, ids);
  const folder = join(options.workspaceDir, workspaceFiles.vault);
  const erasures = openLedger(join(options.workspaceDir, workspaceFiles.erasures), keys.erasures);
  eraseAgain(db, erasures);
  emptyPagesLeft(db);
  return { me, erasures, vault: openVaultWriter({ folder, key: keys.vault }) };
};

/** Opens the store for writing, brings it up to date, and runs actions on it. Throws StoreError where it cannot be used. */
export const openWriteCore = (options: WriterOptions, clock: Clock, ids: Ids): WriteCore => {
  mkdirSync(options.workspaceDir, { recursive: true, mode: 0o700 });
  const keys = deriveKeys(options.root);
  const db = openWriter({ path: join(options.workspaceDir, workspaceFiles.database), key: keys.database });
  let opened: Opened;
  try {
    opened = prepare(db, options, keys, clock, ids);
  } catch (error) {
    db.close();
    throw error;
  }
  let environment = { db, clock, ids, ...opened };
  const group = new CommitGroup(db);
  return {
    get hasLeft() {
      return db.isLeftOpen;
    },
    settle: () => group.settle(),
    run: (name, input) => {
      const result = group.run(name, input, (joins) => runAction(environment, name, input, joins));
      // In a team the person who sits here is called as the team calls them.
      if (name === 'team.join') environment = { ...environment, me: ensureMember(db, clock, ids) };
      return result;
    },
    close: () => {
      try {
        group.settle();
      } finally {
        opened.vault.close();
        db.close();
      }
    },
  };
};
