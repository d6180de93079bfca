import { fail, ok } from '../../kit/result.ts';
import type { Result } from '../../kit/result.ts';
import { dayOfDate, weekdayOfDay, weekdays } from './schedule.ts';
import type { Hours, Schedule, ScheduleRefusal } from './schedule.ts';
import { dayMs, minuteMs, zoneOf } from './zone.ts';
import type { Zone } from './zone.ts';

/** A stretch of time without a break, ms UTC; `end` is no longer part of it. */
type Opening = { readonly start: number; readonly end: number };

/** A schedule made ready for reckoning: days by number, hours over midnight with an end beyond 1440. */
type Ready = { readonly zone: Zone; readonly hoursOn: (day: number) => readonly Hours[] };

/** After so many closed days one after the other (ten years) nothing is going to open any more. */
const longestClosed = 3_653;
/** Nothing is reckoned further ahead than this many days (a hundred years). */
const furthest = 36_525;

const inOrder = (hours: readonly Hours[]): readonly Hours[] =>
  hours
    .map(({ from, to }) => ({ from, to: to > from ? to : to + 1_440 }))
    .sort((one, other) => one.from - other.from);

const makeReady = (schedule: Schedule): Ready => {
  const week = weekdays.map((weekday) => inOrder(schedule.days[weekday]));
  const special = new Map<number | null, readonly Hours[]>();
  for (const { date, hours } of schedule.shortened ?? []) special.set(dayOfDate(date), inOrder(hours));
  for (const date of schedule.holidays) special.set(dayOfDate(date), []);
  return {
    zone: zoneOf(schedule.zone),
    hoursOn: (day) => special.get(day) ?? week[weekdayOfDay(day)] ?? [],
  };
};

// A schedule is never changed in place, and a list of conversations asks the same one a thousand times.
const made = new WeakMap<Schedule, Ready>();

const ready = (schedule: Schedule): Ready => {
  const known = made.get(schedule);
  if (known !== undefined) return known;
  const fresh = makeReady(schedule);
  made.set(schedule, fresh);
  return fresh;
};

/** Everything open that ends after `from`, in order and without overlap, until there is none or the reckoning goes too far. */
function* openingsAfter({ zone, hoursOn }: Ready, from: number): Generator<Opening> {
  // The day before is looked at for hours that run over midnight.
  const first = Math.floor(zone.wallAt(from) / dayMs) - 1;
  let lastOpen = first;
  let shut = from;
  for (let day = first; day - first < furthest && day - lastOpen < longestClosed; day += 1) {
    for (const hours of hoursOn(day)) {
      lastOpen = day;
      const start = Math.max(shut, zone.momentOf(day * dayMs + hours.from * minuteMs));
      const end = zone.momentOf(day * dayMs + hours.to * minuteMs);
      if (end <= start) continue;
      shut = end;
      yield { start, end };
    }
  }
}

/** Whether it is open at a moment (ms UTC). The schedule has passed `checkSchedule`. */
export const isOpenAt = (schedule: Schedule, at: number): boolean => {
  for (const { start } of openingsAfter(ready(schedule), at)) return start <= at;
  return false;
};

/** The moment (ms UTC) at which the local day of `at` ends. */
export const endOfDay = (schedule: Schedule, at: number): number => {
  const { zone } = ready(schedule);
  return zone.momentOf((Math.floor(zone.wallAt(at) / dayMs) + 1) * dayMs);
};

/** The first moment at or after `at` at which it is open (ms UTC). The schedule has passed `checkSchedule`. */
export const nextOpening = (schedule: Schedule, at: number): Result<number, ScheduleRefusal> => {
  for (const { start } of openingsAfter(ready(schedule), at)) return ok(start);
  return fail({ kind: 'never-open' });
};

/**
 * The earliest moment (ms UTC) with `ms` of open time since `from`: `from` itself for nothing or less, closing time
 * where a day is just used up. The schedule has passed `checkSchedule`.
 */
export const addBusinessTime = (
  schedule: Schedule,
  from: number,
  ms: number,
): Result<number, ScheduleRefusal> => {
  if (ms <= 0) return ok(from);
  let left = ms;
  let everOpen = false;
  for (const { start, end } of openingsAfter(ready(schedule), from)) {
    everOpen = true;
    if (left <= end - start) return ok(start + left);
    left -= end - start;
  }
  return fail({ kind: everOpen ? 'too-far' : 'never-open' });
};

/** How many ms from `from` until `until` (ms UTC) it was open; 0 when `until` is not later. Counts a hundred years at most. */
export const businessTimeBetween = (schedule: Schedule, from: number, until: number): number => {
  let open = 0;
  if (until <= from) return open;
  for (const { start, end } of openingsAfter(ready(schedule), from)) {
    if (start >= until) break;
    open += Math.min(end, until) - start;
  }
  return open;
};

/** The number of the local day that is `days` working days after the local day `day`; a working day has hours that start on it. */
export const workingDayAfter = (
  schedule: Schedule,
  day: number,
  days: number,
): Result<number, ScheduleRefusal> => {
  const { hoursOn } = ready(schedule);
  let left = days;
  let current = day;
  let lastOpen = day;
  while (left > 0) {
    current += 1;
    if (current - day > furthest) return fail({ kind: 'too-far' });
    if (current - lastOpen > longestClosed) return fail({ kind: 'never-open' });
    if (hoursOn(current).length === 0) continue;
    lastOpen = current;
    left -= 1;
  }
  return ok(current);
};

/** The minute of the day, fractions kept, brought into hours: up to the next opening of that day, or back to its last closing. */
const broughtInto = (hours: readonly Hours[], minute: number): number => {
  const current = hours.find(({ to }) => minute < to);
  return current === undefined ? Math.max(...hours.map(({ to }) => to)) : Math.max(minute, current.from);
};

/**
 * The same time of day, `days` working days later (ms UTC), brought into the hours of that day: a check promised at
 * 23:00 is due when that day closes, one promised at 06:00 when it opens. With 0 days it is the next opening.
 */
export const addWorkingDays = (
  schedule: Schedule,
  from: number,
  days: number,
): Result<number, ScheduleRefusal> => {
  const whole = Math.floor(days);
  if (!(whole > 0)) return nextOpening(schedule, from);
  const { zone, hoursOn } = ready(schedule);
  const wall = zone.wallAt(from);
  const today = Math.floor(wall / dayMs);
  const target = workingDayAfter(schedule, today, whole);
  if (!target.ok) return target;
  const minute = broughtInto(hoursOn(target.value), (wall - today * dayMs) / minuteMs);
  return ok(zone.momentOf(target.value * dayMs + minute * minuteMs));
};

/** When the day that is `days` working days later closes (ms UTC): the end of today's hours with 0, where today has any. */
export const closingAfterWorkingDays = (
  schedule: Schedule,
  from: number,
  days: number,
): Result<number, ScheduleRefusal> => {
  const { zone, hoursOn } = ready(schedule);
  const target = workingDayAfter(schedule, Math.floor(zone.wallAt(from) / dayMs), days);
  if (!target.ok) return target;
  const closing = Math.max(0, ...hoursOn(target.value).map(({ to }) => to));
  return ok(zone.momentOf(target.value * dayMs + closing * minuteMs));
};
