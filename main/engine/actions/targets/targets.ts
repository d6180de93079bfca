import type { Refused } from '#shared/contract/contract.ts';
import type { TargetRules, WorkingHours } from '#shared/contract/targets.ts';
import { checkSchedule } from '#shared/domain/business-hours/schedule.ts';
import { plainTag } from '#shared/domain/conversation/decide.ts';
import { ok } from '#shared/kit/result.ts';
import type { Result } from '#shared/kit/result.ts';
import { recountDone, recountTargets, saveTargetSettings } from '../../store/write/targets.ts';
import type { WalkPlace } from '../../store/write/targets.ts';
import type { Action } from '../action.ts';

const setRules: Action<{ readonly rules: TargetRules }, null> = (context, { rules }) => {
  const byTag = rules.byTag
    .map(({ tag, targets }) => ({ tag: plainTag(tag), targets }))
    .filter(({ tag }) => tag !== '');
  saveTargetSettings(context.db, { rules: { ...rules, byTag } }, context.ids.next());
  context.changed({ topic: 'targets' });
  return null;
};

const setSchedule: Action<
  { readonly schedule: WorkingHours },
  Result<null, Refused<'target.setSchedule'>>
> = (context, { schedule }) => {
  const checked = checkSchedule(schedule);
  if (!checked.ok) return checked;
  saveTargetSettings(context.db, { schedule: checked.value }, context.ids.next());
  context.changed({ topic: 'targets' });
  return ok(null);
};

/** One slice of reckoning all open conversations anew; at its end the mark of the change goes. */
const recount: Action<
  { readonly mark: string; readonly after: WalkPlace; readonly limit: number },
  { readonly next: WalkPlace | null }
> = (context, { mark, after, limit }) => {
  const { next, changed } = recountTargets(context.db, after, limit);
  if (next === null) recountDone(context.db, mark);
  if (changed > 0) context.changed({ topic: 'lists' });
  return { next };
};

/** Working hours, and how soon customers are answered in them. */
export const targetActions = {
  'target.setRules': setRules,
  'target.setSchedule': setSchedule,
  'target.recount': recount,
} as const;
