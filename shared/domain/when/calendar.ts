import { dayOfDate } from '../business-hours/schedule.ts';
import { dayMs } from '../business-hours/zone.ts';

const digits = (value: number, length: number): string => String(value).padStart(length, '0');

/** The number of a local day (0 is 1970-01-01); null when the calendar has no such day. Months count from 1. */
export const dayOf = (year: number, month: number, date: number): number | null =>
  dayOfDate(`${digits(year, 4)}-${digits(month, 2)}-${digits(date, 2)}`);

/** Year, month (from 1) and day of the month of a local day. */
export const datesOf = (
  day: number,
): { readonly year: number; readonly month: number; readonly date: number } => {
  const at = new Date(day * dayMs);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, date: at.getUTCDate() };
};

/** The local day some months later; the last of the month where the month has no such day. */
export const addMonths = (day: number, months: number): number => {
  const { year, month, date } = datesOf(day);
  const first = Date.UTC(year, month - 1 + months, 1) / dayMs;
  const last = Date.UTC(year, month + months, 1) / dayMs - 1;
  return Math.min(first + date - 1, last);
};

/** The last day of the month of a local day. */
export const lastOfMonth = (day: number): number => {
  const { year, month } = datesOf(day);
  return Date.UTC(year, month, 1) / dayMs - 1;
};
