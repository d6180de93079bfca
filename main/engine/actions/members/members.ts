import type { Refused } from '#shared/contract/contract.ts';
import { leads } from '#shared/domain/member.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { fail, ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { membersAway, presenceOf, roleOf } from '../../store/read/members.ts';
import type { Action, ActionContext } from '../action.ts';
import { change } from '../conversations/change.ts';

type Away = {
  readonly member: MemberId;
  /** When they are back, in ms UTC; null for now. */
  readonly until: number | null;
  readonly substitute: MemberId | null;
};

/** Says that a member is away and who answers meanwhile, or that they are back; customers who wait go to the substitute at once. */
const away: Action<
  Away,
  Result<{ readonly covered: number; readonly returned: number }, Refused<'member.away'>>
> = (context, { member, until, substitute }) => {
  const { db, me, clock } = context;
  if (member !== me && !leads(roleOf(db, me))) return fail({ kind: 'leads-only' });
  const now = clock.now();
  if (presenceOf(db, member, now).kind === 'gone') return fail({ kind: 'member-gone' });
  if (substitute !== null && presenceOf(db, substitute, now).kind === 'gone') {
    return fail({ kind: 'member-gone' });
  }
  db.run('UPDATE member SET away_until = ?, substitute_id = ? WHERE id = ?', [
    ...[until, until === null || substitute === member ? null : substitute, member],
  ]);
  context.changed({ topic: 'members' });
  context.changed({ topic: 'lists' });
  return ok(
    until === null || until <= now
      ? { covered: 0, returned: isBack(context, member, now) }
      : { covered: coverAll(context, member), returned: 0 },
  );
};

const each = (
  context: ActionContext,
  ids: readonly { readonly id: ConversationId }[],
  kind: 'cover' | 'give-back',
  byClock: boolean,
): number =>
  ids.filter(({ id }) => {
    const made = change(context, id, { kind }, { byClock });
    return made.ok && made.value.length > 0;
  }).length;

/** Customers who wait for somebody who is away go to the substitute. */
const coverAll = (context: ActionContext, member: MemberId, byClock = false): number =>
  each(
    context,
    context.db.all<{ id: ConversationId }>(
      `SELECT id FROM conversation WHERE owner_id = ? AND status = 'open' AND turn = 'ours' ORDER BY num`,
      [member],
    ),
    'cover',
    byClock,
  );

/** What somebody else answered meanwhile is theirs again. */
const giveBackAll = (context: ActionContext, member: MemberId): number =>
  each(
    context,
    context.db.all<{ id: ConversationId }>(
      'SELECT id FROM conversation WHERE covered_for = ? AND merged_into IS NULL ORDER BY num',
      [member],
    ),
    'give-back',
    true,
  );

/** Somebody came back: customers who waited for those who are still away may have somebody to answer them now. */
const coverForOthers = (context: ActionContext, now: number): void => {
  for (const member of membersAway(context.db, now)) coverAll(context, member, true);
};

const isBack = (context: ActionContext, member: MemberId, now: number): number => {
  const returned = giveBackAll(context, member);
  coverForOthers(context, now);
  return returned;
};

/** Everybody whose return date has passed is back. */
const comeBack: Action<{ readonly now: number }, { readonly back: number }> = (context, { now }) => {
  const rows = context.db.all<{ id: MemberId }>(
    'SELECT id FROM member WHERE away_until IS NOT NULL AND away_until <= ?',
    [now],
  );
  for (const { id } of rows) {
    context.db.run('UPDATE member SET away_until = NULL, substitute_id = NULL WHERE id = ?', [id]);
    giveBackAll(context, id);
    context.changed({ topic: 'members' });
  }
  if (rows.length > 0) coverForOthers(context, now);
  return { back: rows.length };
};

/** Whoever sits here is called so from now on. */
const rename: Action<{ readonly name: string }, null> = ({ db, me, changed }, { name }) => {
  db.run('UPDATE member SET name = ? WHERE id = ? AND name <> ?', [name, me, name]);
  changed({ topic: 'members' });
  return null;
};

/** Who is there and who answers for whom. */
export const memberActions = {
  'member.away': away,
  'member.rename': rename,
  'member.comeBack': comeBack,
} as const;
