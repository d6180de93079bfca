import type { Cursor } from '#main/channels/kit/channel.ts';
import type { StreamRole } from '#main/channels/kit/inbound.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** How far a stream has come. Times are ms UTC. */
export type StreamState = {
  readonly importStartedAt: number | null;
  /** When the first import reached its end; null while it runs. */
  readonly importedAt: number | null;
};

/** Reads how far a stream has come; throws when nobody has announced it (see `ingest.streams`). */
export const readStream = (db: ReadableDb, account: AccountId, name: string): StreamState => {
  const row = db.get<{ import_started_at: number | null; imported_at: number | null }>(
    'SELECT import_started_at, imported_at FROM stream WHERE account_id = ? AND name = ?',
    [account, name],
  );
  if (row === undefined) throw new Error('a batch of a stream that was never announced');
  return { importStartedAt: row.import_started_at, importedAt: row.imported_at };
};

/** What a batch says about its stream. */
export type Progress = {
  readonly account: AccountId;
  readonly stream: string;
  readonly items: readonly unknown[];
  readonly next: Cursor | null;
  readonly more: boolean;
  readonly onServer: number | null;
  readonly remaining: number | null;
  readonly gap: { readonly reason: string; readonly from: number | null } | null;
  readonly now: number;
  readonly importing: boolean;
};

/** Saves the cursor with what it covers; answers whether the counts on the rail changed. */
export const saveProgress = (db: WritableDb, progress: Progress): boolean => {
  const key = [progress.account, progress.stream] as const;
  const before = db.get<{ on_server: number | null; remaining: number | null; gap: string | null }>(
    'SELECT on_server, remaining, gap FROM stream WHERE account_id = ? AND name = ?',
    key,
  );
  const gap = progress.gap === null ? null : JSON.stringify(progress.gap);
  if (progress.importing) noteImport(db, progress);
  db.run(
    `UPDATE stream SET cursor = ifnull(?, cursor), on_server = ifnull(?, on_server), remaining = ifnull(?, remaining),
       gap = ifnull(?, gap), checked_at = ? WHERE account_id = ? AND name = ?`,
    [
      progress.next === null ? null : JSON.stringify(progress.next),
      progress.onServer,
      progress.remaining,
      gap,
      progress.now,
      ...key,
    ],
  );
  return (
    (progress.onServer !== null && progress.onServer !== before?.on_server) ||
    (progress.remaining !== null && progress.remaining !== before?.remaining) ||
    (gap !== null && gap !== before?.gap)
  );
};

const noteImport = (
  db: WritableDb,
  { account, stream, items, next, more, remaining, now }: Progress,
): void => {
  db.run(
    `UPDATE stream SET import_started_at = ifnull(import_started_at, ?), import_total = ifnull(import_total, ?)
     WHERE account_id = ? AND name = ?`,
    [now, remaining === null ? null : remaining + items.length, account, stream],
  );
  if (more || next === null) return;
  db.run('UPDATE stream SET imported_at = ? WHERE account_id = ? AND name = ?', [now, account, stream]);
};

/** A stream as the channel announces it. */
export type AnnouncedStream = {
  readonly name: string;
  readonly label: string;
  readonly role: StreamRole;
  readonly chosen: boolean;
};

/** Adds streams that are new and follows labels and roles; what a person chose stays chosen. Answers whether anything changed. */
export const announceStreams = (
  db: WritableDb,
  account: AccountId,
  streams: readonly AnnouncedStream[],
): boolean => {
  let changed = 0;
  for (const { name, label, role, chosen } of streams) {
    changed += db.run(
      `INSERT INTO stream (account_id, name, label, role, chosen) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET label = excluded.label, role = excluded.role
         WHERE label <> excluded.label OR role <> excluded.role`,
      [account, name, label, role, Number(chosen)],
    );
  }
  return changed > 0;
};
