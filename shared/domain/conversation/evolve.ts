import { assertNever } from '../../kit/assert-never.ts';
import type { FollowUpId, MemberId } from '../../kit/brand.ts';
import { answered, heard, together } from '../waiting/waiting.ts';
import type { ConversationEvent } from './events.ts';
import type { FollowUp } from './follow-up.ts';
import { openChecks, unopened } from './state.ts';
import type { ConversationState } from './state.ts';

/** An event with the facts of the log that the state depends on; `at` is ms UTC. */
export type Happened = { readonly event: ConversationEvent; readonly at: number };

/** What an event may look up beside the state before it: other conversations, and this one's own past. */
export type Past = {
  /** Another conversation as it was after a revision of its own. */
  readonly other: (id: string, rev: number) => ConversationState;
  /** This conversation as it was after a revision. */
  readonly after: (rev: number) => ConversationState;
  /** This conversation's own log told again without some of its events. */
  readonly without: (leftOut: (event: ConversationEvent) => boolean) => ConversationState;
};

const noPast: Past = { other: () => unopened, after: () => unopened, without: () => unopened };

/** The state after one more event. Pure; a replay of the log gives the rows of the store. */
export const evolve = (before: ConversationState, happened: Happened, past: Past = noPast): ConversationState => {
  const rev = before.rev + 1;
  const { event, at } = happened;
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
      // Its promises live on in the one that took it over.
      return { ...state, status: 'merged', mergedInto: event.into, followUps: [] };
    case 'conversation.absorbed':
      return absorb(state, past.other(event.from, event.rev));
    case 'conversation.restored':
      return { ...past.without((told) => told.kind === 'conversation.merged'), rev };
    case 'conversation.released':
      return released(state, event.to, past);
    case 'conversation.split':
      return withoutMessages(state, event.messages, past);
    case 'conversation.undone':
      return { ...past.after(event.back), rev };
    case 'tag.added':
      return { ...state, tags: [...new Set([...state.tags, event.tag])].sort() };
    case 'tag.removed':
      return { ...state, tags: state.tags.filter((tag) => tag !== event.tag) };
    case 'follow-up.promised':
    case 'follow-up.moved':
    case 'follow-up.fell-due':
    case 'follow-up.kept':
    case 'follow-up.cancelled':
    case 'check.confirmed':
    case 'check.waived':
      return { ...state, followUps: promises(state.followUps, event, at) };
    case 'conversation.opened':
    case 'note.added':
    case 'reply.withdrawn':
    case 'reply.failed':
    case 'reply.uncertain':
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
      const { kind, ...promised } = event;
      return [...all, { ...promised, fellAt: null }];
    }
    case 'follow-up.moved':
      return changed(all, event.id, (one) => ({ ...one, dueAt: event.dueAt, fellAt: null }));
    case 'follow-up.fell-due':
      return changed(all, event.id, (one) => ({ ...one, fellAt: at, dueAt: event.next ?? one.dueAt }));
    case 'follow-up.kept':
    case 'follow-up.cancelled':
    case 'check.confirmed':
    case 'check.waived':
      return all.filter((one) => one.id !== event.id);
    default:
      return assertNever(event);
  }
};

/** What was open on either side stays open, and an owner is not lost. */
const absorb = (state: ConversationState, other: ConversationState): ConversationState => {
  const followUps = [...state.followUps, ...other.followUps];
  const checks = followUps.some(({ purpose }) => purpose === 'check');
  const open = state.status === 'open' || other.status === 'open';
  return {
    ...state,
    status: open ? 'open' : checks ? 'resolved' : state.status,
    owner: state.owner ?? other.owner,
    coveredFor: state.owner === null ? other.coveredFor : state.coveredFor,
    hadBy: state.owner === null && other.owner === null ? (state.hadBy ?? other.hadBy) : null,
    snoozedUntil:
      state.snoozedUntil === null || other.snoozedUntil === null
        ? null
        : Math.min(state.snoozedUntil, other.snoozedUntil),
    followUps,
    tags: [...new Set([...state.tags, ...other.tags])].sort(),
    waiting: together(state.waiting, other.waiting),
    spokenRev: state.rev,
  };
};

/** As if the other had never been absorbed; what happened here since stays. */
const released = (state: ConversationState, to: string, past: Past): ConversationState => {
  const own = past.without((event) => event.kind === 'conversation.absorbed' && event.from === to);
  return { ...own, rev: state.rev, spokenRev: state.rev };
};

/** The waiting without what left; everything else stays as it is. */
const withoutMessages = (
  state: ConversationState,
  messages: readonly string[],
  past: Past,
): ConversationState => {
  const left = new Set<string>(messages);
  const rest = past.without((event) => {
    switch (event.kind) {
      case 'message.received':
      case 'message.answered':
      case 'reply.sent':
      case 'reply.bounced':
        return left.has(event.message);
      default:
        return false;
    }
  });
  return { ...state, waiting: rest.waiting, spokenRev: state.rev };
};
