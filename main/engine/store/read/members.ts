import type { Member } from '#shared/contract/ownership.ts';
import type { Presence, Role } from '#shared/domain/member.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';
import type { Viewer } from './conversation-list.ts';

type MemberColumns = {
  readonly id: MemberId;
  readonly name: string;
  readonly role: Role;
  readonly is_me: number;
  readonly away_until: number | null;
  readonly substitute_id: MemberId | null;
  readonly substitute_name: string | null;
  readonly gone_at: number | null;
};

/** Everybody who is or was part of the workspace, the one who sits here first, then by name. */
export const listMembers = (db: ReadableDb): readonly Member[] =>
  db
    .all<MemberColumns>(
      `SELECT m.id, m.name, m.role, m.is_me, m.away_until, m.substitute_id, s.name AS substitute_name, m.gone_at
       FROM member m LEFT JOIN member s ON s.id = m.substitute_id ORDER BY m.is_me DESC, m.name, m.id`,
    )
    .map((row) => ({
      id: row.id,
      name: row.name,
      role: row.role,
      isMe: row.is_me === 1,
      away:
        row.away_until === null
          ? null
          : {
              until: row.away_until,
              substitute:
                row.substitute_id === null
                  ? null
                  : { id: row.substitute_id, name: row.substitute_name ?? '' },
            },
      gone: row.gone_at !== null,
    }));

/** Whose queues this workspace shows. */
export const viewerOf = (db: ReadableDb): Viewer => {
  const rows = db.all<{ id: MemberId; is_me: number }>('SELECT id, is_me FROM member WHERE gone_at IS NULL');
  const me = rows.find((row) => row.is_me === 1)?.id;
  if (me === undefined) throw new Error('nobody sits at this workspace');
  return { me, alone: rows.length === 1 };
};

type PresenceColumns = {
  readonly away_until: number | null;
  readonly substitute_id: MemberId | null;
  readonly gone_at: number | null;
};

/** Whether a member is there; one whose return date has passed is. */
export const presenceOf = (db: ReadableDb, member: MemberId, now: number): Presence => {
  const row = db.get<PresenceColumns>('SELECT away_until, substitute_id, gone_at FROM member WHERE id = ?', [
    member,
  ]);
  if (row?.gone_at !== null) return { kind: 'gone' };
  if (row.away_until === null || row.away_until <= now) return { kind: 'here' };
  return { kind: 'away', until: row.away_until, substitute: row.substitute_id };
};

/** What a member may do; nobody of that id may do nothing. */
export const roleOf = (db: ReadableDb, member: MemberId): Role =>
  db.get<{ role: Role }>('SELECT role FROM member WHERE id = ?', [member])?.role ?? 'agent';

/** The name of a member as it is shown. */
export const memberName = (db: ReadableDb, member: MemberId): string =>
  db.get<{ name: string }>('SELECT name FROM member WHERE id = ?', [member])?.name ?? '';

/** Members who are away at `now` (ms UTC). */
export const membersAway = (db: ReadableDb, now: number): readonly MemberId[] =>
  db
    .all<{ id: MemberId }>('SELECT id FROM member WHERE away_until > ? AND gone_at IS NULL ORDER BY id', [
      now,
    ])
    .map(({ id }) => id);
