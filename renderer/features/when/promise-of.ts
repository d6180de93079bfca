import type { NewFollowUp } from '#shared/contract/new-follow-up.ts';
import type { ChosenWhen } from './WhenPicker.tsx';

const hourMs = 3_600_000;

/** Repeats are kept as lengths, in ms, so a month is thirty days. */
const unitMs = {
  hour: hourMs,
  day: 24 * hourMs,
  'working-day': 24 * hourMs,
  week: 7 * 24 * hourMs,
  month: 30 * 24 * hourMs,
} as const;

/** A promise for a chosen time; what was written beside the time says what for where nothing else does. */
export const promiseOf = ({ at, ifNoReply, repeat, rest }: ChosenWhen, why: string): NewFollowUp => ({
  dueAt: at,
  ifNoReply,
  every: repeat === null ? null : repeat.every * unitMs[repeat.unit],
  why: why.trim() === '' ? rest.trim() : why.trim(),
});
