import { assertNever } from '../../kit/assert-never.ts';
import { answered, heard, together } from '../waiting/waiting.ts';
import type { ConversationEvent } from './events.ts';
import { unopened } from './state.ts';
import type { ConversationState } from './state.ts';

/** An event with the facts of the log that the state depends on; `at` is ms UTC. */
export type Happened = { readonly event: ConversationEvent; readonly at: number };

/** What `conversation.absorbed` takes over: the other conversation as it was when it was merged. */
export type StateOf = (id: string) => ConversationState;

const absorbNothing: StateOf = () => unopened;

/** The state after one more event. Pure; a replay of the log gives the rows of the store. */
export const evolve = (
  before: ConversationState,
  { event, at }: Happened,
  stateOf: StateOf = absorbNothing,
): ConversationState => {
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
    case 'conversation.claimed':
      return { ...state, owner: event.by };
    case 'conversation.resolved':
      return { ...state, status: 'done' };
    case 'conversation.reopened':
      return { ...state, status: 'open' };
    case 'conversation.merged':
      return { ...state, status: 'merged', mergedInto: event.into };
    case 'conversation.absorbed':
      return absorb(state, stateOf(event.from));
    case 'reply.queued':
      return { ...state, spokenRev: rev };
    case 'conversation.opened':
    case 'reply.withdrawn':
    case 'reply.failed':
    case 'reply.uncertain':
      return state;
    default:
      return assertNever(event);
  }
};

/** What was open on either side stays open, and an owner is not lost. */
const absorb = (state: ConversationState, other: ConversationState): ConversationState => ({
  ...state,
  status: state.status === 'open' || other.status === 'open' ? 'open' : state.status,
  owner: state.owner ?? other.owner,
  waiting: together(state.waiting, other.waiting),
  spokenRev: state.rev,
});
