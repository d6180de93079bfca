import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAction } from '#main/engine/actions/run-action.ts';
import type { ActionEnvironment } from '#main/engine/actions/run-action.ts';
import type { IngestBatch, Ingested } from '#main/engine/actions/ingest/intake.ts';
import { openReader, openWriter } from '#main/engine/store/driver.ts';
import type { ReadableDb, WritableDb } from '#main/engine/store/driver.ts';
import { openLedger } from '#main/engine/store/erase/ledger.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { migrate } from '#main/engine/store/migrate.ts';
import { openVaultReader, openVaultWriter } from '#main/engine/store/vault.ts';
import type { VaultReader } from '#main/engine/store/vault.ts';
import type { AccountId, MemberId } from '#shared/kit/brand.ts';
import { makeTempDirectory } from '../temp.ts';

/** A real encrypted workspace in a folder of its own, with one member and as many accounts as a test adds. */
export type TestWorkspace = {
  readonly folder: string;
  readonly path: string;
  readonly root: Uint8Array;
  readonly environment: ActionEnvironment;
  readonly db: WritableDb;
  readonly reader: ReadableDb;
  readonly vault: VaultReader;
  /** The present of the injected clock, in ms UTC; tests set it. */
  readonly clock: { now: number };
  readonly run: <Name extends Parameters<typeof runAction>[1]>(
    name: Name,
    input: Parameters<typeof runAction<Name>>[2],
  ) => ReturnType<typeof runAction<Name>>;
  readonly addAccount: (address: string, streams?: readonly string[]) => AccountId;
  /** Ingests a batch of one stream; fields left out are those of a quiet server. */
  readonly ingest: (batch: Pick<IngestBatch, 'account' | 'items'> & Partial<IngestBatch>) => {
    readonly output: Ingested;
    readonly topics: ReturnType<typeof runAction>['topics'];
  };
  readonly close: () => void;
};

/** 2026-01-15 12:00 UTC: a fixed present, so that no test depends on the day it runs. */
export const present = Date.UTC(2026, 0, 15, 12);

/** Ids that grow, as time-ordered UUIDs do, and are the same in every run. */
const countingIds = (): (() => string) => {
  let last = 0;
  return () => {
    last += 1;
    return `00000000-0000-7000-8000-${String(last).padStart(12, '0')}`;
  };
};

/** The member of a test workspace. */
const me = 'member-me' as MemberId;

let template: Buffer | null = null;

/** The database of an empty workspace, migrated once in a test file and copied from then on: properties make hundreds. */
const emptyDatabase = (key: Uint8Array): Buffer => {
  if (template !== null) return template;
  const temp = makeTempDirectory('template');
  const path = join(temp.path, 'steward.db');
  const db = openWriter({ path, key });
  migrate(db, path);
  db.run("INSERT INTO member (id, name, is_me, created_at) VALUES (?, 'Dana', 1, ?)", [me, present]);
  db.close();
  template = readFileSync(path);
  temp.remove();
  return template;
};

/** Makes an empty workspace; close it when the test is over. */
export const makeWorkspace = (): TestWorkspace => {
  const temp = makeTempDirectory('workspace');
  const root = new Uint8Array(32).fill(7);
  const keys = deriveKeys(root);
  const path = join(temp.path, 'steward.db');
  writeFileSync(path, emptyDatabase(keys.database));
  const db = openWriter({ path, key: keys.database });
  const reader = openReader({ path, key: keys.database });
  const folder = join(temp.path, 'vault');
  const writer = openVaultWriter({ folder, key: keys.vault });
  const vault = openVaultReader({ folder, key: keys.vault });
  const clock = { now: present };
  const environment: ActionEnvironment = {
    db,
    vault: writer,
    erasures: openLedger(join(temp.path, 'erasures.list'), keys.erasures),
    clock: { now: () => clock.now, monotonic: () => clock.now },
    ids: { next: countingIds() },
    me,
  };
  const run: TestWorkspace['run'] = (name, input) => runAction(environment, name, input);
  return {
    folder: temp.path,
    path,
    root,
    environment,
    db,
    reader,
    vault,
    clock,
    run,
    addAccount: (address, streams = ['INBOX', 'Sent']) => addAccount(db, run, address, streams),
    ingest: (batch) =>
      run('ingest.batch', {
        channel: 'email',
        stream: 'INBOX',
        role: 'inbox',
        own: ['support@shop.example'],
        changes: [],
        continues: false,
        followed: false,
        next: { at: 1 },
        more: false,
        onServer: null,
        remaining: null,
        gap: null,
        ...batch,
      }),
    close: () => {
      vault.close();
      writer.close();
      reader.close();
      db.close();
      temp.remove();
    },
  };
};

const addAccount = (
  db: WritableDb,
  run: TestWorkspace['run'],
  address: string,
  streams: readonly string[],
): AccountId => {
  const id = `account-${address}` as AccountId;
  db.run(
    `INSERT INTO account (id, kind, label, address, settings, secrets, created_at)
     VALUES (?, 'email', ?, ?, '{}', '{}', ?)`,
    [id, address, address, present],
  );
  run('ingest.streams', {
    account: id,
    streams: streams.map((name) => ({
      name,
      label: name,
      role: name === 'Sent' ? ('sent' as const) : ('inbox' as const),
      chosen: true,
    })),
  });
  return id;
};
