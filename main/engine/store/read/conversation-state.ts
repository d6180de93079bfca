import * as v from 'valibot';
import type { FollowUp } from '#shared/domain/conversation/follow-up.ts';
import type { OpenReview } from '#shared/domain/conversation/review.ts';
import type { ConversationState, ConversationStatus } from '#shared/domain/conversation/state.ts';
import type { ConversationId, FollowUpId, MemberId, ReviewId } from '#shared/kit/brand.ts';

/** The columns of a conversation that its events decide. */
export type StateRow = {
  readonly rev: number;
  readonly status: ConversationStatus;
  readonly owner_id: MemberId | null;
  readonly covered_for: MemberId | null;
  readonly had_by: MemberId | null;
  readonly snoozed_until: number | null;
  readonly follow_ups: string;
  readonly tags: string;
  readonly reviews: string;
  readonly answered_at: number | null;
  readonly unanswered: string;
  readonly spoken_rev: number;
  readonly merged_into: ConversationId | null;
};

/** What to select for a StateRow. */
export const stateColumns = `rev, status, owner_id, covered_for, had_by, snoozed_until, follow_ups, tags, answered_at,
  unanswered, spoken_rev, merged_into, reviews`;

/** Times kept as JSON by us alone; anything else in the column is damage, which `verify` reports. */
const timesOf = (json: string): readonly number[] => {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter((time) => typeof time === 'number') : [];
};

const followUps = v.array(
  v.object({
    id: v.string(),
    owner: v.string(),
    dueAt: v.number(),
    purpose: v.picklist(['promise', 'check', 'return']),
    ifNoReply: v.boolean(),
    every: v.nullable(v.number()),
    why: v.string(),
    fellAt: v.nullable(v.number()),
  }),
);

/** Open follow-ups as their column holds them. */
export const followUpsOf = (json: string): readonly FollowUp[] =>
  // Nearly every conversation has none, and this is read for each message of an import.
  json === '[]'
    ? []
    : v.parse(followUps, JSON.parse(json)).map((one) => ({
        ...one,
        id: one.id as FollowUpId,
        owner: one.owner as MemberId,
      }));

/** Tags as their column holds them. */
export const tagsOf = (json: string): readonly string[] =>
  json === '[]' ? [] : v.parse(v.array(v.string()), JSON.parse(json));

const openReviews = v.array(v.object({ id: v.string(), by: v.string(), of: v.array(v.string()) }));

/** Open reviews as their column holds them. */
export const reviewsOf = (json: string): readonly OpenReview[] =>
  json === '[]'
    ? []
    : v.parse(openReviews, JSON.parse(json)).map(({ id, by, of }) => ({
        id: id as ReviewId,
        by: by as MemberId,
        of: of.map((one) => one as MemberId),
      }));

/** The state that a row stands for. */
export const stateOfRow = (row: StateRow): ConversationState => ({
  rev: row.rev,
  status: row.status,
  owner: row.owner_id,
  coveredFor: row.covered_for,
  hadBy: row.had_by,
  snoozedUntil: row.snoozed_until,
  followUps: followUpsOf(row.follow_ups),
  reviews: reviewsOf(row.reviews),
  tags: tagsOf(row.tags),
  waiting: { answeredAt: row.answered_at, unanswered: timesOf(row.unanswered) },
  spokenRev: row.spoken_rev,
  mergedInto: row.merged_into,
});
