import type { MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb, WritableDb } from '../driver.ts';

/** The team that a workspace belongs to, as this device knows it. Times are ms UTC. */
export type TeamLink = {
  readonly team: { readonly id: string; readonly name: string; readonly slug: string };
  readonly member: MemberId;
  readonly device: string;
  /** Up to which push what is held here has been followed. */
  readonly lastSeq: number;
  readonly joinedAt: number;
};

type LinkRow = {
  readonly team: string;
  readonly name: string;
  readonly slug: string;
  readonly device: string;
  readonly member: MemberId;
  readonly last_seq: number;
  readonly joined_at: number;
};

/** Which team this workspace belongs to; null for people alone. */
export const teamLink = (db: ReadableDb): TeamLink | null => {
  const row = db.get<LinkRow>(
    'SELECT team, name, slug, device, member, last_seq, joined_at FROM team_link WHERE one = 1',
  );
  return row === undefined
    ? null
    : {
        team: { id: row.team, name: row.name, slug: row.slug },
        member: row.member,
        device: row.device,
        lastSeq: row.last_seq,
        joinedAt: row.joined_at,
      };
};

/** The number under which changes are noted now; null for people alone. */
export const currentTxn = (db: ReadableDb): number | null =>
  db.get<{ txn: number }>('SELECT txn FROM team_link WHERE one = 1')?.txn ?? null;

/** Lets what changes from now on be noted under a number. */
export const setTxn = (db: WritableDb, txn: number): void => {
  db.run('UPDATE team_link SET txn = ? WHERE one = 1', [txn]);
};

/** Writes what the team says: nothing that `work` changes is noted as a change of ours. */
export const whileApplying = <Value>(db: WritableDb, work: () => Value): Value => {
  db.run('UPDATE team_link SET applying = 1 WHERE one = 1');
  const value = work();
  db.run('UPDATE team_link SET applying = 0 WHERE one = 1');
  return value;
};

/** Notes up to which push the team has been followed; it never falls. */
export const followedUpTo = (db: WritableDb, seq: number): void => {
  db.run('UPDATE team_link SET last_seq = max(last_seq, ?) WHERE one = 1', [seq]);
};
