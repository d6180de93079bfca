import type { Act } from '#shared/domain/audit/act.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { insertAct } from '../../store/write/act.ts';
import type { ActionContext } from '../action.ts';

/**
 * Records who did something that stands in no other log, in the transaction of whatever does it. `author` is the person
 * here unless it is given; null for what nobody asked for. Where a team's command runs again with its ids, the act is
 * recorded once.
 */
export const recordAct = (
  { db, ids, clock, me, changed }: ActionContext,
  act: Act,
  author: MemberId | null = me,
): void => {
  insertAct(db, { id: ids.next(), at: clock.now(), author, act });
  changed({ topic: 'audit' });
};
