import type { MemberLoad } from '#shared/contract/ownership.ts';

/** The columns of the team's table, in their order. */
export const columns = ['open', 'our-turn', 'waiting', 'overdue', 'due-today', 'checks'] as const;
export type Column = (typeof columns)[number];

/** By what the table is sorted; `most` puts first whoever has most of it, or has kept somebody waiting longest. */
export type Sorting = { readonly by: Column | 'member'; readonly most: boolean };

/** Whose customer has waited longest comes first. */
export const usualSorting: Sorting = { by: 'waiting', most: true };

/** How much of a column somebody has; who keeps nobody waiting has least of that. */
const amountOf = (load: MemberLoad, column: Column): number => {
  switch (column) {
    case 'open':
      return load.open;
    case 'our-turn':
      return load.ourTurn;
    case 'waiting':
      return load.waitingSince === null ? Number.NEGATIVE_INFINITY : -load.waitingSince;
    case 'overdue':
      return load.overdue;
    case 'due-today':
      return load.dueToday;
    case 'checks':
      return load.checks;
  }
};

const byName = (one: MemberLoad, other: MemberLoad, locale: string): number =>
  one.member.name.localeCompare(other.member.name, locale) || (one.member.id < other.member.id ? -1 : 1);

/** The rows in order; names decide between equals. */
export const sorted = (
  loads: readonly MemberLoad[],
  { by, most }: Sorting,
  locale: string,
): readonly MemberLoad[] =>
  [...loads].sort((one, other) => {
    if (by === 'member') return most ? byName(other, one, locale) : byName(one, other, locale);
    const [a, b] = [amountOf(one, by), amountOf(other, by)];
    if (a === b) return byName(one, other, locale);
    return a > b === most ? -1 : 1;
  });

/** What a press on a column's head makes of the sorting: that column, most first; names from A; pressed again the other way round. */
export const pressed = (before: Sorting, by: Sorting['by']): Sorting =>
  before.by === by ? { by, most: !before.most } : { by, most: by !== 'member' };
