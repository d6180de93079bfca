import { fail, ok } from '../../kit/result.ts';
import type { Result } from '../../kit/result.ts';
import { dayMs, isZone } from './zone.ts';

/** The days of the week, Monday first (ISO 8601). */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/**
 * Open from a minute of the local day (0 to 1439) until another (0 to 1440, which is midnight). Hours with `to` not
 * after `from` run over midnight and end at `to` on the next day; they belong to the day on which they start, so a
 * holiday cancels the hours that start on it and leaves the night that began the evening before.
 */
export type Hours = { readonly from: number; readonly to: number };

/** When somebody is there to answer, in local time of one IANA zone. Dates are `YYYY-MM-DD`. */
export type Schedule = {
  readonly zone: string;
  /** Hours that overlap count once. */
  readonly days: Readonly<Record<Weekday, readonly Hours[]>>;
  /** Closed all day. */
  readonly holidays: readonly string[];
  /** Open at other hours than that weekday has; a date that is also a holiday stays closed. */
  readonly shortened?: readonly { readonly date: string; readonly hours: readonly Hours[] }[];
};

/** Why a schedule cannot be reckoned with, or why a reckoning has no end. */
export type ScheduleRefusal =
  | { readonly kind: 'unknown-zone'; readonly zone: string }
  /** Not whole minutes within the day, or `from` equal to `to`. `on` is a weekday or a date. */
  | { readonly kind: 'bad-hours'; readonly on: string }
  | { readonly kind: 'bad-date'; readonly date: string }
  /** No weekday has hours, or holidays leave none open for ten years. */
  | { readonly kind: 'never-open' }
  /** The answer lies more than a hundred years ahead. */
  | { readonly kind: 'too-far' };

const officeHours: readonly Hours[] = [{ from: 9 * 60, to: 17 * 60 }];

/** Monday to Friday from 09:00 to 17:00 without holidays; in the zone of the system when none is given. */
export const defaultSchedule = (
  zone: string = new Intl.DateTimeFormat().resolvedOptions().timeZone,
): Schedule => ({
  zone,
  days: {
    mon: officeHours,
    tue: officeHours,
    wed: officeHours,
    thu: officeHours,
    fri: officeHours,
    sat: [],
    sun: [],
  },
  holidays: [],
});

/** The number of a local day (0 is 1970-01-01) from `YYYY-MM-DD`; null for anything else, 30 February included. */
export const dayOfDate = (date: string): number | null => {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(date)) return null;
  const at = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date) return null;
  return at / dayMs;
};

/** The place of a local day in the week, Monday being 0. */
export const weekdayOfDay = (day: number): number => (((day + 3) % 7) + 7) % 7;

const areHours = ({ from, to }: Hours): boolean =>
  Number.isInteger(from) &&
  Number.isInteger(to) &&
  from >= 0 &&
  from < 1_440 &&
  to >= 0 &&
  to <= 1_440 &&
  from !== to;

/** Looks at a schedule where it comes in; everything else in this folder trusts what passed here. */
export const checkSchedule = (schedule: Schedule): Result<Schedule, ScheduleRefusal> => {
  if (!isZone(schedule.zone)) return fail({ kind: 'unknown-zone', zone: schedule.zone });
  const shortened = schedule.shortened ?? [];
  const badDate = [...schedule.holidays, ...shortened.map(({ date }) => date)].find(
    (date) => dayOfDate(date) === null,
  );
  if (badDate !== undefined) return fail({ kind: 'bad-date', date: badDate });
  const badDay =
    weekdays.find((weekday) => !schedule.days[weekday].every(areHours)) ??
    shortened.find(({ hours }) => !hours.every(areHours))?.date;
  if (badDay !== undefined) return fail({ kind: 'bad-hours', on: badDay });
  return weekdays.every((weekday) => schedule.days[weekday].length === 0)
    ? fail({ kind: 'never-open' })
    : ok(schedule);
};
