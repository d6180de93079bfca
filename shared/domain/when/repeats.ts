import { workingDayAfter } from '../business-hours/business-time.ts';
import { defaultSchedule } from '../business-hours/schedule.ts';
import type { Schedule } from '../business-hours/schedule.ts';
import { dayMs, zoneOf } from '../business-hours/zone.ts';
import { addMonths } from './calendar.ts';
import type { Repeat } from './conditions.ts';

const hourMs = 3_600_000;

/** When (ms UTC) and where (an IANA zone) the next time is asked for; working days are Monday to Friday without a schedule. */
type Asked = { readonly now: number; readonly zone: string; readonly schedule?: Schedule };

/** Months between two local days, rounded down by a day or so; only a place to start counting. */
const monthsBetween = (from: number, to: number): number => Math.floor((to - from) / 31);

/**
 * The first time after `asked.now` of something that repeats and was last due at `last`. Days, weeks and
 * months keep the time on the clock over a change of daylight saving; times missed meanwhile are left out. Null when
 * the schedule has no further working day.
 */
export const nextRepeat = (repeat: Repeat, last: number, asked: Asked): number | null => {
  const { now } = asked;
  const zone = zoneOf(asked.zone);
  const every = Math.max(1, repeat.every);
  if (repeat.unit === 'hour') {
    const missed = Math.max(0, Math.floor((now - last) / (every * hourMs)));
    return last + (missed + 1) * every * hourMs;
  }
  const wall = zone.wallAt(last);
  const first = Math.floor(wall / dayMs);
  const at = (day: number): number => zone.momentOf(day * dayMs + (wall - first * dayMs));
  if (repeat.unit === 'working-day') {
    const schedule = asked.schedule ?? defaultSchedule(asked.zone);
    let day = first;
    do {
      const next = workingDayAfter(schedule, day, every);
      if (!next.ok) return null;
      day = next.value;
    } while (at(day) <= now);
    return at(day);
  }
  const passed = Math.floor(zone.wallAt(now) / dayMs) - first;
  const days = repeat.unit === 'week' ? every * 7 : every;
  const nth = (times: number): number =>
    at(repeat.unit === 'month' ? addMonths(first, times * every) : first + times * days);
  let times =
    repeat.unit === 'month'
      ? Math.floor(monthsBetween(first, first + passed) / every)
      : Math.floor(passed / days);
  times = Math.max(1, times);
  while (nth(times) <= now) times += 1;
  return nth(times);
};

/**
 * The length (ms) by which a follow-up repeats: whole days keep their time on the clock (`nextDue`). Null for months and
 * working days, which have no length.
 */
export const lengthOfRepeat = ({ every, unit }: Repeat): number | null => {
  const count = Math.max(1, every);
  switch (unit) {
    case 'hour':
      return count * hourMs;
    case 'day':
      return count * dayMs;
    case 'week':
      return count * 7 * dayMs;
    case 'working-day':
    case 'month':
      return null;
  }
};
