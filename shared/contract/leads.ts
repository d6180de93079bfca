import * as v from 'valibot';
import type { Reason } from '../domain/balance/suggest.ts';
import type { ConversationId, MemberId } from '../kit/brand.ts';
import type { ConversationRow, MemberName } from './conversations.ts';
import { call } from './define.ts';
import type { Changed } from './refusals.ts';
import { conversationId, conversationIds, memberId, words } from './schemas.ts';

/** Somebody who could have conversations, and why. */
export type SuggestedMember = { readonly member: MemberName; readonly reasons: readonly Reason[] };

/** A conversation that would go to somebody, and why to them. */
export type PlannedMove = {
  readonly conversation: ConversationRow;
  readonly to: MemberName;
  readonly reasons: readonly Reason[];
};

/** How a member stands before a plan and would stand after it: open conversations, and those in which a customer waits. */
export type Share = {
  readonly member: MemberName;
  readonly there: boolean;
  readonly before: { readonly open: number; readonly waiting: number };
  readonly after: { readonly open: number; readonly waiting: number };
};

/** What a plan is about to do. */
export type BalancePlan = {
  /** The first of them, in the order of the plan; a lead may send each elsewhere. */
  readonly moves: readonly PlannedMove[];
  /** How many there are altogether. */
  readonly total: number;
  readonly shares: readonly Share[];
};

/** What a hand-over of everything a member has is about to do. */
export type HandOverPreview = BalancePlan & {
  readonly open: number;
  /** Promises and return timers, which go along. */
  readonly followUps: number;
  readonly checks: number;
  /** Checks that stay with the giver although they were to be given: nobody checks on themselves. */
  readonly checksKept: number;
  /** What a substitute answers meanwhile; it stays there and comes back with the member. */
  readonly covered: number;
};

/** As many moves as a preview shows and an edited plan names; the rest follows the suggestion. */
export const mostEdited = 200;

const move = v.strictObject({ conversation: conversationId, to: memberId });
const edits = v.pipe(v.array(move), v.maxLength(mostEdited));

/** To whom everything goes: to one member, or spread by the suggestion with what a lead changed in it. */
const receiver = v.variant('kind', [
  v.strictObject({ kind: v.literal('one'), member: memberId }),
  v.strictObject({ kind: v.literal('spread'), edits }),
]);

type LeadsOnly = { readonly kind: 'leads-only' };
type Nobody = LeadsOnly | { readonly kind: 'member-gone' } | { readonly kind: 'nobody-there' };

/** How leads spread the work; everything here is a suggestion until somebody accepts it. */
export const leadCalls = {
  /** Who could have these conversations, the best first, three at most. */
  'balance.suggest': call(v.strictObject({ ids: conversationIds })).answers<{
    readonly suggestions: readonly SuggestedMember[];
  }>(),
  /** What a member who has too much could give away, and to whom; no moves where they do not have too much. */
  'balance.plan': call(v.strictObject({ member: memberId }))
    .answers<BalancePlan>()
    .refuses<LeadsOnly>(),
  /** Does an edited plan in one step, under one undo key. What somebody else took meanwhile is left with them. */
  'balance.accept': call(
    v.strictObject({
      member: memberId,
      moves: v.pipe(
        v.array(v.strictObject({ conversation: conversationId, to: memberId })),
        v.minLength(1),
        v.maxLength(mostEdited),
      ),
      note: words,
    }),
  )
    .answers<Changed>()
    .refuses<LeadsOnly>(),
  /** What `hand-over.accept` would do; `checks` null leaves them with the giver. */
  'hand-over.preview': call(v.strictObject({ member: memberId, to: receiver, checks: v.nullable(memberId) }))
    .answers<HandOverPreview>()
    .refuses<Nobody>(),
  /** Hands over everything a member has: open conversations, promises and, if wanted, checks; one undo for all of it. */
  'hand-over.accept': call(
    v.strictObject({ member: memberId, to: receiver, checks: v.nullable(memberId), note: words }),
  )
    .answers<HandedOver>()
    .refuses<Nobody>(),
} as const;

/** What a hand-over came to. */
export type HandedOver = {
  readonly conversations: number;
  readonly followUps: number;
  readonly checks: number;
  /** Checks that stay with the giver. */
  readonly checksKept: number;
  /** The key for `conversation.undo`, which takes all of it back. */
  readonly undo: string;
};

/** To whom everything goes, as the calls take it. */
export type Receiver =
  | { readonly kind: 'one'; readonly member: MemberId }
  | {
      readonly kind: 'spread';
      readonly edits: readonly { readonly conversation: ConversationId; readonly to: MemberId }[];
    };
