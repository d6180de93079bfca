/** Words for numbers in English and German; each list is one number from 1 on. */
const counting = [
  'a|an|one|eine|einer|einem|einen|ein|eins',
  'two|zwei|a couple of|a couple|couple of|couple|ein paar',
  'three|drei|a few|few|einigen|einige',
  'four|vier',
  'five|fünf|fuenf',
  'six|sechs',
  'seven|sieben',
  'eight|acht',
  'nine|neun',
  'ten|zehn',
  'eleven|elf',
  'twelve|zwölf|zwoelf',
].map((names) => names.split('|'));

const halves = [
  'half an',
  'half a',
  'a half',
  'half',
  'einer halben',
  'eine halbe',
  'einem halben',
  'einen halben',
  'halben',
  'halbe',
];
const oneAndAHalf = ['eineinhalb', 'anderthalb', 'one and a half'];

const valueOf = new Map<string, number>([
  ...counting.flatMap((names, index) => names.map((name): [string, number] => [name, index + 1])),
  ...halves.map((name): [string, number] => [name, 0.5]),
  ...oneAndAHalf.map((name): [string, number] => [name, 1.5]),
]);

const namePattern = [...valueOf.keys()]
  .sort((one, other) => other.length - one.length)
  .map((name) => name.replaceAll(' ', '\\s+'))
  .join('|');
const digitPattern = '\\d{1,4}(?:[.,]\\d{1,2})?';

/** A pattern for a number in digits or words, the longest words first. */
export const numberPattern = `${digitPattern}|${namePattern}`;

/** The same with the space before a unit, if any: "2h" and "2 hours", but not the "am" of "am 3." as a minute. */
export const countPattern = `${digitPattern}(?=\\s*\\p{L})|(?:${namePattern})(?=\\s+\\p{L}{2})`;

/** What a number caught by {@link numberPattern} stands for. */
export const numberOf = (caught: string): number =>
  valueOf.get(caught.toLowerCase().replace(/\s+/gu, ' ')) ?? Number(caught.replace(',', '.'));

/** Monday first; each in English and German, long and short. The two letters of German are read in a German locale only. */
const weekdayNames = [
  'mondays?|mon|montags?',
  'tuesdays?|tues?|dienstags?',
  'wednesdays?|weds?|mittwochs?',
  'thursdays?|thurs?|thu|donnerstags?',
  'fridays?|fri|freitags?',
  'saturdays?|sat|samstags?|sonnabends?',
  'sundays?|sun|sonntags?',
];
const shortGerman = ['mo', 'di', 'mi', 'do', 'fr', 'sa', 'so'];

/** A pattern for the name of a weekday. */
export const weekdayPattern = (german: boolean): string =>
  [...weekdayNames, ...(german ? shortGerman.map((name) => `${name}\\.?`) : [])].join('|');

/** The place of a weekday in the week, Monday being 0, from a name caught by {@link weekdayPattern}. */
export const weekdayOf = (caught: string): number => {
  const long = weekdayNames.findIndex((names) => new RegExp(`^(?:${names})$`, 'iu').test(caught));
  return long === -1 ? shortGerman.indexOf(caught.toLowerCase().replace('.', '')) : long;
};

const monthNames = [
  'january|januar|jänner|jaenner|jan',
  'february|februar|feber|feb',
  'march|märz|maerz|mar|mär|mrz',
  'april|apr',
  'may|mai',
  'june|juni|jun',
  'july|juli|jul',
  'august|aug',
  'september|sept|sep',
  'october|oktober|oct|okt',
  'november|nov',
  'december|dezember|dec|dez',
];

/** A pattern for the name of a month. */
export const monthPattern = monthNames.join('|');

/** The number of a month from 1, from a name caught by {@link monthPattern}. */
export const monthOf = (caught: string): number =>
  monthNames.findIndex((names) => names.split('|').includes(caught.toLowerCase())) + 1;
