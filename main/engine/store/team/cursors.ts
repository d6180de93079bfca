import type { AccountId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** How far a stream was read; `cursor` is JSON in the channel's own words. */
export type StreamPlace = {
  readonly account: AccountId;
  readonly stream: string;
  readonly cursor: string;
  readonly imported: boolean;
};

/** Streams are few, and whether anything waits is found by the first row. */
const placesSql = `SELECT s.account_id AS account, s.name AS stream, s.cursor, s.imported_at IS NOT NULL AS imported
  FROM stream s JOIN account a ON a.id = s.account_id
  WHERE s.cursor IS NOT NULL AND a.removed_at IS NULL AND NOT EXISTS (SELECT 1 FROM team_change)
    AND NOT EXISTS (SELECT 1 FROM team_link WHERE noting IS NOT NULL)`;

type Row = Omit<StreamPlace, 'imported'> & { readonly imported: number };

/**
 * How far the accounts here are read; nothing while anything waits to be told to the team, because whoever goes on from
 * there would never see it.
 */
export const placesInTeam = (db: ReadableDb): readonly StreamPlace[] =>
  db.all<Row>(placesSql).map(({ imported, ...place }) => ({ ...place, imported: imported === 1 }));

/** Goes on where another device has read up to; streams that are not here are left out. */
export const goOnFrom = (db: WritableDb, places: readonly StreamPlace[], now: number): void => {
  for (const { account, stream, cursor, imported } of places) {
    db.run(
      `UPDATE stream SET cursor = $cursor, import_started_at = ifnull(import_started_at, $now),
         imported_at = iif($imported, ifnull(imported_at, $now), imported_at)
       WHERE account_id = $account AND name = $stream`,
      { account, stream, cursor, imported: Number(imported), now },
    );
  }
};
