import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { OutboxId } from '#shared/kit/brand.ts';
import { StoreError, withStoreErrors } from '../store/failure.ts';
import type { StartInput } from '../actions/recovery/recovery.ts';
import { reasonOf } from '../writer/writer.ts';
import type { Writer } from '../writer/writer.ts';

/** What is written down outside the database before a send is handed over: an older database then shows as one. */
export interface Marks {
  /** On the disk when this returns; throws StoreError where it cannot be. */
  handingOver(id: OutboxId, attempts: number): void;
}

/** A workspace that is thrown away, or sends nothing, needs none. */
export const noMarks: Marks = { handingOver: () => undefined };

const marksFile = 'marks';
const first = 'steward marks 1';
const restored = 'restored';

const markLine = /^(starts|over) (\S{1,80})(?: (\d{1,9}))?$/u;

/** Whether this workspace has ever been worked with: a database that is gone or empty is then not a new one. */
export const hasMarks = (workspaceDir: string): boolean => existsSync(join(workspaceDir, marksFile));

/** Reads the file; a last line that a power cut tore was never answered with a send. */
const readMarks = (workspaceDir: string): StartInput => {
  const path = join(workspaceDir, marksFile);
  if (!existsSync(path)) return { starts: 0, over: [], isThere: false, isOlder: false, isRestored: false };
  const lines = withStoreErrors(() => readFileSync(path, 'utf8')).split('\n');
  const [head, ...rest] = lines.slice(0, -1);
  let starts = 0;
  let isOlder = head !== first;
  let isRestored = false;
  const over: { readonly id: string; readonly attempts: number }[] = [];
  for (const line of rest) {
    const [, kind, value = '', attempts] = markLine.exec(line) ?? [];
    if (kind === 'starts' && /^\d{1,15}$/u.test(value)) starts = Number(value);
    else if (kind === 'over' && attempts !== undefined) over.push({ id: value, attempts: Number(attempts) });
    else {
      // Said by a restore, or a line that nobody wrote like this: what was done since cannot be told.
      isOlder = true;
      isRestored ||= line === restored;
    }
  }
  return { starts, over, isThere: true, isOlder, isRestored };
};

const onDisk = (path: string, flags: 'a' | 'w', text: string): void =>
  withStoreErrors(() => {
    const file = openSync(path, flags, 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  });

const text = (starts: number, over: StartInput['over']): string =>
  [
    first,
    `starts ${String(starts)}`,
    ...over.map(({ id, attempts }) => `over ${id} ${String(attempts)}`),
    '',
  ].join('\n');

/** Leaves word in a workspace that a backup was put in place: whatever it still had to send is in doubt. */
export const markRestored = (workspaceDir: string): void => {
  const path = join(workspaceDir, marksFile);
  if (!existsSync(path)) onDisk(path, 'w', `${first}\n`);
  // A torn line before it must not swallow it.
  onDisk(path, 'a', `\n${restored}\n`);
};

/** The name of the file, for a restore that takes it along. */
export const marksName = marksFile;

/** How long until a start that had no room on the disk is counted again, in ms. */
const againAfterMs = 5_000;

/**
 * Begins a stretch of work: the database counts it first and the file after it, so that a kill in between leaves the
 * database ahead, which is no step back. What is finished is forgotten here. On a full disk what is there can be read, and
 * nothing is handed over before there is room to count the start; `begun` says then, too, how many sends are in doubt.
 */
export const beginMarks = async (
  workspaceDir: string,
  writer: Writer,
  begun: (doubtful: number | null) => void,
): Promise<Marks> => {
  const path = join(workspaceDir, marksFile);
  let isBegun = false;
  const begin = async (): Promise<void> => {
    const before = readMarks(workspaceDir);
    const { starts, unfinished, doubtful } = await writer.run('recovery.begin', before);
    const kept = new Set(unfinished);
    onDisk(
      `${path}.new`,
      'w',
      text(
        starts,
        before.over.filter(({ id }) => kept.has(id)),
      ),
    );
    withStoreErrors(() => renameSync(`${path}.new`, path));
    isBegun = true;
    begun(doubtful);
  };
  const tryToBegin = async (): Promise<void> => {
    try {
      await begin();
    } catch (error) {
      if (reasonOf(error) !== 'disk-full') throw error;
      setTimeout(() => {
        // A workspace that was closed meanwhile needs it no more.
        tryToBegin().catch(() => undefined);
      }, againAfterMs).unref();
    }
  };
  await tryToBegin();
  return {
    handingOver: (id, attempts) => {
      if (!isBegun) throw new StoreError('disk-full', 'the start could not be written down');
      onDisk(path, 'a', `over ${id} ${String(attempts)}\n`);
    },
  };
};
