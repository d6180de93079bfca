import { workingDayAfter } from '../business-hours/business-time.ts';
import { weekdayOfDay } from '../business-hours/schedule.ts';
import { addMonths, datesOf, dayOf, lastOfMonth } from './calendar.ts';
import { findLength } from './lengths.ts';
import type { Moment } from './moment.ts';
import { find, firstOf, words } from './pattern.ts';
import type { Found } from './pattern.ts';
import type { DayPart } from './times.ts';
import { monthOf, monthPattern, numberOf, numberPattern, weekdayOf, weekdayPattern } from './vocabulary.ts';

/** What a text says about the day. */
export type DaySaid =
  | { readonly kind: 'moment'; readonly at: number }
  /** Some time that is left of today. */
  | { readonly kind: 'later-today' }
  | {
      readonly kind: 'days';
      /** Local days, the likeliest first; a later one counts when the time has passed on those before. */
      readonly days: readonly number[];
      /** Without a time of day this one is meant instead of today. */
      readonly notTodayWithoutTime?: boolean;
      readonly part?: DayPart;
    };

const onDays = (...days: readonly number[]): DaySaid => ({ kind: 'days', days });

/** 29 February comes back after eight years at the latest (2096 to 2104). */
const yearsAhead = 9;

const date = (year: string | undefined, month: number, day: number, moment: Moment): DaySaid | null => {
  if (year !== undefined) {
    const exact = dayOf(Number(year) + (year.length === 2 ? 2_000 : 0), month, day);
    return exact === null ? null : onDays(exact);
  }
  const thisYear = datesOf(moment.today).year;
  const found = Array.from({ length: yearsAhead }, (_, ahead) => dayOf(thisYear + ahead, month, day)).filter(
    (one) => one !== null,
  );
  return found.length === 0 ? null : onDays(...found);
};

const dayOfMonth = (day: number, moment: Moment): DaySaid | null => {
  if (day < 1 || day > 31) return null;
  const { year, month } = datesOf(moment.today);
  const first = dayOf(year, month, 1) ?? moment.today;
  const months = Array.from({ length: 3 }, (_, ahead) => datesOf(addMonths(first, ahead)));
  return onDays(...months.map((one) => dayOf(one.year, one.month, day)).filter((one) => one !== null));
};

const ordinal = '(?:st|nd|rd|th|\\.)?';
const fourDigitYear = '(?:,?\\s+((?:19|20)\\d{2})(?![\\d:.]\\d))?';
const weekdayBefore = (german: boolean): string =>
  `(?:(?:${weekdayPattern(german)}),?\\s+)?(?:the\\s+|den\\s+)?`;

const slashed = (first: number, second: number, moment: Moment): readonly [number, number] => {
  const monthFirst = second > 12 || (moment.monthFirst && first <= 12);
  return monthFirst ? [first, second] : [second, first];
};

/** Dates of the calendar: 2026-12-24, 24.12., 12/24/2026, 24 December, Dec 24th 2026, "the 24th". */
const findDate = (text: string, moment: Moment): Found<DaySaid> | null => {
  const weekday = weekdayBefore(moment.german);
  return firstOf<DaySaid>([
    () =>
      find(text, /(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/u, ([, year = '', month = '', day = '']) =>
        date(year, Number(month), Number(day), moment),
      ),
    () =>
      find(
        text,
        new RegExp(
          `(?<![\\p{L}\\p{N}.])${weekday}(\\d{1,2})\\.\\s?(\\d{1,2})(?:\\.\\s?(\\d{4}|\\d{2}(?!\\d|:|\\s*uhr))?|(?!\\d|:|\\.|\\s*(?:uhr|am|pm)))(?!\\d)`,
          'iu',
        ),
        ([, day = '', month = '', year]) => date(year, Number(month), Number(day), moment),
      ),
    () =>
      find(
        text,
        new RegExp(`(?<![\\d/])${weekday}(\\d{1,2})/(\\d{1,2})(?:/(\\d{4}|\\d{2}))?(?![\\d/])`, 'iu'),
        ([, first = '', second = '', year]) => {
          const [month, day] = slashed(Number(first), Number(second), moment);
          return date(year, month, day, moment);
        },
      ),
    () =>
      find(
        text,
        words(`${weekday}(\\d{1,2})${ordinal}\\s*(?:of\\s+)?(${monthPattern})\\.?${fourDigitYear}`),
        ([, day = '', month = '', year]) => date(year, monthOf(month), Number(day), moment),
      ),
    () =>
      find(
        text,
        words(
          `${weekday}(${monthPattern})\\.?\\s+(?:the\\s+)?(\\d{1,2})(?:st|nd|rd|th)?(?![:h]\\d)${fourDigitYear}`,
        ),
        ([, month = '', day = '', year]) => date(year, monthOf(month), Number(day), moment),
      ),
    () =>
      find(
        text,
        words('the\\s+(\\d{1,2})(?:st|nd|rd|th)|(?:am|zum|bis\\s+zum)\\s+(\\d{1,2})\\.(?!\\d)'),
        ([, one, other]) => dayOfMonth(Number(one ?? other), moment),
      ),
  ]);
};

const nextMonday = ({ today }: Moment): number => today - weekdayOfDay(today) + 7;

const naechste = 'n(?:ä|ae)chste[nrsm]?';
const nextWeek = `next\\s+week|(?:${naechste}|kommende[nr]?)\\s+woche`;

const comingWeekday = (name: string, moment: Moment, weeks = 0): DaySaid => {
  const ahead = (weekdayOf(name) - weekdayOfDay(moment.today) + 7) % 7;
  const day = moment.today + ahead + weeks * 7;
  return { kind: 'days', days: [day, day + 7], notTodayWithoutTime: true };
};

/** "friday in two weeks", "2 weeks from friday", "Freitag in zwei Wochen". */
const findWeekdayInWeeks = (text: string, moment: Moment): Found<DaySaid> | null => {
  const names = weekdayPattern(moment.german);
  const inWeeks = (name: string, count: string): DaySaid =>
    comingWeekday(name, moment, Math.round(numberOf(count)));
  return firstOf<DaySaid>([
    () =>
      find(
        text,
        words(`(${names})\\s+in\\s+(${numberPattern})\\s+(?:weeks?|wochen?)`),
        ([, name = '', count = '']) => inWeeks(name, count),
      ),
    () =>
      find(
        text,
        words(`(?:in\\s+)?(${numberPattern})\\s+weeks?\\s+from\\s+(${names})`),
        ([, count = '', name = '']) => inWeeks(name, count),
      ),
  ]);
};

/** "friday", "next friday", "freitag", "friday next week". In English "next" is the week after this one; in German it is the very next. */
const findWeekday = (text: string, moment: Moment): Found<DaySaid> | null => {
  const names = weekdayPattern(moment.german);
  const inNextWeek = (name: string): DaySaid => onDays(nextMonday(moment) + weekdayOf(name));
  const coming = (name: string, weeks = 0): DaySaid => comingWeekday(name, moment, weeks);
  return firstOf<DaySaid>([
    () =>
      find(text, words(`(${names}),?\\s+(?:of\\s+|in\\s+)?(?:${nextWeek})`), ([, name = '']) =>
        inNextWeek(name),
      ),
    () =>
      find(text, words(`(?:${nextWeek})\\s+(?:on\\s+|am\\s+)?(${names})`), ([, name = '']) =>
        inNextWeek(name),
      ),
    () => find(text, words(`next\\s+(${names})`), ([, name = '']) => inNextWeek(name)),
    () =>
      find(text, words(`(?:ü|ue)bern(?:ä|ae)chste[nrsm]?\\s+(${names})`), ([, name = '']) => coming(name, 1)),
    () =>
      find(
        text,
        words(`(?:(?:this|coming|this\\s+coming|diese[nrsm]?|kommende[nrsm]?|${naechste})\\s+)?(${names})`),
        ([, name = '']) => coming(name),
      ),
  ]);
};

/** Friday of the week that is `weeks` ahead. */
const fridayIn = (moment: Moment, weeks: number): number =>
  moment.today - weekdayOfDay(moment.today) + 4 + weeks * 7;

type Phrase = readonly [RegExp, (moment: Moment) => DaySaid | null];

/** Words for days, tried in this order: "heute morgen" is this morning and "übermorgen" not tomorrow. */
const phrases: readonly Phrase[] = [
  [
    words(`end\\s+of\\s+next\\s+week|ende\\s+(?:der\\s+)?${naechste}\\s+woche`),
    (moment) => ({ kind: 'days', days: [fridayIn(moment, 1)], part: 'end' }),
  ],
  [
    words(
      '(?:the\\s+)?end\\s+of\\s+(?:the\\s+|this\\s+)?(?:working\\s+)?week|eow|ende\\s+(?:der|dieser)\\s+woche',
    ),
    (moment) => ({ kind: 'days', days: [fridayIn(moment, 0), fridayIn(moment, 1)], part: 'end' }),
  ],
  [
    words(
      '(?:the\\s+)?end\\s+of\\s+(?:the\\s+|this\\s+)?month|eom|ende\\s+(?:des|dieses)\\s+monats|monatsende',
    ),
    (moment) => ({
      kind: 'days',
      days: [lastOfMonth(moment.today), lastOfMonth(addMonths(moment.today, 1))],
      part: 'end',
    }),
  ],
  [
    words(`next\\s+(?:working|business|work)\\s?day|${naechste}\\s+(?:arbeitstag|werktag)`),
    (moment) => {
      const day = workingDayAfter(moment.schedule, moment.today, 1);
      return day.ok ? onDays(day.value) : null;
    },
  ],
  [words(nextWeek), (moment) => onDays(nextMonday(moment))],
  [
    words(`next\\s+month|(?:${naechste}|kommende[nr]?)\\s+monat`),
    (moment) => onDays(lastOfMonth(moment.today) + 1),
  ],
  [words(`next\\s+weekend|${naechste}\\s+wochenende`), (moment) => onDays(nextMonday(moment) + 5)],
  [
    words('(?:this\\s+|on\\s+the\\s+|at\\s+the\\s+|the\\s+|am\\s+)?(?:weekend|wochenende)'),
    (moment) => onDays(nextMonday(moment) - 2, nextMonday(moment) + 5),
  ],
  [words('tonight|heute\\s+nacht'), (moment) => ({ kind: 'days', days: [moment.today], part: 'night' })],
  [
    words('later(?:\\s+today)?|heute\\s+später|später(?:\\s+heute)?|nachher'),
    () => ({ kind: 'later-today' }),
  ],
  [
    words('this(?=\\s+(?:morning|afternoon|evening))|today|heute'),
    (moment) => ({ kind: 'days', days: [moment.today], notTodayWithoutTime: true }),
  ],
  [
    words('(?:the\\s+)?day\\s+after\\s+tomorrow|overmorrow|(?:ü|ue)bermorgen'),
    (moment) => onDays(moment.today + 2),
  ],
  [words('tomorrow|tomorow|tommorow|tommorrow|tmrw|tmr|tom|morgen'), (moment) => onDays(moment.today + 1)],
  [words('later|später|nachher'), () => ({ kind: 'later-today' })],
];

/** Finds the day in a text, in English or German; null when it names none. */
export const findDay = (text: string, moment: Moment): Found<DaySaid> | null =>
  firstOf<DaySaid>([
    () => findWeekdayInWeeks(text, moment),
    () => {
      const found = findLength(text, moment);
      if (found === null) return null;
      const { meaning } = found;
      return { ...found, meaning: meaning.kind === 'moment' ? meaning : onDays(meaning.day) };
    },
    () => findDate(text, moment),
    () => findWeekday(text, moment),
    ...phrases.map(
      ([pattern, meaningOf]) =>
        () =>
          find(text, pattern, () => meaningOf(moment)),
    ),
  ]);
