import type { Role } from '#shared/domain/member.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { Clock, Ids } from '#shared/kit/ports.ts';
import type { WritableDb } from '../driver.ts';

/** The person whose workspace this is; written at the first opening, without a name. */
export const ensureMember = (db: WritableDb, clock: Clock, ids: Ids): MemberId =>
  db.transaction(() => {
    const row = db.get<{ id: MemberId }>('SELECT id FROM member WHERE is_me = 1');
    if (row !== undefined) return row.id;
    const id = ids.next() as MemberId;
    db.run("INSERT INTO member (id, name, is_me, created_at) VALUES (?, '', 1, ?)", [id, clock.now()]);
    return id;
  });

/** Somebody else joins the workspace; `at` is ms UTC. */
export const addMember = (
  db: WritableDb,
  {
    id,
    name,
    role,
    at,
  }: { readonly id: MemberId; readonly name: string; readonly role: Role; readonly at: number },
): void => {
  db.run('INSERT INTO member (id, name, role, is_me, created_at) VALUES (?, ?, ?, 0, ?)', [
    id,
    name,
    role,
    at,
  ]);
};
