import * as v from 'valibot';
import type { OutboxId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

const setting = (db: ReadableDb, name: string): unknown => {
  const row = db.get<{ value: string }>('SELECT value FROM setting WHERE name = ?', [name]);
  return row === undefined ? null : JSON.parse(row.value);
};

/** How often this database was opened for work; 0 for one that never was, or only by versions that did not count. */
export const startsOf = (db: ReadableDb): number => {
  const parsed = v.safeParse(v.pipe(v.number(), v.safeInteger()), setting(db, 'starts'));
  return parsed.success ? parsed.output : 0;
};

const steppedBackShape = v.object({ at: v.number(), toBeAsked: v.number() });

/** The database turned out to be older than what was done with it: when, in ms UTC, and how many sends are in doubt. */
export type SteppedBack = v.InferOutput<typeof steppedBackShape>;

/** When the database turned out to be older than what was done with it, and how many sends are in doubt; null once seen. */
export const steppedBack = (db: ReadableDb): SteppedBack | null => {
  const parsed = v.safeParse(steppedBackShape, setting(db, 'stepped-back'));
  return parsed.success ? parsed.output : null;
};

/** How much a workspace or a copy of it holds. */
export const holdings = (db: ReadableDb): { readonly messages: number; readonly conversations: number } => ({
  messages: db.get<{ n: number }>('SELECT count(*) AS n FROM message')?.n ?? 0,
  conversations: db.get<{ n: number }>('SELECT count(*) AS n FROM conversation')?.n ?? 0,
});

/** A send that is not at its end, and how often it was tried. */
export type SendUnderWay = {
  readonly id: OutboxId;
  readonly conversationNum: number;
  readonly state: string;
  readonly attempts: number;
};

const underWay = "state IN ('queued', 'sending', 'handed-over', 'retrying')";

/** Every send that would go on by itself. */
export const sendsUnderWay = (db: ReadableDb): readonly SendUnderWay[] =>
  db.all<SendUnderWay>(
    `SELECT id, conversation_num AS conversationNum, state, attempts FROM outbox WHERE ${underWay}`,
  );

/** Every send that may still leave, by itself or by a person's word. */
export const unfinishedSends = (db: ReadableDb): readonly OutboxId[] =>
  db.all<{ id: OutboxId }>(`SELECT id FROM outbox WHERE ${underWay} OR state = 'failed'`).map(({ id }) => id);
