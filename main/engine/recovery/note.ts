import { createHmac } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Backup } from '#shared/contract/recovery.ts';
import { inBackup } from '../store/backup.ts';
import { migrations } from '../store/migrate.ts';
import { writeWhole } from './write-whole.ts';

/** What a backup says of itself, readable without the key; copies made by hand say less. Times are ms UTC, sizes bytes. */
const shape = v.object({
  format: v.number(),
  at: v.number(),
  schema: v.number(),
  why: v.optional(v.picklist(['daily', 'asked', 'after-erasure']), 'asked'),
  version: v.optional(v.string(), ''),
  messages: v.optional(v.number(), 0),
  conversations: v.optional(v.number(), 0),
  bytes: v.optional(v.number(), 0),
  verified: v.optional(v.number(), 0),
  /** Stands for the key: equal for backups that the same key opens. */
  key: v.optional(v.string(), ''),
  damaged: v.optional(v.boolean(), false),
});
export type BackupNote = v.InferOutput<typeof shape>;

const noteName = 'backup.json';
const knownFormat = 1;
/** A planted note is not read to the end. */
const mostNoteBytes = 10_000;

/** A name for a key that says nothing about it (HMAC-SHA-256, 64 bits). */
export const keyNameOf = (root: Uint8Array): string =>
  createHmac('sha256', root).update('steward key name 1').digest('hex').slice(0, 16);

const noteOf = (text: string): BackupNote | null => {
  const parsed = v.safeParse(shape, JSON.parse(text));
  return parsed.success ? parsed.output : null;
};

/** What a folder says of itself as a backup; null where it is none. */
export const readNote = (folder: string): BackupNote | null => {
  try {
    const path = join(folder, noteName);
    return statSync(path).size > mostNoteBytes ? null : noteOf(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
};

/** Writes what a backup says of itself. */
export const writeNote = (folder: string, note: BackupNote): void => {
  writeWhole(join(folder, noteName), JSON.stringify(note));
};

/** Whether a newer version made it than this one. */
export const isFromTheFuture = (note: BackupNote): boolean =>
  note.format > knownFormat || note.schema > (migrations.at(-1)?.number ?? 0);

const standOf = (note: BackupNote, databaseBytes: number, key: string | null): Backup['stand'] => {
  if (isFromTheFuture(note)) return 'from-the-future';
  if (note.damaged || databaseBytes === 0) return 'damaged';
  return key === null || note.key === '' || note.key === key ? 'good' : 'other-key';
};

const backupOf = (id: string, note: BackupNote, databaseBytes: number, key: string | null): Backup => {
  const { at, why, version, messages, conversations, bytes, verified } = note;
  return {
    id,
    at,
    why,
    version: version.slice(0, 60),
    messages,
    conversations,
    bytes,
    checkedAt: verified,
    stand: standOf(note, databaseBytes, key),
  };
};

/** A folder as the backup that it is, seen with the key of that name; null where it is none. */
export const backupIn = (folder: string, id: string, key: string | null): Backup | null => {
  const note = readNote(folder);
  if (note === null) return null;
  const { size = 0 } = statSync(inBackup(folder).database, { throwIfNoEntry: false }) ?? {};
  return backupOf(id, note, size, key);
};

/** The same without waiting for a disk that may be on a network. */
const seeBackup = async (folder: string, id: string, key: string | null): Promise<Backup | null> => {
  try {
    const path = join(folder, noteName);
    const note = (await stat(path)).size > mostNoteBytes ? null : noteOf(await readFile(path, 'utf8'));
    if (note === null) return null;
    const bytes = await stat(inBackup(folder).database).then(
      ({ size }) => size,
      () => 0,
    );
    return backupOf(id, note, bytes, key);
  } catch {
    return null;
  }
};

const idForm = /^[0-9a-z-]{1,80}$/u;
/** A folder with more entries than this is not one of backups only. */
const mostEntries = 2_000;

const named = (names: readonly string[]): readonly string[] =>
  names.filter((name) => idForm.test(name)).slice(0, mostEntries);

const newestFirst = (backups: readonly (Backup | null)[]): readonly Backup[] =>
  backups.filter((backup) => backup !== null).sort((a, b) => b.at - a.at);

/** Every backup in a folder, newest first; none where it cannot be read. Waits for the disk. */
export const backupsIn = (folder: string, key: string | null): readonly Backup[] => {
  try {
    return newestFirst(named(readdirSync(folder)).map((name) => backupIn(join(folder, name), name, key)));
  } catch {
    return [];
  }
};

/** The same for the engine's loop, which waits for no disk: the folder may be on a network. Never rejects. */
export const seeBackups = async (folder: string, key: string | null): Promise<readonly Backup[]> => {
  try {
    const names = named(await readdir(folder));
    return newestFirst(await Promise.all(names.map((name) => seeBackup(join(folder, name), name, key))));
  } catch {
    return [];
  }
};
