import { defaultSchedule } from '../business-hours/schedule.ts';
import type { Schedule } from '../business-hours/schedule.ts';
import { dayMs, minuteMs, zoneOf } from '../business-hours/zone.ts';
import type { Zone } from '../business-hours/zone.ts';

/** Where and when somebody reads or writes a date. */
export type Here = {
  /** ms UTC. */
  readonly now: number;
  /** An IANA zone, known to the system (`isZone`); a RangeError otherwise. */
  readonly zone: string;
  /** A BCP 47 tag; decides how `3/4` and `2:30` are read. English as in the United States when left out. */
  readonly locale?: string;
  /** Minutes of the local day that a date without a time means, and the end of the day; 09:00 and 17:00 when left out. */
  readonly dayStart?: number;
  readonly dayEnd?: number;
  /** What counts as a working day; Monday to Friday when left out. */
  readonly schedule?: Schedule;
};

/** The same, made ready for reading. */
export type Moment = {
  readonly now: number;
  readonly zone: Zone;
  /** The number of the local day, and the wall time (see Zone). */
  readonly today: number;
  readonly wall: number;
  readonly dayStart: number;
  readonly dayEnd: number;
  readonly schedule: Schedule;
  /** `12/24` rather than `24/12`. */
  readonly monthFirst: boolean;
  /** Clocks show 2:30 in the afternoon. */
  readonly twelveHours: boolean;
  readonly german: boolean;
  /** The moment of a minute of a local day. */
  readonly at: (day: number, minute: number) => number;
};

/** Works out what a place and a time mean for reading. */
export const momentOf = (here: Here): Moment => {
  const { now, dayStart = 9 * 60, dayEnd = 17 * 60, locale = 'en-US' } = here;
  const zone = zoneOf(here.zone);
  const wall = zone.wallAt(now);
  const order = new Intl.DateTimeFormat(locale).formatToParts(now).map(({ type }) => type);
  const { hour12 = false } = new Intl.DateTimeFormat(locale, { hour: 'numeric' }).resolvedOptions();
  return {
    now,
    zone,
    wall,
    today: Math.floor(wall / dayMs),
    dayStart,
    dayEnd,
    schedule: here.schedule ?? defaultSchedule(here.zone),
    monthFirst: order.indexOf('month') < order.indexOf('day'),
    twelveHours: hour12,
    german: /^de\b/iu.test(locale),
    at: (day, minute) => zone.momentOf(day * dayMs + minute * minuteMs),
  };
};

/** Today's leftovers for "later today": three hours on, at the end of the day if that comes first; nothing when the day is over. */
export const laterToday = (moment: Moment): number | null => {
  const quarter = 15 * minuteMs;
  const hour = 60 * minuteMs;
  const closing = moment.at(moment.today, moment.dayEnd);
  const soon = Math.ceil((moment.now + 3 * hour) / quarter) * quarter;
  const at = closing - moment.now >= hour ? Math.min(soon, closing) : soon;
  return Math.floor(moment.zone.wallAt(at) / dayMs) === moment.today ? at : null;
};
