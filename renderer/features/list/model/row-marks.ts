import type { ConversationRow, View } from '#shared/contract/conversations.ts';
import type { MemberId } from '#shared/kit/brand.ts';

/** Lists where everything has the same owner, or none, so that saying so on each row would only be noise. */
const oneOwner: ReadonlySet<View> = new Set<View>(['unowned', 'member']);

/** What a list shows of a row beside its words; what the list itself says already is left out. */
export type RowMarks = {
  readonly owner: ConversationRow['owner'];
  readonly coveredFor: ConversationRow['coveredFor'];
  readonly hadBy: ConversationRow['hadBy'];
  readonly status: 'resolved' | 'done' | null;
  readonly draft: boolean;
  readonly snoozed: boolean;
  readonly followUp: ConversationRow['followUp'];
  /** An open check that is not the follow-up shown. */
  readonly check: boolean;
  readonly tags: readonly string[];
  /** How many tags stand behind the ones shown. */
  readonly moreTags: number;
};

/** As many tags as a row has room for: fewer where other marks stand beside them. */
const tagsShown = (row: ConversationRow): number =>
  row.followUp === null && row.coveredFor === null && row.snoozedUntil === null ? 2 : 1;

/** The marks of a row in a list; null as the view stands for a list of its own, such as what a search found. */
export const marksOf = (row: ConversationRow, view: View | null, me: MemberId | null): RowMarks => ({
  owner:
    row.owner === null || row.owner.id === me || (view !== null && oneOwner.has(view)) ? null : row.owner,
  coveredFor: row.coveredFor,
  hadBy: row.owner === null ? row.hadBy : null,
  status: row.status === 'resolved' ? 'resolved' : row.status === 'done' && view !== 'done' ? 'done' : null,
  draft: row.draft && view !== 'drafts',
  snoozed: row.snoozedUntil !== null && row.status === 'open',
  followUp: row.followUp,
  check: row.checks > 0 && row.followUp?.purpose !== 'check' && row.status !== 'resolved',
  tags: row.tags.slice(0, tagsShown(row)),
  moreTags: Math.max(0, row.tags.length - tagsShown(row)),
});
