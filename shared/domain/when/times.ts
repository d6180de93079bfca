import { numberOf, numberPattern } from './vocabulary.ts';
import type { Moment } from './moment.ts';

/** A part of the day, as a word. */
export type DayPart = 'morning' | 'noon' | 'afternoon' | 'evening' | 'night' | 'midnight' | 'end';

/** A time that was read at the start of a text: minutes of the local day, how many characters it took, and whether it is a mere number. */
export type ReadTime = { readonly minute: number; readonly length: number; readonly bare: boolean };

const partNames: readonly (readonly [string, DayPart])[] = [
  [
    '(?:first\\s+thing\\s+)?(?:in\\s+the\\s+)?mornings?|first\\s+thing|(?:am\\s+)?morgens?|früh|frueh|(?:am\\s+)?vormittags?',
    'morning',
  ],
  ['(?:at\\s+)?noon|midday|lunch(?:time)?|(?:am\\s+)?mittags?', 'noon'],
  ['(?:in\\s+the\\s+)?afternoon|(?:am\\s+)?nachmittags?', 'afternoon'],
  ['(?:in\\s+the\\s+)?evening|(?:am\\s+)?abends?', 'evening'],
  ['(?:at\\s+)?night|nachts?|in\\s+der\\s+nacht', 'night'],
  ['(?:at\\s+)?midnight|(?:um\\s+)?mitternacht', 'midnight'],
  [
    '(?:at\\s+|by\\s+)?(?:the\\s+)?end\\s+of\\s+(?:the\\s+|my\\s+)?(?:working\\s+|business\\s+|work\\s*)?day|eod|cob|close\\s+of\\s+business|(?:bis\\s+|zum\\s+)?(?:feierabend|tagesende|büroschluss|ende\\s+des\\s+tages)',
    'end',
  ],
];

const partPatterns = partNames.map(
  ([names, part]) => [new RegExp(`^(?:${names})(?![\\p{L}\\p{N}])`, 'iu'), part] as const,
);

/** What a part of the day means without a clock time, in minutes of the local day. */
export const minuteOfPart = (part: DayPart, moment: Moment): number => {
  switch (part) {
    case 'morning':
      return moment.dayStart;
    case 'noon':
      return 12 * 60;
    case 'afternoon':
      return 14 * 60;
    case 'evening':
      return 18 * 60;
    case 'night':
      return 20 * 60;
    case 'midnight':
      return 24 * 60;
    case 'end':
      return moment.dayEnd;
  }
};

type Clock = {
  readonly hour: number;
  readonly minute: number;
  /** `am` and `pm` as said, `exact` on a clock of 24 hours, `loose` when morning or afternoon is left open. */
  readonly half: 'am' | 'pm' | 'exact' | 'loose';
  readonly length: number;
  readonly bare: boolean;
};

const halfOf = (said: string | undefined, hour: string, otherwise: 'exact' | 'loose'): Clock['half'] => {
  const word = said?.toLowerCase().replaceAll('.', '') ?? '';
  if (word === 'am' || word === 'pm') return word;
  return word === '' && !hour.startsWith('0') ? otherwise : 'exact';
};

const end = '(?![\\p{L}\\p{N}]|[.:/]\\d)';
const halfWords = 'a\\.?m\\.?|p\\.?m\\.?';
const withMinutes = new RegExp(
  `^(\\d{1,2})(?:\\s?[:.h]\\s?|\\s*uhr\\s*)(\\d{2})(?::\\d{2})?(?:\\s*(${halfWords}|uhr|h))?${end}`,
  'iu',
);
const withWord = new RegExp(`^(\\d{1,2})\\s*(${halfWords}|uhr|o['’]?clock|h)${end}`, 'iu');
const fourDigits = new RegExp(`^(\\d{2})(\\d{2})(?:\\s*(uhr|h))?${end}`, 'iu');
const hourAlone = new RegExp(`^(\\d{1,2})${end}`, 'iu');
const inWords = new RegExp(
  `^(halb|half\\s+past|quarter\\s+past|quarter\\s+to|viertel\\s+nach|viertel\\s+vor|dreiviertel)\\s+(${numberPattern})(?:\\s*(${halfWords}))?${end}`,
  'iu',
);

const minutesInWords = (word: string): number => {
  if (/^(?:quarter\s+to|viertel\s+vor|dreiviertel)$/iu.test(word)) return -15;
  if (/^halb$/iu.test(word)) return -30;
  return /^half/iu.test(word) ? 30 : 15;
};

const readClock = (text: string, moment: Moment): Clock | null => {
  const worded = inWords.exec(text);
  if (worded !== null) {
    const [all, word = '', hour = '', half] = worded;
    const minute = numberOf(hour) * 60 + minutesInWords(word.replace(/\s+/gu, ' '));
    return {
      hour: Math.floor(minute / 60),
      minute: minute % 60,
      half: halfOf(half, '', 'loose'),
      length: all.length,
      bare: false,
    };
  }
  const full = withMinutes.exec(text) ?? fourDigits.exec(text);
  if (full !== null) {
    const [all, hour = '', minute = '', word] = full;
    const half = halfOf(word, hour, moment.twelveHours && all.includes(':') ? 'loose' : 'exact');
    return {
      hour: Number(hour),
      minute: Number(minute),
      half,
      length: all.length,
      bare: /^\d{4}$/u.test(all),
    };
  }
  const short = withWord.exec(text) ?? hourAlone.exec(text);
  if (short === null) return null;
  const [all, hour = '', word] = short;
  return {
    hour: Number(hour),
    minute: 0,
    half: halfOf(word, hour, 'loose'),
    length: all.length,
    bare: word === undefined,
  };
};

/** Nobody plans to write to a customer between one and six at night: such an hour, said without more, is in the afternoon. */
const lastAfternoonHour = 6;

const minuteOfClock = ({ hour, minute, half }: Clock, part: DayPart | null): number | null => {
  if (minute >= 60 || hour > 24 || (hour === 24 && minute > 0)) return null;
  const shifted = (by: number): number => (hour + by) * 60 + minute;
  if (half === 'am' || half === 'pm') {
    if (hour < 1 || hour > 12) return null;
    return ((hour % 12) + (half === 'pm' ? 12 : 0)) * 60 + minute;
  }
  const canBeLater = hour >= 1 && hour < 12;
  if (canBeLater && part === 'afternoon') return shifted(12);
  if (canBeLater && hour > 4 && (part === 'evening' || part === 'night')) return shifted(12);
  if (half === 'loose' && part === null && hour >= 1 && hour <= lastAfternoonHour) return shifted(12);
  return shifted(0);
};

const readPart = (text: string): { readonly part: DayPart | null; readonly length: number } => {
  for (const [pattern, part] of partPatterns) {
    const caught = pattern.exec(text);
    if (caught !== null) return { part, length: caught[0].length };
  }
  return { part: null, length: 0 };
};

const leading =
  /^t(?=\d)|^[\s,;]*(?:(?:at|um|gegen|around|about|by|bis|ab)\s+(?=[\p{L}\d])|[@–-]\s*(?=\d))?/iu;
const gap = (text: string): number => /^[\s,]*(?:at\s+|um\s+)?/iu.exec(text)?.[0].length ?? 0;

/**
 * Reads a time of day at the start of a text: "9", "9am", "at 14:30", "um 9 uhr", "morning", "abends um 8", "half
 * past nine". `known` is a part of the day that was said before ("tonight at 9").
 */
export const readTime = (text: string, moment: Moment, known: DayPart | null = null): ReadTime | null => {
  const lead = leading.exec(text)?.[0] ?? '';
  const before = readPart(text.slice(lead.length));
  let length = lead.length + before.length;
  const skipped = before.part === null ? 0 : gap(text.slice(length));
  const said = readClock(text.slice(length + skipped), moment);
  // In "um 9 am Freitag" the "am" belongs to the day.
  const clock: Clock | null =
    said !== null && said.half === 'am' && /um\s*$/iu.test(lead) ? { ...said, half: 'loose' } : said;
  if (clock === null) {
    return before.part === null ? null : { minute: minuteOfPart(before.part, moment), length, bare: false };
  }
  length += skipped + clock.length;
  const space = gap(text.slice(length));
  const after = before.part === null ? readPart(text.slice(length + space)) : { part: null, length: 0 };
  if (after.part !== null) length += space + after.length;
  const part = before.part ?? after.part ?? known;
  const minute = minuteOfClock(clock, part);
  const bare = clock.bare && part === null && !/[\p{L}@]/u.test(lead);
  return minute === null ? null : { minute, length, bare };
};
