import type { AccountId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** Where an item lies: an account's stream and the server's name of the item in it. */
export type Place = { readonly account: AccountId; readonly stream: string; readonly item: string };

/** What a place holds, and the server's flags there. */
export type LocationRow = {
  readonly seq: number | null;
  readonly quarantine_id: string | null;
  readonly seen: number;
  readonly answered: number;
};

const keyOf = (place: Place) => [place.account, place.stream, place.item] as const;

/** What is known to lie at a place. */
export const locationAt = (db: ReadableDb, place: Place): LocationRow | undefined =>
  db.get<LocationRow>(
    'SELECT seq, quarantine_id, seen, answered FROM location WHERE account_id = ? AND stream = ? AND item = ?',
    keyOf(place),
  );

/** Notes that a message, or an item in quarantine, lies at a place. */
export const putLocation = (
  db: WritableDb,
  place: Place,
  what: { readonly seq: number } | { readonly quarantine: string },
  flags: { readonly seen: boolean; readonly answered: boolean },
): void => {
  db.run(
    `INSERT INTO location (account_id, stream, item, seq, quarantine_id, seen, answered)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET seq = excluded.seq, quarantine_id = excluded.quarantine_id,
       seen = excluded.seen, answered = excluded.answered`,
    [
      ...keyOf(place),
      'seq' in what ? what.seq : null,
      'quarantine' in what ? what.quarantine : null,
      Number(flags.seen),
      Number(flags.answered),
    ],
  );
};

/** Forgets a place and what we still wanted to tell the server about it; the message stays. */
export const removeLocation = (db: WritableDb, place: Place): boolean => {
  db.run('DELETE FROM remote_change WHERE account_id = ? AND stream = ? AND item = ?', keyOf(place));
  return db.run('DELETE FROM location WHERE account_id = ? AND stream = ? AND item = ?', keyOf(place)) > 0;
};

/** Names of all items of a stream whose name starts with `prefix`, or, with `not`, of all others. */
export const itemsWith = (
  db: ReadableDb,
  { account, stream }: Pick<Place, 'account' | 'stream'>,
  prefix: string,
  which: 'with' | 'without',
): readonly string[] =>
  db
    .all<{ item: string }>('SELECT item FROM location WHERE account_id = ? AND stream = ?', [account, stream])
    .map((row) => row.item)
    .filter((item) => item.startsWith(prefix) === (which === 'with'));

/** Takes over the server's flags at a place; a flag that we are about to change ourselves keeps our value. Answers the message. */
export const setFlags = (
  db: WritableDb,
  place: Place,
  flags: { readonly seen: boolean; readonly answered: boolean },
): { readonly seq: number; readonly seenChanged: boolean } | null => {
  const known = locationAt(db, place);
  if (known === undefined) return null;
  const seen = pending(db, place, 'seen') ? known.seen : Number(flags.seen);
  const answered = pending(db, place, 'answered') ? known.answered : Number(flags.answered);
  if (seen === known.seen && answered === known.answered) return null;
  db.run('UPDATE location SET seen = ?, answered = ? WHERE account_id = ? AND stream = ? AND item = ?', [
    seen,
    answered,
    ...keyOf(place),
  ]);
  return known.seq === null ? null : { seq: known.seq, seenChanged: seen !== known.seen };
};

const pending = (db: ReadableDb, place: Place, flag: 'seen' | 'answered'): boolean =>
  db.get(
    'SELECT 1 AS pending FROM remote_change WHERE account_id = ? AND stream = ? AND item = ? AND flag = ?',
    [...keyOf(place), flag],
  ) !== undefined;

/** Lets a message's own marks follow its copies on servers: seen or answered anywhere counts. Answers its conversation if it changed. */
export const followFlags = (db: WritableDb, seq: number): number | null => {
  const changed = db.run(
    `UPDATE message SET seen = l.seen, answered = max(message.answered, l.answered)
     FROM (SELECT max(seen) AS seen, max(answered) AS answered FROM location WHERE seq = $seq) AS l
     WHERE message.seq = $seq AND direction = 'in' AND l.seen IS NOT NULL
       AND (message.seen <> l.seen OR message.answered < l.answered)`,
    { seq },
  );
  if (changed === 0) return null;
  const row = db.get<{ num: number }>('SELECT conversation_num AS num FROM message WHERE seq = ?', [seq]);
  return row?.num ?? null;
};

/** Notes that the server is to be told of a flag wherever the message lies and the server has it otherwise. */
export const wantFlag = (
  db: WritableDb,
  seq: number,
  flag: 'seen' | 'answered',
  value: boolean,
  at: number,
): void => {
  db.run(
    `INSERT INTO remote_change (account_id, stream, item, flag, value, at)
     SELECT l.account_id, l.stream, l.item, $flag, $value, $at FROM location l
     JOIN account a ON a.id = l.account_id AND a.removed_at IS NULL
     WHERE l.seq = $seq AND iif($flag = 'seen', l.seen, l.answered) <> $value
     ON CONFLICT DO UPDATE SET value = excluded.value, at = excluded.at`,
    { seq, flag, value: Number(value), at },
  );
  db.run(
    `UPDATE location SET seen = iif($flag = 'seen', $value, seen), answered = iif($flag = 'answered', $value, answered)
     WHERE seq = $seq`,
    { seq, flag, value: Number(value) },
  );
};
