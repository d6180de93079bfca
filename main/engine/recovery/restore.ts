import { copyFileSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SetAside } from '#shared/contract/recovery.ts';
import { holdFile } from '../store/driver.ts';
import { withStoreErrors } from '../store/failure.ts';
import { bytesIn } from './jobs.ts';
import { markRestored, marksName } from './marks.ts';
import { placeName } from './place.ts';
import { workspaceFiles } from '../workspace-files.ts';
import { syncFolder, writeWhole } from './write-whole.ts';

/** Where a restore is prepared, beside the workspace and on its disk. */
export const partialOf = (workspaceDir: string): string => `${workspaceDir}.restoring`;
const journalOf = (workspaceDir: string): string => `${workspaceDir}.restoring.json`;
const lockOf = (workspaceDir: string): string => `${workspaceDir}.restoring.lock`;

const asideMark = '.set-aside-';
const asideForm = /^\d{17}$/u;
const stamp = (at: number): string => new Date(at).toISOString().replace(/\D/gu, '').slice(0, 17);

/** Keeps every other Steward from this workspace's place; throws StoreError `in-use` while another one has it. */
export const holdPlace = (workspaceDir: string): { readonly release: () => void } => {
  const held = holdFile(lockOf(workspaceDir));
  return {
    release: () => {
      held.release();
      rmSync(lockOf(workspaceDir), { force: true });
    },
  };
};

/** What a restore does, in order; a kill after each of them is harmless. */
export type RestoreStep = 'prepared' | 'journal' | 'moved-aside' | 'moved-in' | 'done';

const asideFor = (workspaceDir: string, at: number): string => {
  let free = at;
  while (existsSync(`${workspaceDir}${asideMark}${stamp(free)}`)) free += 1;
  return `${workspaceDir}${asideMark}${stamp(free)}`;
};

/** From the journal on it is finished in any case, now or at the next start. */
const finish = (workspaceDir: string, at: number, after: (step: RestoreStep) => void): void => {
  const parent = dirname(workspaceDir);
  if (existsSync(partialOf(workspaceDir))) {
    if (existsSync(workspaceDir)) renameSync(workspaceDir, asideFor(workspaceDir, at));
    after('moved-aside');
    renameSync(partialOf(workspaceDir), workspaceDir);
    syncFolder(parent);
    after('moved-in');
  }
  rmSync(journalOf(workspaceDir), { force: true });
  syncFolder(parent);
  after('done');
};

/**
 * Puts what was prepared beside the workspace in its place; the workspace, which nobody has open, is moved aside whole. What
 * was written down about its sends goes along, with word that its database is older than that, and so does the list of what
 * was erased.
 */
export const putInPlace = (
  workspaceDir: string,
  at: number,
  after: (step: RestoreStep) => void = () => undefined,
): void =>
  withStoreErrors(() => {
    const partial = partialOf(workspaceDir);
    for (const name of [marksName, placeName, workspaceFiles.erasures]) {
      const path = join(workspaceDir, name);
      if (existsSync(path)) copyFileSync(path, join(partial, name));
    }
    markRestored(partial);
    syncFolder(partial);
    after('prepared');
    writeWhole(journalOf(workspaceDir), JSON.stringify({ format: 1, at }));
    after('journal');
    finish(workspaceDir, at, after);
  });

const journalAt = (workspaceDir: string): number => {
  try {
    const read: unknown = JSON.parse(readFileSync(journalOf(workspaceDir), 'utf8'));
    if (typeof read === 'object' && read !== null && 'at' in read && typeof read.at === 'number')
      return read.at;
  } catch {
    // It was written whole or not at all; what else it says does not matter.
  }
  return statSync(journalOf(workspaceDir)).mtimeMs;
};

/** Finishes a restore that was cut off, or clears away what it had prepared; before anything of the workspace is opened. */
export const settleRestore = (workspaceDir: string): void => {
  const isBegun = existsSync(journalOf(workspaceDir));
  if (!isBegun && !existsSync(partialOf(workspaceDir))) return;
  withStoreErrors(() => {
    const place = holdPlace(workspaceDir);
    try {
      if (isBegun) finish(workspaceDir, journalAt(workspaceDir), () => undefined);
      else rmSync(partialOf(workspaceDir), { recursive: true, force: true });
    } finally {
      place.release();
    }
  });
};

const stampForm = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})$/u;
const timeOf = (text: string): number => {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', ms = ''] =
    stampForm.exec(text) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
};

const sizes = new Map<string, number>();

/** What restores have moved aside, newest first. Nothing changes in it, so it is measured once. */
export const setAsideOf = (workspaceDir: string): readonly SetAside[] => {
  const parent = dirname(workspaceDir);
  const prefix = `${basename(workspaceDir)}${asideMark}`;
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => name.startsWith(prefix) && asideForm.test(name.slice(prefix.length)))
    .map((name) => {
      const path = join(parent, name);
      const bytes = sizes.get(path) ?? bytesIn(path);
      sizes.set(path, bytes);
      return { name, at: timeOf(name.slice(prefix.length)), bytes };
    })
    .sort((a, b) => b.at - a.at);
};

/** Deletes one of them, and nothing else whatever the name says. */
export const removeSetAside = (workspaceDir: string, name: string): void => {
  if (!setAsideOf(workspaceDir).some((one) => one.name === name)) return;
  withStoreErrors(() => rmSync(join(dirname(workspaceDir), name), { recursive: true, force: true }));
};
