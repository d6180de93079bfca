import type { WritableDb } from '../driver.ts';
import type { SteppedBack } from '../read/recovery.ts';

const put = (db: WritableDb, name: 'starts' | 'stepped-back', value: unknown): void => {
  db.run('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)', [name, JSON.stringify(value)]);
};

/** Keeps how often this database was opened for work. */
export const putStarts = (db: WritableDb, starts: number): void => {
  put(db, 'starts', starts);
};

/** Keeps that the database stepped back in time; null once a person has read it. */
export const putSteppedBack = (db: WritableDb, back: SteppedBack | null): void => {
  if (back === null) db.run("DELETE FROM setting WHERE name = 'stepped-back'");
  else put(db, 'stepped-back', back);
};
