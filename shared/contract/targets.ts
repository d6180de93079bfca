import * as v from 'valibot';
import type { ScheduleRefusal } from '../domain/business-hours/schedule.ts';
import { call } from './define.ts';
import { accountId, line } from './schemas.ts';

/** Ninety days of open time; a promise beyond that promises nothing. */
const longestMs = 90 * 24 * 60 * 60 * 1_000;
/** A target in ms of business time; null where none is set. */
const target = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(60_000), v.maxValue(longestMs)));

/** How soon customers are answered and matters solved. */
const targets = v.strictObject({ firstAnswer: target, nextAnswer: target, resolution: target });

/** The workspace's targets with those of accounts and tags; the first tag of a conversation in this order decides. */
export const targetRules = v.strictObject({
  workspace: targets,
  byAccount: v.pipe(v.array(v.strictObject({ account: accountId, targets })), v.maxLength(200)),
  byTag: v.pipe(v.array(v.strictObject({ tag: v.pipe(line, v.maxLength(60)), targets })), v.maxLength(200)),
});
export type TargetRules = v.InferOutput<typeof targetRules>;

const hours = v.pipe(v.array(v.strictObject({ from: v.number(), to: v.number() })), v.maxLength(12));
const date = v.pipe(v.string(), v.maxLength(10));

/** Working hours, as `shared/domain/business-hours/schedule.ts` has them; what they mean is checked there. */
export const schedule = v.strictObject({
  zone: v.pipe(v.string(), v.maxLength(100)),
  days: v.strictObject({
    mon: hours,
    tue: hours,
    wed: hours,
    thu: hours,
    fri: hours,
    sat: hours,
    sun: hours,
  }),
  holidays: v.pipe(v.array(date), v.maxLength(1_000)),
  shortened: v.optional(v.pipe(v.array(v.strictObject({ date, hours })), v.maxLength(1_000)), []),
});
export type WorkingHours = v.InferOutput<typeof schedule>;

/** Targets and the working hours in which they run. */
export const targetCalls = {
  'target.settings': call(v.strictObject({})).answers<{
    readonly schedule: WorkingHours;
    readonly rules: TargetRules;
  }>(),
  /** Holds for every open conversation; they are reckoned anew in the background. */
  'target.setRules': call(v.strictObject({ rules: targetRules })).answers<null>(),
  'target.setSchedule': call(v.strictObject({ schedule })).answers<null>().refuses<ScheduleRefusal>(),
} as const;
