import { useWords } from '#renderer/ui/index.ts';
import { describeWhen } from '#shared/domain/when/describe-when.ts';

/** Due times in words. Arguments are ms UTC. */
export type Dates = {
  /** Everything, for what is about to be kept: "Friday 27 November 2026, 09:00 (in 3 days)". */
  readonly full: (at: number, now: number) => string;
  /** For sentences: "Fri 27 Nov, 09:00", with the year where it is another one. */
  readonly brief: (at: number, now: number) => string;
};

/** The zone of this computer. */
export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const datesIn = (locale: string): Dates => {
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const clock = { hour: 'numeric', minute: '2-digit' } as const;
  const thisYear = new Intl.DateTimeFormat(locale, { ...day, ...clock });
  const otherYear = new Intl.DateTimeFormat(locale, { ...day, year: 'numeric', ...clock });
  const sameYear = (at: number, now: number): boolean =>
    new Date(at).getFullYear() === new Date(now).getFullYear();
  return {
    full: (at, now) => describeWhen(at, { now, zone: localZone(), locale }),
    brief: (at, now) => (sameYear(at, now) ? thisYear : otherYear).format(at),
  };
};

/** By language: making the formatters takes some milliseconds, and each part of a conversation says dates. */
const made = new Map<string, Dates>();

const datesOf = (locale: string): Dates => {
  const dates = made.get(locale) ?? datesIn(locale);
  made.set(locale, dates);
  return dates;
};

/** Says due times in the reader's language and zone. */
export const useDates = (): Dates => datesOf(useWords().locale);
