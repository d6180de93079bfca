import type { DocumentKey, DocumentKind, RecentPlace } from '../../team/wire.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** How far this device has come with its team's past. */
export type TeamProgress = {
  /** Which course of the database's history was followed; null before the first time, or where it does not say. */
  readonly history: string | null;
  /** What we may see, counted by the database; null before the first time. */
  readonly access: number | null;
  /** `recent`: the newest conversations are on their way; `older`: the rest is; `whole`: everything is here. */
  readonly phase: 'recent' | 'older' | 'whole';
  /** The oldest conversation that was fetched so far; null before the first page. */
  readonly before: RecentPlace | null;
  /** By how much the team's clock was ahead of this device's when it was last heard, in ms; negative where it is behind. */
  readonly clockAhead: number;
  /** Up to which erasure of the team, by its place among the pushes, this device has heard. */
  readonly erasedSeq: number;
};

type Row = {
  readonly history: string | null;
  readonly access: number | null;
  readonly phase: TeamProgress['phase'];
  readonly before_at: number | null;
  readonly before_id: string | null;
  readonly clock_ahead: number;
  readonly erased_seq: number;
};

/** How far this device has come; null for people alone. */
export const teamProgress = (db: ReadableDb): TeamProgress | null => {
  const row = db.get<Row>(
    'SELECT history, access, phase, before_at, before_id, clock_ahead, erased_seq FROM team_progress WHERE one = 1',
  );
  if (row === undefined) return null;
  const { history, access, phase, before_at: activeAt, before_id: id, clock_ahead: clockAhead } = row;
  const { erased_seq: erasedSeq } = row;
  const before = activeAt === null || id === null ? null : { activeAt, id };
  return { history, access, phase, before, clockAhead, erasedSeq };
};

/** Keeps how far this device has come; what is left out stays as it is. */
export const keepProgress = (db: WritableDb, change: Partial<TeamProgress>): void => {
  const now = teamProgress(db);
  if (now === null) return;
  const { history, access, phase, before, clockAhead, erasedSeq } = { ...now, ...change };
  db.run(
    'UPDATE team_progress SET history = ?, access = ?, phase = ?, before_at = ?, before_id = ?, clock_ahead = ?, erased_seq = ? WHERE one = 1',
    [history, access, phase, before?.activeAt ?? null, before?.id ?? null, clockAhead, erasedSeq],
  );
};

/** Clocks differ by this much all the time, and an answer takes its time: it is nothing to put right. */
const negligibleMs = 60_000;

/** By how much this device's clock is to be put right for what the team is told, in ms; 0 for people alone. */
export const clockError = (db: ReadableDb): number => {
  const ahead = db.get<{ ms: number }>('SELECT clock_ahead AS ms FROM team_progress WHERE one = 1')?.ms ?? 0;
  return Math.abs(ahead) > negligibleMs ? ahead : 0;
};

/** The statement that walks what the team was last known to have; the test of query plans explains it. */
export const recentSql = `SELECT r.num, r.kind, r.id, d.version FROM team_recent r
  JOIN team_document d ON d.kind = r.kind AND d.id = r.id WHERE r.num < ? ORDER BY r.num DESC LIMIT ?`;

/** Documents that the team was last known to have, newest first: at most `limit`, older than the place `before`. */
export const recentlyKnown = (
  db: ReadableDb,
  before: number | null,
  limit: number,
): readonly (DocumentKey & { readonly num: number; readonly version: number })[] =>
  db.all<{ num: number; kind: DocumentKind; id: string; version: number }>(recentSql, [
    before ?? Number.MAX_SAFE_INTEGER,
    limit,
  ]);

/** What the team has newer and could not be written yet, because it hung together with changes of ours. */
export const behindKeys = (db: ReadableDb, limit: number): readonly DocumentKey[] =>
  db.all<DocumentKey>('SELECT kind, id FROM team_behind LIMIT ?', [limit]);
