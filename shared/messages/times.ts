const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Times in words of a locale and time zone. All arguments are milliseconds (since 1970 UTC, or a length). */
export type Times = {
  /** For lists: "16:40" today, "yesterday", "Tue", "3 Mar", "3 Mar 2021". */
  readonly short: (at: number, now: number) => string;
  /** For messages: "2 min ago" within the hour, "today 16:40", "yesterday 16:40", "3 Mar 2021, 16:40". */
  readonly words: (at: number, now: number) => string;
  /** Everything, for titles and screen readers: "Tuesday, 3 March 2026 at 16:40:12 CET". */
  readonly full: (at: number) => string;
  /** The day alone: "3 Mar 2021". */
  readonly day: (at: number) => string;
  /** "5 min ago", "in 2 hours". */
  readonly relative: (at: number, now: number) => string;
  /** The largest unit of a length: "5 min", "3 h", "2 days". */
  readonly length: (ms: number) => string;
};

type Unit = 'second' | 'minute' | 'hour' | 'day';

const largest = (ms: number): { readonly count: number; readonly unit: Unit } => {
  if (ms < minute) return { count: Math.round(ms / second), unit: 'second' };
  if (ms < hour) return { count: Math.floor(ms / minute), unit: 'minute' };
  if (ms < 2 * day) return { count: Math.floor(ms / hour), unit: 'hour' };
  return { count: Math.floor(ms / day), unit: 'day' };
};

/** Makes the formatters once, since making one costs more than using it. `timeZone` is the system's when left out. */
export const createTimes = (locale: string, timeZone?: string): Times => {
  const zone = timeZone === undefined ? {} : { timeZone };
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short', ...zone });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', ...zone });
  const dayOfYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...zone });
  const dayWithYear = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...zone,
  });
  const everything = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long', ...zone });
  const calendar = new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    ...zone,
  });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const inUnit = (unit: Unit): Intl.NumberFormat =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' });
  const lengths: Readonly<Record<Unit, Intl.NumberFormat>> = {
    second: inUnit('second'),
    minute: inUnit('minute'),
    hour: inUnit('hour'),
    day: inUnit('day'),
  };
  const dayWord = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' });

  let asked = { now: 0, date: calendar.format(0) };
  /** The date of now, which a whole list asks about at once. */
  const today = (now: number): string => {
    if (asked.now !== now) asked = { now, date: calendar.format(now) };
    return asked.date;
  };

  /** Whole days of the calendar between two times; a short night of daylight saving is still one day. */
  const daysBetween = (at: number, now: number): number =>
    Math.round((Date.parse(today(now)) - Date.parse(calendar.format(at))) / day);
  const sameYear = (at: number, now: number): boolean =>
    calendar.format(at).slice(0, 4) === today(now).slice(0, 4);

  const dayOf = (at: number, now: number): string =>
    sameYear(at, now) ? dayOfYear.format(at) : dayWithYear.format(at);

  const relative = (at: number, now: number): string => {
    const { count, unit } = largest(Math.abs(now - at));
    return ago.format(at <= now ? -count : count, unit);
  };

  return {
    short: (at, now) => {
      const days = daysBetween(at, now);
      if (days === 0) return clock.format(at);
      if (days === 1) return dayWord.format(-1, 'day');
      if (days > 1 && days < 7) return weekday.format(at);
      return dayOf(at, now);
    },
    words: (at, now) => {
      if (at <= now && now - at < hour) return relative(at, now);
      const days = daysBetween(at, now);
      if (days >= -1 && days <= 1) return `${dayWord.format(-days, 'day')} ${clock.format(at)}`;
      return `${dayOf(at, now)}, ${clock.format(at)}`;
    },
    full: (at) => everything.format(at),
    day: (at) => dayWithYear.format(at),
    relative,
    length: (ms) => {
      const { count, unit } = largest(Math.max(0, ms));
      return lengths[unit].format(count);
    },
  };
};
