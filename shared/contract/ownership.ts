import * as v from 'valibot';
import type { FollowUp } from '../domain/conversation/follow-up.ts';
import type { Role } from '../domain/member.ts';
import type { ConversationId, FollowUpId, MemberId, NoteId } from '../kit/brand.ts';
import type { ConversationRow, MemberName } from './conversations.ts';
import { call } from './define.ts';
import type { Changed, Refused } from './refusals.ts';
import { newFollowUp } from './new-follow-up.ts';
import {
  conversationId,
  conversationIds,
  followUpId,
  line,
  memberId,
  messageId,
  pageCursor,
  pageSize,
  time,
  words,
} from './schemas.ts';

/** Somebody who answers customers in this workspace. Times are ms UTC. */
export type Member = {
  readonly id: MemberId;
  readonly name: string;
  readonly role: Role;
  readonly isMe: boolean;
  readonly away: { readonly until: number; readonly substitute: MemberName | null } | null;
  /** No longer part of the team; kept for the history. */
  readonly gone: boolean;
};

/** An open follow-up with the conversation that it is about. */
export type FollowUpRow = FollowUp & {
  readonly ownerName: string;
  readonly conversation: ConversationRow;
};

/** How one member stands, for leads. */
export type MemberLoad = {
  readonly member: Member;
  readonly open: number;
  readonly ourTurn: number;
  /** Since when their longest-waiting customer waits. */
  readonly waitingSince: number | null;
  /** Conversations past their target. */
  readonly overdue: number;
  readonly checks: number;
  readonly followUps: number;
  /** Promises and checks that are due by the end of today. */
  readonly dueToday: number;
  /** Has clearly more than the others who are there. */
  readonly overloaded: boolean;
};

const ids = v.strictObject({ ids: conversationIds });

/** Everything about who has a conversation and what was promised. */
export const ownershipCalls = {
  'member.list': call(v.strictObject({})).answers<{ readonly members: readonly Member[] }>(),
  /** One's own absence; a lead sets it for others. `until: null` is back at work: what was covered returns. */
  'member.away': call(
    v.strictObject({ member: memberId, until: v.nullable(time), substitute: v.nullable(memberId) }),
  )
    .answers<{ readonly covered: number; readonly returned: number }>()
    .refuses<{ readonly kind: 'leads-only' } | { readonly kind: 'member-gone' }>(),

  'conversation.claim': call(ids).answers<Changed>(),
  'conversation.assign': call(
    v.strictObject({ ids: conversationIds, to: v.nullable(memberId), note: words }),
  ).answers<Changed>(),
  /** `checkAt: null` is three working days from now; `returnAt` brings it back if nobody took it up by then. */
  'conversation.transfer': call(
    v.strictObject({
      ids: conversationIds,
      to: memberId,
      reason: words,
      checkAt: v.nullable(time),
      returnAt: v.nullable(time),
    }),
  ).answers<Changed>(),
  'conversation.snooze': call(v.strictObject({ ids: conversationIds, until: time })).answers<Changed>(),
  'conversation.wake': call(ids).answers<Changed>(),
  'conversation.tag': call(
    v.strictObject({
      ids: conversationIds,
      add: v.pipe(v.array(v.pipe(line, v.maxLength(60))), v.maxLength(50)),
      remove: v.pipe(v.array(v.pipe(line, v.maxLength(60))), v.maxLength(50)),
    }),
  ).answers<Changed>(),
  /** Makes one of several; the oldest survives. */
  'conversation.merge': call(
    v.strictObject({ ids: v.pipe(v.array(conversationId), v.minLength(2), v.maxLength(50)) }),
  )
    .answers<{ readonly conversation: ConversationId; readonly undo: string }>()
    .refuses<{ readonly kind: 'conversation-gone'; readonly mergedInto: ConversationId | null }>(),
  /** Gives some messages a conversation of their own, with the same owner. */
  'conversation.split': call(
    v.strictObject({
      id: conversationId,
      messages: v.pipe(v.array(messageId), v.minLength(1), v.maxLength(1_000)),
    }),
  )
    .answers<{ readonly conversation: ConversationId; readonly undo: string }>()
    .refuses<
      | { readonly kind: 'conversation-gone'; readonly mergedInto: ConversationId | null }
      | { readonly kind: 'nothing-left' }
    >(),
  'tag.list': call(v.strictObject({})).answers<{
    readonly tags: readonly { readonly tag: string; readonly n: number }[];
  }>(),

  'note.add': call(
    v.strictObject({
      conversation: conversationId,
      text: words,
      mentions: v.pipe(v.array(memberId), v.maxLength(100)),
    }),
  )
    .answers<{ readonly note: NoteId }>()
    .refuses<Refused>(),

  'follow-up.promise': call(v.strictObject({ conversation: conversationId, followUp: newFollowUp }))
    .answers<{ readonly id: FollowUpId; readonly undo: string }>()
    .refuses<Refused>(),
  /** Puts it off; it comes up again then. */
  'follow-up.move': call(v.strictObject({ id: followUpId, dueAt: time }))
    .answers<{ readonly undo: string }>()
    .refuses<Refused>(),
  'follow-up.keep': call(v.strictObject({ id: followUpId }))
    .answers<{ readonly undo: string }>()
    .refuses<Refused>(),
  'follow-up.cancel': call(v.strictObject({ id: followUpId }))
    .answers<{ readonly undo: string }>()
    .refuses<Refused>(),
  /** Open follow-ups, the one that is due first first: mine, one member's, everybody's, or those of a conversation. */
  'follow-up.list': call(
    v.strictObject({
      of: v.variant('kind', [
        v.strictObject({ kind: v.literal('mine') }),
        v.strictObject({ kind: v.literal('member'), member: memberId }),
        v.strictObject({ kind: v.literal('everybody') }),
        v.strictObject({ kind: v.literal('conversation'), conversation: conversationId }),
      ]),
      after: pageCursor,
      limit: pageSize,
    }),
  ).answers<{ readonly rows: readonly FollowUpRow[]; readonly next: string | null }>(),
  'follow-up.counts': call(v.strictObject({})).answers<{
    readonly mine: number;
    readonly due: number;
    /** Came up while the application was off or asleep and not dealt with yet. */
    readonly missed: number;
  }>(),
  /** One's own that came up while the application was off or asleep, the one that was due first first. */
  'follow-up.missed': call(v.strictObject({ after: pageCursor, limit: pageSize })).answers<{
    readonly rows: readonly FollowUpRow[];
    readonly next: string | null;
  }>(),
  /** Seen: they are no longer counted as missed, and stay open. */
  'follow-up.dismissMissed': call(v.strictObject({})).answers<{ readonly done: number }>(),

  'check.confirm': call(
    v.strictObject({
      id: followUpId,
      how: v.picklist(['customer-confirmed', 'customer-words']),
      message: v.nullable(messageId),
    }),
  )
    .answers<{ readonly undo: string }>()
    .refuses<Refused>(),
  'check.waive': call(v.strictObject({ id: followUpId, reason: words }))
    .answers<{ readonly undo: string }>()
    .refuses<Refused>(),

  'team.overview': call(v.strictObject({})).answers<{ readonly members: readonly MemberLoad[] }>(),
} as const;
