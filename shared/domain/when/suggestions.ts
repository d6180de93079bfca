import { weekdayOfDay } from '../business-hours/schedule.ts';
import { addMonths } from './calendar.ts';
import { laterToday, momentOf } from './moment.ts';
import type { Here } from './moment.ts';

/** A time to choose from a menu; its words are `when.suggestion.<id>`. `at` is ms UTC. */
export type WhenSuggestion = {
  readonly id: 'later-today' | 'tomorrow-morning' | 'in-two-days' | 'next-week' | 'in-a-month';
  readonly at: number;
};

/** The usual times for a menu, soonest first; none that is over and none twice. Days begin at the start of the working day. */
export const whenSuggestions = (here: Here): readonly WhenSuggestion[] => {
  const moment = momentOf(here);
  const later = laterToday(moment);
  const morning = (id: WhenSuggestion['id'], day: number): WhenSuggestion => ({
    id,
    at: moment.at(day, moment.dayStart),
  });
  const all: readonly WhenSuggestion[] = [
    ...(later === null ? [] : [{ id: 'later-today', at: later } as const]),
    morning('tomorrow-morning', moment.today + 1),
    morning('in-two-days', moment.today + 2),
    morning('next-week', moment.today - weekdayOfDay(moment.today) + 7),
    morning('in-a-month', addMonths(moment.today, 1)),
  ];
  return all
    .filter(({ at }, index) => all.findIndex((other) => other.at === at) === index)
    .sort((one, other) => one.at - other.at);
};
