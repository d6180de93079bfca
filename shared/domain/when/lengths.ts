import { workingDayAfter } from '../business-hours/business-time.ts';
import { dayMs, minuteMs } from '../business-hours/zone.ts';
import { addMonths } from './calendar.ts';
import type { Moment } from './moment.ts';
import { find, words } from './pattern.ts';
import type { Found } from './pattern.ts';
import { countPattern, numberOf } from './vocabulary.ts';

/** How far off something is: to the minute, or so many days of the calendar, whose time of day is said separately. */
export type Length =
  { readonly kind: 'moment'; readonly at: number } | { readonly kind: 'day'; readonly day: number };

type Amounts = {
  readonly ms: number;
  readonly days: number;
  readonly months: number;
  readonly workingDays: number;
};

const nothing: Amounts = { ms: 0, days: 0, months: 0, workingDays: 0 };

const inDays = (days: number): Partial<Amounts> =>
  Number.isInteger(days) ? { days } : { days: Math.floor(days), ms: (days - Math.floor(days)) * dayMs };

const units: readonly (readonly [string, (count: number) => Partial<Amounts>])[] = [
  ['minutes?|minuten?|mins?|m', (count) => ({ ms: count * minuteMs })],
  ['hours?|hrs?|stunden?|std\\.?|h', (count) => ({ ms: count * 60 * minuteMs })],
  [
    '(?:working|business)[\\s-]?days?|work[\\s-]?days?|weekdays?|wd|bd|arbeitstage?n?|werktage?n?',
    (count) => ({ workingDays: Math.ceil(count) }),
  ],
  ['days?|tage?n?|d', inDays],
  ['weeks?|wks?|wochen?|w', (count) => inDays(count * 7)],
  ['fortnights?', (count) => inDays(count * 14)],
  [
    'months?|mos?|monate?n?',
    (count) => ({ months: Math.floor(count), ...inDays(Math.round((count % 1) * 30)) }),
  ],
  ['years?|jahre?n?', (count) => ({ months: Math.round(count * 12) })],
];

const anyUnit = units.map(([names]) => names).join('|');
const one = `(?:${countPattern})\\s*(?:${anyUnit})(?![\\p{L}])`;
const all = `${one}(?:(?:\\s*,|\\s+and|\\s+und)?\\s*${one})*(?:(?<=h)\\d{1,2})?`;
const goingOn = '(?:\\s+(?:from\\s+now|from\\s+today|later|ab\\s+jetzt|ab\\s+heute|später))?';
const introduced = words(
  `(?:in|within|after|for|binnen|innerhalb\\s+von|nach|für)\\s+(?:about\\s+|another\\s+|etwa\\s+|ca\\.?\\s+)?(${all})${goingOn}`,
);
// Without such a word only at the very start: "call for 3 days" says nothing about when.
const alone = new RegExp(`^\\s*(${all})(?![\\p{L}\\p{N}])${goingOn}`, 'iu');
const pieces = new RegExp(
  `(${countPattern})\\s*(${anyUnit})(?![\\p{L}])(?:(?<=h)(\\d{1,2})(?!\\d|\\s*m))?`,
  'giu',
);

const amountsOf = (said: string): Amounts => {
  let sum = nothing;
  for (const [, count = '', unit = '', minutes = '0'] of said.matchAll(pieces)) {
    const amount =
      units.find(([names]) => new RegExp(`^(?:${names})$`, 'iu').test(unit))?.[1](numberOf(count)) ?? {};
    sum = {
      ms: sum.ms + (amount.ms ?? 0) + Number(minutes) * minuteMs,
      days: sum.days + (amount.days ?? 0),
      months: sum.months + (amount.months ?? 0),
      workingDays: sum.workingDays + (amount.workingDays ?? 0),
    };
  }
  return sum;
};

const lengthFrom = (amounts: Amounts, moment: Moment): Length | null => {
  const day = addMonths(moment.today, amounts.months) + amounts.days;
  const working = amounts.workingDays > 0 ? workingDayAfter(moment.schedule, day, amounts.workingDays) : null;
  if (working !== null && !working.ok) return null;
  const target = working === null ? day : working.value;
  if (amounts.ms === 0 && target > moment.today) return { kind: 'day', day: target };
  // Hours are counted as they pass; days before them keep the time on the clock.
  const sameTime =
    target === moment.today
      ? moment.now
      : moment.zone.momentOf(target * dayMs + (moment.wall - moment.today * dayMs));
  return { kind: 'moment', at: sameTime + amounts.ms };
};

/** Finds "in 2 hours", "2h", "3d", "in 1 day 4 hours", "in drei Arbeitstagen" in a text. */
export const findLength = (text: string, moment: Moment): Found<Length> | null => {
  const meaningOf = ([, said = '']: RegExpExecArray): Length | null => lengthFrom(amountsOf(said), moment);
  // "14h30" is a time of day, "1h30" an hour and a half.
  if (/^\s*(?:[5-9]|\d{2})h\d{2}(?!\s*m)/iu.test(text)) return null;
  return find(text, introduced, meaningOf) ?? find(text, alone, meaningOf);
};
