import { assertNever } from '../../kit/assert-never.ts';
import type { FollowUpId, MemberId } from '../../kit/brand.ts';
import { answered, heard, together } from '../waiting/waiting.ts';
import type { ConversationEvent } from './events.ts';
import type { FollowUp } from './follow-up.ts';
import { openChecks } from './state.ts';
import type { ConversationState } from './state.ts';

/** An event with the facts of the log that the state depends on; `at` is ms UTC. */
export type Happened = { readonly event: ConversationEvent; readonly at: number };

/** What an event may look up beside the state before it. */
export type Past = {
  /** Another conversation as it was after a revision of its own. */
  readonly other: (id: string, rev: number) => ConversationState;
  /** This conversation told anew with an event that takes something back (see `retell`). */
  readonly retold: (happened: Happened) => ConversationState;
};

/** The state after one more event. Pure; a replay of the log gives the rows of the store. */
export const evolve = (before: ConversationState, happened: Happened, past: Past): ConversationState => {
  const { event } = happened;
  switch (event.kind) {
    case 'conversation.absorbed':
      return absorbing(before, past.other(event.from, event.rev));
    case 'conversation.restored':
    case 'conversation.released':
    case 'conversation.split':
    case 'conversation.rejoined':
    case 'conversation.undone':
      return past.retold(happened);
    default:
      return ordinary(before, happened);
  }
};

/** The state after an event that takes nothing back and looks at no other conversation. */
export const ordinary = (before: ConversationState, { event, at }: Happened): ConversationState => {
  const rev = before.rev + 1;
  const state = { ...before, rev };
  switch (event.kind) {
    case 'message.received':
      return event.automatic ? state : { ...state, spokenRev: rev, waiting: heard(state.waiting, at) };
    case 'message.answered':
      return event.automatic ? state : { ...state, spokenRev: rev, waiting: answered(state.waiting, at) };
    case 'reply.sent':
      return { ...state, waiting: answered(state.waiting, event.writtenAt) };
    case 'reply.bounced':
      // The customer never got the answer, so they still wait.
      return { ...state, waiting: heard(state.waiting, at) };
    case 'reply.queued':
      return { ...state, spokenRev: rev };
    case 'conversation.claimed':
      return owned(state, event.by);
    case 'conversation.assigned':
    case 'conversation.transferred':
    case 'conversation.returned':
    case 'conversation.given-back':
      return owned(state, event.to);
    case 'conversation.covered':
      return { ...state, owner: event.to, coveredFor: state.coveredFor ?? event.from };
    case 'conversation.orphaned':
      return { ...state, owner: null, coveredFor: null, hadBy: event.from };
    case 'conversation.resolved':
      return { ...state, status: openChecks(state).length > 0 ? 'resolved' : 'done', snoozedUntil: null };
    case 'conversation.closed':
      return { ...state, status: 'done' };
    case 'conversation.reopened':
      return { ...state, status: 'open' };
    case 'conversation.snoozed':
      return { ...state, snoozedUntil: event.until };
    case 'conversation.woken':
      return { ...state, snoozedUntil: null };
    case 'conversation.merged':
      // Its promises, reviews and tags live on in the one that took it over.
      return { ...state, status: 'merged', mergedInto: event.into, followUps: [], reviews: [], tags: [] };
    case 'conversation.released':
    case 'conversation.split':
    case 'conversation.rejoined':
      // Who looks at what was here before must look again.
      return { ...state, spokenRev: rev };
    case 'tag.added':
      return { ...state, tags: [...new Set([...state.tags, event.tag])].sort() };
    case 'tag.removed':
      return { ...state, tags: state.tags.filter((tag) => tag !== event.tag) };
    case 'follow-up.promised':
    case 'follow-up.moved':
    case 'follow-up.fell-due':
    case 'follow-up.given':
    case 'follow-up.kept':
    case 'follow-up.cancelled':
    case 'check.confirmed':
    case 'check.waived':
      return { ...state, followUps: promises(state.followUps, event, at) };
    case 'review.asked': {
      const { review: id, by, of } = event;
      return { ...state, reviews: [...state.reviews, { id, by, of }] };
    }
    case 'review.ended':
      return { ...state, reviews: state.reviews.filter(({ id }) => id !== event.review) };
    case 'conversation.opened':
    case 'conversation.absorbed':
    case 'conversation.restored':
    case 'conversation.undone':
    case 'note.added':
    case 'review.given':
    case 'reply.withdrawn':
    case 'reply.failed':
    case 'reply.uncertain':
    case 'contact.named':
      return state;
    default:
      return assertNever(event);
  }
};

const owned = (state: ConversationState, owner: MemberId | null): ConversationState => ({
  ...state,
  owner,
  coveredFor: null,
  hadBy: owner === null ? (state.owner ?? state.hadBy) : null,
});

type OfFollowUp = Extract<ConversationEvent, { readonly kind: `follow-up.${string}` | `check.${string}` }>;

const changed = (
  all: readonly FollowUp[],
  id: FollowUpId,
  change: (one: FollowUp) => FollowUp,
): readonly FollowUp[] => all.map((one) => (one.id === id ? change(one) : one));

const promises = (all: readonly FollowUp[], event: OfFollowUp, at: number): readonly FollowUp[] => {
  switch (event.kind) {
    case 'follow-up.promised': {
      const { id, owner, dueAt, purpose, ifNoReply, every, why } = event;
      return [...all, { id, owner, dueAt, purpose, ifNoReply, every, why, fellAt: null }];
    }
    case 'follow-up.moved':
      return changed(all, event.id, (one) => ({ ...one, dueAt: event.dueAt, fellAt: null }));
    case 'follow-up.fell-due':
      return changed(all, event.id, (one) => ({ ...one, fellAt: at, dueAt: event.next ?? one.dueAt }));
    case 'follow-up.given':
      return changed(all, event.id, (one) => ({ ...one, owner: event.to }));
    case 'follow-up.kept':
    case 'follow-up.cancelled':
    case 'check.confirmed':
    case 'check.waived':
      return all.filter((one) => one.id !== event.id);
    default:
      return assertNever(event);
  }
};

/** Asleep only if all of it that is open is: until the first of them wakes. */
const sleepOf = (open: readonly ConversationState[]): number | null => {
  const times = open.map(({ snoozedUntil }) => snoozedUntil).filter((until) => until !== null);
  return times.length === 0 || times.length < open.length ? null : Math.min(...times);
};

/** The state after it has taken over another: what was open on either side stays open, and an owner is not lost. */
export const absorbing = (before: ConversationState, other: ConversationState): ConversationState => {
  const rev = before.rev + 1;
  const followUps = [...before.followUps, ...other.followUps];
  const open = [before, other].filter(({ status }) => status === 'open');
  const checks = followUps.some(({ purpose }) => purpose === 'check');
  return {
    ...before,
    rev,
    status: open.length > 0 ? 'open' : checks ? 'resolved' : before.status,
    owner: before.owner ?? other.owner,
    coveredFor: before.owner === null ? other.coveredFor : before.coveredFor,
    hadBy: before.owner === null && other.owner === null ? (before.hadBy ?? other.hadBy) : null,
    snoozedUntil: sleepOf(open),
    followUps,
    reviews: [...before.reviews, ...other.reviews],
    tags: [...new Set([...before.tags, ...other.tags])].sort(),
    waiting: together(before.waiting, other.waiting),
    spokenRev: rev,
  };
};
