import type { Act } from '#shared/domain/audit/act.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { WritableDb } from '../driver.ts';

/** An act with when it was and who did it; null for what nobody asked for. */
type NewAct = {
  readonly id: string;
  readonly at: number;
  readonly author: MemberId | null;
  readonly act: Act;
};

/** Adds an act. One that is there under its id already is the same, told again. */
export const insertAct = (db: WritableDb, { id, at, author, act }: NewAct): void => {
  const { kind, ...payload } = act;
  db.run('INSERT OR IGNORE INTO act (id, at, author, kind, payload) VALUES (?, ?, ?, ?, ?)', [
    ...[id, at, author, kind, JSON.stringify(payload)],
  ]);
};
