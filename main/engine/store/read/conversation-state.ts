import type { ConversationState, ConversationStatus } from '#shared/domain/conversation/state.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';

/** The columns of a conversation that its events decide. */
export type StateRow = {
  readonly rev: number;
  readonly status: ConversationStatus;
  readonly owner_id: MemberId | null;
  readonly answered_at: number | null;
  readonly unanswered: string;
  readonly spoken_rev: number;
  readonly merged_into: ConversationId | null;
};

/** Times kept as JSON by us alone; anything else in the column is damage, which `verify` reports. */
const timesOf = (json: string): readonly number[] => {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter((time) => typeof time === 'number') : [];
};

/** The state that a row stands for. */
export const stateOfRow = (row: StateRow): ConversationState => ({
  rev: row.rev,
  status: row.status,
  owner: row.owner_id,
  waiting: { answeredAt: row.answered_at, unanswered: timesOf(row.unanswered) },
  spokenRev: row.spoken_rev,
  mergedInto: row.merged_into,
});
