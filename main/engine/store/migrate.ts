import { copyFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { WritableDb } from './driver.ts';
import { StoreError, withStoreErrors } from './failure.ts';
import { initial } from './migrations/0010-initial.ts';
import { ownership } from './migrations/0020-ownership.ts';
import { snippets } from './migrations/0030-snippets.ts';
import { customers } from './migrations/0040-customers.ts';
import { reminders } from './migrations/0050-reminders.ts';
import { channels } from './migrations/0060-channels.ts';
import { team } from './migrations/0070-team.ts';
import { leads } from './migrations/0080-leads.ts';
import { teamLogin } from './migrations/0090-team-login.ts';
import { teamSync } from './migrations/0100-team-sync.ts';
import { reviews } from './migrations/0110-reviews.ts';
import { teamAside } from './migrations/0120-team-aside.ts';
import { doubtful } from './migrations/0130-doubtful.ts';
import { erasure } from './migrations/0140-erasure.ts';
import { acts } from './migrations/0160-acts.ts';
import { teamErasure } from './migrations/0170-team-erasure.ts';
import { searchParts } from './migrations/0180-search-parts.ts';
import { packedTexts } from './migrations/0190-packed-texts.ts';
import { locationTally } from './migrations/0210-location-tally.ts';
import { keysByTime } from './migrations/0220-keys-by-time.ts';
import { mergedParts } from './migrations/0230-merged-parts.ts';
import type { Migration } from './migrations/migration.ts';

/** Every step there is, in order. */
export const migrations: readonly Migration[] = [
  initial,
  ownership,
  snippets,
  customers,
  reminders,
  channels,
  team,
  leads,
  teamLogin,
  teamSync,
  reviews,
  teamAside,
  doubtful,
  erasure,
  acts,
  teamErasure,
  searchParts,
  packedTexts,
  locationTally,
  keysByTime,
  mergedParts,
];

/** The step a database has reached; 0 for an empty file. */
export const schemaNumber = (db: Pick<WritableDb, 'get'>): number =>
  db.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;

const copyName = (path: string, from: number): string => `${path}.before-${String(from)}`;

/** Keeps the newest copy only; an older one holds nothing that the newest does not. */
const dropOtherCopies = (path: string, kept: string): void => {
  const prefix = `${basename(path)}.before-`;
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith(prefix) && name !== basename(kept)) rmSync(join(dirname(path), name));
  }
};

const keepCopy = (db: WritableDb, path: string, from: number): void =>
  withStoreErrors(() => {
    // With the log written back and emptied, the main file is the whole database.
    db.all('PRAGMA wal_checkpoint(TRUNCATE)');
    const copy = copyName(path, from);
    copyFileSync(path, `${copy}.partial`);
    renameSync(`${copy}.partial`, copy);
    dropOtherCopies(path, copy);
  });

/**
 * Brings a database up to date: each step in one transaction together with its number, so that a crash leaves
 * it between two steps. A database that holds something is copied first. Refuses one that a newer version wrote.
 */
export const migrate = (
  db: WritableDb,
  path: string,
  steps: readonly Migration[] = migrations,
): { readonly from: number; readonly to: number } => {
  const from = schemaNumber(db);
  const newest = steps.at(-1)?.number ?? 0;
  if (from > newest) {
    throw new StoreError('from-the-future', `schema ${String(from)}, known up to ${String(newest)}`);
  }
  const missing = steps.filter((step) => step.number > from);
  if (missing.length > 0 && from > 0) keepCopy(db, path, from);
  for (const step of missing) {
    db.transaction(() => {
      db.exec(step.sql);
      db.exec(`PRAGMA user_version = ${String(step.number)}`);
    });
  }
  return { from, to: newest };
};
