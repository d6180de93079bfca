import { dayOfDate } from '#shared/domain/business-hours/schedule.ts';
import type { Hours } from '#shared/domain/business-hours/schedule.ts';

const twoDigits = (value: number): string => String(value).padStart(2, '0');

const clock = (minute: number): string => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;

/** The hours of a day as a person types them: `09:00-12:00, 13:00-17:00`; nothing for a day that is closed. */
export const hoursText = (hours: readonly Hours[]): string =>
  hours.map(({ from, to }) => `${clock(from)}-${clock(to)}`).join(', ');

const span = /^(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?:[:.](\d{2}))?$/u;

const minuteOf = (hour: string, minute: string | undefined): number =>
  Number(hour) * 60 + Number(minute ?? 0);

const readSpan = (text: string): Hours | null => {
  const found = span.exec(text);
  if (found === null) return null;
  const [, fromHour = '', fromMinute, toHour = '', toMinute] = found;
  if (Number(fromMinute ?? 0) > 59 || Number(toMinute ?? 0) > 59) return null;
  const from = minuteOf(fromHour, fromMinute);
  const to = minuteOf(toHour, toMinute);
  return from < 1_440 && to <= 1_440 && from !== to ? { from, to } : null;
};

/** The hours that were typed; null where they are not understood. */
export const readHours = (text: string): Hours[] | null => {
  if (text.trim() === '') return [];
  const hours: Hours[] = [];
  for (const part of text.split(/[,;]/u)) {
    const one = readSpan(part.trim());
    if (one === null) return null;
    hours.push(one);
  }
  return hours;
};

/** The dates of a text, one a line, sorted and each once; or the first line that is none. */
export const readDates = (
  text: string,
):
  | { readonly kind: 'dates'; readonly dates: string[] }
  | { readonly kind: 'wrong'; readonly line: string } => {
  const lines = text
    .split(/\s+/u)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const wrong = lines.find((line) => dayOfDate(line) === null);
  return wrong === undefined
    ? { kind: 'dates', dates: [...new Set(lines)].sort() }
    : { kind: 'wrong', line: wrong };
};

const hourMs = 3_600_000;
const mostHours = 2_160;

/** A target in hours as a person types it; nothing where none is set. */
export const targetText = (ms: number | null): string => (ms === null ? '' : String(ms / hourMs));

/** The target (ms) that was typed, null for none; undefined where it is not understood. */
export const readTarget = (text: string): number | null | undefined => {
  if (text.trim() === '') return null;
  const hours = Number(text.trim().replace(',', '.'));
  return Number.isFinite(hours) && hours >= 0.1 && hours <= mostHours
    ? Math.round(hours * hourMs)
    : undefined;
};
