import { numberOf, numberPattern, weekdayPattern } from './vocabulary.ts';
import { words } from './pattern.ts';

/** How often a follow-up comes again: every so many of a unit. `working-day` follows the schedule of working hours. */
export type Repeat = {
  readonly every: number;
  readonly unit: 'hour' | 'day' | 'working-day' | 'week' | 'month';
};

/** What was said beside the time itself, and the text without it. */
export type Conditions = {
  readonly text: string;
  readonly ifNoReply: boolean;
  readonly repeat: Repeat | null;
};

const replied = 'answer(?:s|ed)?|repl(?:y|ies|ied)|respond(?:s|ed)?';
const wroteBack = `${replied}|writes?|written|wrote|reacts?|reacted|gets?\\s+back|got\\s+back|gotten\\s+back`;
const them = 'they|he|she|it|someone|somebody|anyone|anybody|customer|client|(?:the|der|die)\\s+\\p{L}+';
const meanwhile = '(?:\\s+(?:yet|back|to\\s+(?:me|us)|by\\s+then|until\\s+then|till\\s+then))*';

const noReply = [
  `(?:only\\s+)?(?:if\\s+|when\\s+)?(?:there(?:['’]s|\\s+is|\\s+was|\\s+has\\s+been)\\s+)?(?:still\\s+)?no\\s+(?:reply|replies|answers?|response|reaction)(?:\\s+(?:has\\s+|was\\s+|is\\s+)?(?:came|comes?|arrives?|arrived|received))?${meanwhile}`,
  `(?:only\\s+)?(?:if|when)\\s+(?:still\\s+)?(?:nobody|no[\\s-]?one)\\s+(?:has\\s+|had\\s+)?(?:${wroteBack})${meanwhile}`,
  `(?:only\\s+)?(?:if|when)\\s+(?:${them})\\s+(?:(?:do|does|did|has|have|had|is|are)(?:n['’]?t|\\s+not)|never)\\s+(?:been\\s+)?(?:${wroteBack}|write|react|get\\s+back)${meanwhile}`,
  `(?:only\\s+)?(?:if|when|while)\\s+(?:it(?:['’]s|\\s+is)\\s+)?(?:still\\s+)?(?:not\\s+(?:yet\\s+)?|un)(?:answered|replied|responded)(?:\\s+to)?${meanwhile}`,
  `unless\\s+(?:(?:${them})\\s+)?(?:has\\s+|have\\s+|is\\s+|been\\s+)*(?:${wroteBack})${meanwhile}`,
  'without\\s+(?:an?\\s+|any\\s+)?(?:reply|answer|response)',
  '(?:nur\\s+)?(?:(?:falls|wenn|sofern)\\s+)?(?:es\\s+)?(?:immer\\s+|noch\\s+|bis\\s+dahin\\s+)*(?:keine|ohne)\\s+(?:antwort|rückmeldung|reaktion)(?:\\s+(?:kommt|kam|gibt|vorliegt|eingeht|erfolgt|da\\s+ist|(?:gekommen|eingegangen|erfolgt)\\s+ist))?',
  '(?:nur\\s+)?(?:falls|wenn|sofern)\\s+(?:sich\\s+|noch\\s+|bis\\s+dahin\\s+)*(?:niemand|keiner)\\s+(?:antwortet|geantwortet\\s+hat|reagiert|reagiert\\s+hat|meldet|gemeldet\\s+hat|schreibt)',
  `(?:nur\\s+)?(?:falls|wenn|sofern)\\s+(?:(?:er|sie|es|kunde|(?:der|die)\\s+\\p{L}+)\\s+)?(?:sich\\s+|noch\\s+|bis\\s+dahin\\s+)*nicht\\s+(?:antworte(?:t|n)|geantwortet\\s+(?:hat|haben|wird|wurde)|geantwortet|beantwortet(?:\\s+(?:ist|wird|wurde))?|melde(?:t|n)|gemeldet\\s+(?:hat|haben)|reagier(?:t|en))`,
  '(?:falls|wenn|sofern)\\s+(?:noch\\s+)?unbeantwortet',
].map(words);

// German puts the time in the middle: "falls er bis Freitag nicht antwortet".
const timeInTheMiddle = words(
  '((?:nur\\s+)?(?:falls|wenn|sofern)(?:\\s+(?:er|sie|es|sich|kunde|(?:der|die)\\s+\\p{L}+))*)\\s+((?:bis|in)\\s+[^,;]{1,40}?)(?=\\s+(?:sich|noch|nicht|niemand|keiner|keine)\\s)',
);

const untilAnswered = words(
  `(?:until|till|til|bis)\\s+(?:(?:${them}|zur|es|er|sie|jemand|eine?|an?|the|has|have|is|we\\s+get|wir|ich)\\s+){0,4}(?:${replied}|reply|response|antworten|antwortet|antwort(?:\\s+kommt|\\s+da\\s+ist)?|geantwortet\\s+(?:hat|wird|wurde)|geantwortet|beantwortet(?:\\s+(?:ist|wird|wurde))?|rückmeldung|meldet)`,
);

const units: readonly (readonly [string, Repeat['unit']])[] = [
  ['hours?|stunden?', 'hour'],
  ['working\\s?days?|business\\s?days?|work\\s?days?|weekdays?|arbeitstage?n?|werktage?n?', 'working-day'],
  ['days?|tage?n?', 'day'],
  ['weeks?|wochen?', 'week'],
  ['months?|monate?n?', 'month'],
];
const anyUnit = units.map(([names]) => names).join('|');

const every = words(
  `(?:every|each|alle|jede[nrsm]?)\\s+(?:(other|second|zweiten?|zweites|zweiter|${numberPattern})\\s+)?(${anyUnit})`,
);
const everyWeekday = (german: boolean): RegExp =>
  words(`(?:every|each|jede[nrsm]?)\\s+(${weekdayPattern(german)})`);
const adverbs: readonly (readonly [RegExp, Repeat['unit']])[] = [
  [words('hourly|stündlich'), 'hour'],
  [words('daily|täglich|taeglich'), 'day'],
  [words('weekly|wöchentlich|woechentlich'), 'week'],
  [words('monthly|monatlich'), 'month'],
];

const unitOf = (caught: string): Repeat['unit'] =>
  units.find(([names]) => new RegExp(`^(?:${names})$`, 'iu').test(caught))?.[1] ?? 'day';

const takeRepeat = (
  text: string,
  german: boolean,
): { readonly text: string; readonly repeat: Repeat | null } => {
  const caught = every.exec(text);
  if (caught !== null) {
    const [all, count, unit = ''] = caught;
    const alternate = count !== undefined && /^(?:other|second|zweit)/iu.test(count);
    const number = count === undefined ? 1 : Math.round(numberOf(count));
    const repeat = { every: Math.max(1, alternate ? 2 : number), unit: unitOf(unit) };
    return { text: text.replace(all, ' '), repeat };
  }
  const onWeekday = everyWeekday(german);
  if (onWeekday.test(text))
    return { text: text.replace(onWeekday, '$1'), repeat: { every: 1, unit: 'week' } };
  const adverb = adverbs.find(([pattern]) => pattern.test(text));
  if (adverb === undefined) return { text, repeat: null };
  const [pattern, unit] = adverb;
  return { text: text.replace(pattern, ' '), repeat: { every: 1, unit } };
};

/** Takes "if no reply" and "every two days until answered" out of a text, in English and German. */
export const takeConditions = (said: string, german: boolean): Conditions => {
  const inOrder = said.replace(timeInTheMiddle, '$2 $1');
  let text = inOrder.replace(untilAnswered, ' ');
  let ifNoReply = text !== inOrder;
  for (const pattern of noReply) {
    if (!pattern.test(text)) continue;
    text = text.replace(pattern, ' ');
    ifNoReply = true;
    break;
  }
  return { ...takeRepeat(text, german), ifNoReply };
};
