import type { ConversationEvent } from './events.ts';
import { absorbing, ordinary } from './evolve.ts';
import type { Happened } from './evolve.ts';
import { unopened } from './state.ts';
import type { ConversationState } from './state.ts';

/** An event with its place in the log of its conversation. */
export type Logged = Happened & { readonly rev: number };

/** Messages that have left: what the log tells of them does not count. */
export type Gone = ReadonlySet<string>;

/** Nothing has left. */
export const nothingGone: Gone = new Set();

/** Another conversation as it was after a revision of its own, without messages that have left since. */
export type Other = (id: string, rev: number, gone: Gone) => ConversationState;

/** An event that still counts, with the messages that had left by the end of the log. */
type Standing = { readonly logged: Logged; readonly gone: Gone };

const isAbout = (event: ConversationEvent, gone: Gone): boolean =>
  'message' in event &&
  event.message !== null &&
  (event.kind.startsWith('message.') || event.kind.startsWith('reply.')) &&
  gone.has(event.message);

/**
 * Which events of a log still count, found from its end backwards: what was taken back later, and messages that left
 * later, are passed over. One pass, so that a hundred merges and undos cost no more than a hundred other events.
 */
const standing = (log: readonly Logged[], goneBefore: Gone): readonly Standing[] => {
  const kept: Standing[] = [];
  const released = new Set<string>();
  const rejoined = new Set<string>();
  let gone = goneBefore;
  let restored = 0;
  let back = Number.MAX_SAFE_INTEGER;
  const counts = ({ event, rev }: Logged): boolean => {
    if (rev > back) return false;
    switch (event.kind) {
      case 'conversation.undone':
        back = event.back;
        return false;
      case 'conversation.restored':
        gone = new Set([...gone, ...event.messages]);
        restored += 1;
        return false;
      case 'conversation.merged':
        if (restored === 0) return true;
        restored -= 1;
        return false;
      case 'conversation.released':
        gone = new Set([...gone, ...event.messages]);
        released.add(event.to);
        return true;
      case 'conversation.absorbed':
        return !released.delete(event.from);
      case 'conversation.rejoined':
        rejoined.add(event.from);
        return true;
      case 'conversation.split':
        if (rejoined.delete(event.into)) return false;
        gone = new Set([...gone, ...event.messages]);
        return true;
      default:
        return !isAbout(event, gone);
    }
  };
  for (const logged of log.toReversed()) if (counts(logged)) kept.push({ logged, gone });
  return kept.reverse();
};

/** Tells a whole log: the state after it. `gone` are messages that left for elsewhere after its end. */
export const retell = (log: readonly Logged[], other: Other, gone: Gone = nothingGone): ConversationState => {
  let state = unopened;
  for (const { logged, gone: left } of standing(log, gone)) {
    const { event, rev } = logged;
    const before = { ...state, rev: rev - 1 };
    state =
      event.kind === 'conversation.absorbed'
        ? absorbing(before, other(event.from, event.rev, left))
        : ordinary(before, logged);
  }
  return { ...state, rev: log.at(-1)?.rev ?? 0 };
};
