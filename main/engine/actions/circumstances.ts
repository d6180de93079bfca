import type { Circumstances } from '#shared/domain/conversation/commands.ts';
import { presenceOf, roleOf } from '../store/read/members.ts';
import type { ActionContext } from './action.ts';

/** What a decision depends on beside the conversation's state; read only as far as a rule asks for it. */
export const circumstancesOf = (
  { db, me, clock }: Pick<ActionContext, 'db' | 'me' | 'clock'>,
  doneByImport = false,
): Circumstances => ({
  me,
  get role() {
    return roleOf(db, me);
  },
  presenceOf: (member) => presenceOf(db, member, clock.now()),
  doneByImport,
});
