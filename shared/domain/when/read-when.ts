import { workingDayAfter } from '../business-hours/business-time.ts';
import { minuteMs } from '../business-hours/zone.ts';
import { addMonths } from './calendar.ts';
import { takeConditions } from './conditions.ts';
import type { Repeat } from './conditions.ts';
import { findDay } from './days.ts';
import type { DaySaid } from './days.ts';
import { laterToday, momentOf } from './moment.ts';
import type { Here, Moment } from './moment.ts';
import { minuteOfPart, readTime } from './times.ts';
import type { DayPart } from './times.ts';

/** What somebody meant who wrote a time in words. Times are ms UTC. */
export type When =
  | {
      readonly kind: 'when';
      readonly at: number;
      /** Only if the customer has not answered by then. */
      readonly ifNoReply: boolean;
      readonly repeat: Repeat | null;
      /** What else was written, as it was written: "call him" of "tomorrow 9 call him". */
      readonly rest?: string;
    }
  | { readonly kind: 'not-understood' }
  /** A time that is named beyond doubt and is over: "today 9" at noon. */
  | { readonly kind: 'past'; readonly at: number };

/** Longer than anybody says a date; what comes in beyond that is not read. */
const longestText = 300;
/** Nobody follows up later than in a hundred years. */
const furthest = 36_525 * 24 * 60 * minuteMs;

/** A day and a time with the text around them. */
type Said = { readonly day: DaySaid; readonly minute: number | null; readonly rest: string };

const linkBefore =
  /(?:[\s,;]|(?<![\p{L}\p{N}])(?:on|by|before|until|till|from|starting|the|bis|zum|vor|ab|den|dem|(?<!\d\s*)am)(?=\s*$))+$/iu;

/** A time that ends where the text ends: "at 14:30" of "call at 14:30". */
const timeAtEnd = (
  text: string,
  moment: Moment,
  part: DayPart | null,
): { readonly minute: number; readonly start: number } | null => {
  for (const { index } of text.matchAll(/(?<![\p{L}\p{N}.:])[\p{L}\p{N}@]/gu)) {
    const time = readTime(text.slice(index), moment, part);
    if (time !== null && text.slice(index + time.length).trim() === '')
      return { minute: time.minute, start: index };
  }
  return null;
};

const withDay = (text: string, moment: Moment): Said | null => {
  const found = findDay(text, moment);
  if (found === null) return null;
  const day = found.meaning;
  const before = text.slice(0, found.start);
  const after = text.slice(found.end);
  if (day.kind === 'moment') return { day, minute: null, rest: `${before} ${after}` };
  const part = day.kind === 'days' ? (day.part ?? null) : null;
  const following = readTime(after.replace(/^\s*\./u, ' '), moment, part);
  if (following !== null) {
    const rest = after.replace(/^\s*\./u, ' ').slice(following.length);
    return { day, minute: following.minute, rest: `${before} ${rest}` };
  }
  const bare = before.replace(linkBefore, '');
  const leading = timeAtEnd(bare, moment, part);
  if (leading === null) return { day, minute: null, rest: `${before} ${after}` };
  return { day, minute: leading.minute, rest: `${bare.slice(0, leading.start)} ${after}` };
};

/** A time alone: today, or tomorrow once it is over. A mere number has to be all there is, and no other may be left: it could be a date. */
const withoutDay = (text: string, moment: Moment): Said | null => {
  const day: DaySaid = { kind: 'days', days: [moment.today, moment.today + 1] };
  const first = readTime(text, moment);
  if (first !== null) {
    const rest = text.slice(first.length);
    if (first.bare ? rest.trim() === '' : !/\d/u.test(rest)) return { day, minute: first.minute, rest };
  }
  const last = timeAtEnd(text, moment, null);
  if (last === null || /^\d+$/u.test(text.slice(last.start).trim())) return null;
  const rest = text.slice(0, last.start);
  return /\d/u.test(rest) ? null : { day, minute: last.minute, rest };
};

/** The first time of something that repeats, when no day is named. */
const firstOfRepeat = ({ every, unit }: Repeat, moment: Moment, hasTime: boolean): DaySaid | null => {
  switch (unit) {
    case 'hour':
      return { kind: 'moment', at: moment.now + every * 60 * minuteMs };
    case 'day':
      return {
        kind: 'days',
        days: every === 1 && hasTime ? [moment.today, moment.today + 1] : [moment.today + every],
      };
    case 'week':
      return { kind: 'days', days: [moment.today + 7 * every] };
    case 'month':
      return { kind: 'days', days: [addMonths(moment.today, every)] };
    case 'working-day': {
      const day = workingDayAfter(moment.schedule, moment.today, every);
      return day.ok ? { kind: 'days', days: [day.value] } : null;
    }
  }
};

const repeating = (text: string, repeat: Repeat | null, moment: Moment): Said | null => {
  if (repeat === null) return null;
  const time = readTime(text, moment);
  const day = firstOfRepeat(repeat, moment, time !== null);
  return day === null ? null : { day, minute: time?.minute ?? null, rest: text.slice(time?.length ?? 0) };
};

type Resolved = { readonly kind: 'at' | 'past'; readonly at: number };

const resolve = ({ day, minute }: Said, moment: Moment): Resolved => {
  const judged = (at: number): Resolved => ({ kind: at > moment.now ? 'at' : 'past', at });
  switch (day.kind) {
    case 'moment':
      return judged(day.at);
    case 'later-today':
      return judged((minute === null ? laterToday(moment) : moment.at(moment.today, minute)) ?? moment.now);
    case 'days': {
      const time = minute ?? (day.part === undefined ? moment.dayStart : minuteOfPart(day.part, moment));
      const untimed = minute === null && day.notTodayWithoutTime === true;
      const days = untimed ? day.days.filter((one) => one > moment.today) : day.days;
      // "today" and nothing else.
      if (days.length === 0) return judged(laterToday(moment) ?? moment.now);
      const times = days.map((one) => moment.at(one, time));
      const [first = moment.now] = times;
      return judged(times.find((at) => at > moment.now) ?? first);
    }
  }
};

const edges =
  '[\\s,;:.()–-]|(?<![\\p{L}\\p{N}])(?:and|und|then|dann|on|at|by|am|um|bis|until|till|ab|from|starting|zum)(?![\\p{L}\\p{N}])';
const openers = `${edges}|(?<![\\p{L}\\p{N}])(?:to|that|dass|daran|please|bitte|remind\\s+me|erinnere\\s+mich|follow\\s+up|nachfassen)(?![\\p{L}\\p{N}])`;
const atStart = new RegExp(`^(?:${openers})+`, 'iu');
const atEnd = new RegExp(
  `(?:[\\s,;:(–-]|(?<![\\p{L}\\p{N}])(?:and|und|then|dann|on|at|by|am|um|bis|until|till|ab|from|starting|zum)(?=\\s*$))+$`,
  'iu',
);

const tidy = (rest: string): string => rest.replace(/\s+/gu, ' ').replace(atEnd, '').replace(atStart, '');

/** A clock time or a number at the front that was left over: a time that does not exist (25:00), better asked again than guessed. */
const unread = /\d{1,2}:\d{2}|^\d{1,2}(?:\s*(?:am|pm|uhr))?$/iu;

/** What `describeWhen` adds in brackets, so that a date that was shown can be read again. */
const spelledOut = /\s*\([^()]*\)\s*$/u;

/**
 * Reads a time in words, in English and German whatever the locale: "tomorrow 9", "2h", "next friday if no reply",
 * "in 3 working days", "24.12. 10:00", "every 2 days until answered", "nächsten Freitag falls keine Antwort".
 *
 * Rules: a day without a time means the start of the working day; a time without a day that is over today means
 * tomorrow; a date without a year that is over means the next one; a weekday is the coming one, and today only with
 * a time still ahead; hours from 1 to 6 without more are in the afternoon; a time that daylight saving leaves out is
 * the first moment after it, one that comes twice the first. Show the answer with `describeWhen` before it is kept.
 */
export const readWhen = (text: string, here: Here): When => {
  const moment = momentOf(here);
  const whole = text.slice(0, longestText).normalize('NFC').replace(spelledOut, '');
  const conditions = takeConditions(whole, moment.german);
  const trimmed = conditions.text.replace(/\s+/gu, ' ').trim();
  const said =
    withDay(trimmed, moment) ?? repeating(trimmed, conditions.repeat, moment) ?? withoutDay(trimmed, moment);
  if (said === null) return { kind: 'not-understood' };
  const rest = tidy(said.rest);
  if (unread.test(rest)) return { kind: 'not-understood' };
  const { kind, at } = resolve(said, moment);
  if (!(at - moment.now <= furthest)) return { kind: 'not-understood' };
  if (kind === 'past') return { kind, at };
  const { ifNoReply, repeat } = conditions;
  return { kind: 'when', at, ifNoReply, repeat, ...(rest === '' ? {} : { rest }) };
};
