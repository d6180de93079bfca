import type { MemberId } from '#shared/kit/brand.ts';
import type { WritableDb } from '../../store/driver.ts';
import { teamLink } from '../../store/team/link.ts';
import { keepProgress } from '../../store/team/progress.ts';
import { beginOld, renameCustomers, renameMember } from '../../store/team/old.ts';
import { startTracking, stopTracking } from '../../store/team/tracking.ts';
import type { Action } from '../action.ts';

/** The team that a workspace joins, and who its person is there. */
export type JoinInput = {
  readonly team: { readonly id: string; readonly name: string; readonly slug: string };
  readonly member: MemberId;
  readonly device: string;
  /** The time by the team's clock, in ms UTC; left out, by this device's. */
  readonly now?: number;
};

/**
 * Makes this workspace one of a team's. The person here is called as the team calls them; everything that is here
 * becomes documents that wait to be pushed, newest first. Answers false where it belongs to a team already.
 */
export const join: Action<JoinInput, boolean> = (
  { db, me, clock, changed },
  { team, member, device, now = clock.now() },
) => {
  if (teamLink(db) !== null) return false;
  db.exec('PRAGMA defer_foreign_keys = ON');
  renameMember(db, me, member);
  renameCustomers(db);
  db.run(
    `INSERT INTO team_link (one, team, name, slug, device, member, last_seq, joined_at, txn, applying)
     VALUES (1, ?, ?, ?, ?, ?, 0, ?, 1, 0)`,
    [team.id, team.name, team.slug, device, member, now],
  );
  keepProgress(db, { clockAhead: now - clock.now() });
  beginOld(db);
  startTracking(db);
  for (const topic of ['team', 'members', 'lists', 'customers'] as const) changed({ topic });
  return true;
};

const forgetTeam = (db: WritableDb): void => {
  for (const table of ['link', 'document', 'change', 'op', 'behind', 'push', 'refusal', 'account']) {
    db.run(`DELETE FROM team_${table}`);
  }
};

/** Makes this workspace one person's own again: what is here stays, what was not pushed is theirs alone, colleagues are gone. */
export const leave: Action<Readonly<Record<string, never>>, boolean> = ({ db, clock, changed }) => {
  if (teamLink(db) === null) return false;
  stopTracking(db);
  forgetTeam(db);
  db.run('UPDATE member SET gone_at = ifnull(gone_at, ?) WHERE is_me = 0', [clock.now()]);
  db.run("UPDATE member SET role = 'admin', gone_at = NULL WHERE is_me = 1");
  for (const topic of ['team', 'members', 'lists', 'outbox'] as const) changed({ topic });
  return true;
};
