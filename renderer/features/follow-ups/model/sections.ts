import type { FollowUpRow } from '#shared/contract/ownership.ts';

/** The parts of the list, the most pressing first. */
const sections = ['due', 'today', 'tomorrow', 'week', 'later'] as const;
type Section = (typeof sections)[number];

/** A part with what belongs to it; parts without anything are left out. */
type Part = { readonly section: Section; readonly rows: readonly FollowUpRow[] };

/** The start of the local day that lies so many days after the one of `at`, in ms UTC. */
const dayStart = (at: number, days: number): number => {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
};

/** The days of a week from Monday on (ISO 8601) that are left after the day of `at`. */
const daysLeft = (at: number): number => (7 - new Date(at).getDay()) % 7;

/** Where something due at `dueAt` stands at `now` (ms UTC), by the calendar of this computer. A repeating one that came up is due as well. */
export const sectionOf = ({ dueAt, fellAt }: Pick<FollowUpRow, 'dueAt' | 'fellAt'>, now: number): Section => {
  if (dueAt <= now || (fellAt !== null && fellAt >= dueAt)) return 'due';
  if (dueAt < dayStart(now, 1)) return 'today';
  if (dueAt < dayStart(now, 2)) return 'tomorrow';
  return dueAt < dayStart(now, daysLeft(now) + 1) ? 'week' : 'later';
};

/** Rows in their parts; within each the one that is due first first, each once. */
export const partsOf = (rows: readonly FollowUpRow[], now: number): readonly Part[] => {
  const bySection = new Map<Section, FollowUpRow[]>();
  const seen = new Set<string>();
  for (const row of rows) {
    if (seen.has(row.id)) continue;
    seen.add(row.id);
    const section = sectionOf(row, now);
    bySection.set(section, [...(bySection.get(section) ?? []), row]);
  }
  return sections.flatMap((section) => {
    const found = bySection.get(section);
    return found === undefined ? [] : [{ section, rows: found }];
  });
};
