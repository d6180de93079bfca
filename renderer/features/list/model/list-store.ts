import type { EngineClient } from '#renderer/engine-client/index.ts';
import type { ListQuery } from '#shared/contract/conversations.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import {
  askedBy,
  counted,
  elsewhere,
  grownOld,
  movedBy,
  noPages,
  received,
  trimmed,
  wishes,
  type Pages,
  type Wish,
} from './paging.ts';

/** A list as the screen shows it. */
export type ListSnapshot = { readonly list: Pages; readonly failure: { readonly kind: string } | null };

/** One list that fetches what is on screen and lets go of the rest. */
export type ListStore = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly snapshot: () => ListSnapshot;
  /** Says which rows are on screen. */
  readonly show: (first: number, last: number) => void;
  /** Says how many rows there are by the engine's counts; null where nobody counts them. */
  readonly count: (total: number | null) => void;
  /** Something changed: what is on screen is fetched again. */
  readonly refresh: () => void;
  /** Keeps a conversation in its place while it is read, even if it no longer belongs to this list. */
  readonly hold: (id: ConversationId | null) => void;
};

/** The shortest time between two refreshes, in ms: an import tells of changes far more often than anybody reads. */
const refreshPause = 200;

/** Makes a store for one queue. Nothing is fetched before `show`. */
export const createListStore = (client: EngineClient, query: ListQuery): ListStore => {
  let state: ListSnapshot = { list: noPages, failure: null };
  let shown = { first: 0, last: 0 };
  let held: ConversationId | null = null;
  let pause: ReturnType<typeof setTimeout> | null = null;
  let again = false;
  const underWay = new Set<string>();
  const listeners = new Set<() => void>();

  const become = (next: ListSnapshot): void => {
    state = next;
    for (const listener of listeners) listener();
  };

  /** The screen goes with its rows, and says so only after it was drawn. */
  const follow = (list: Pages): void => {
    const moved = movedBy(state.list, list, shown.first);
    shown = { first: shown.first + moved, last: shown.last + moved };
  };

  /** One answer at a time begins the list anew: while the scroll bar is dragged, the places in between are left out. */
  const nameOf = (wish: Wish): string => {
    if (wish.kind === 'place') return 'place';
    return `${wish.version} ${wish.kind} ${(wish.kind === 'page' ? wish.after : wish.until) ?? ''}`;
  };

  const fetchPage = async (wish: Wish): Promise<void> => {
    const name = nameOf(wish);
    if (underWay.has(name)) return;
    underWay.add(name);
    const answer = await client.call('conversation.list', { query, ...askedBy(state.list, wish) });
    underWay.delete(name);
    if (!answer.ok) {
      become({ ...state, failure: answer.failure });
      return;
    }
    // Who has come back meanwhile to what is known stays there.
    const late = wish.kind === 'place' && elsewhere(state.list, shown.first, shown.last) === null;
    const list = late ? state.list : received(state.list, wish, answer.value, held);
    follow(list);
    become({ list: trimmed(list, shown.first, shown.last), failure: null });
    fetchWished();
  };

  const fetchWished = (): void => {
    for (const wish of wishes(state.list, shown.first, shown.last)) void fetchPage(wish);
  };

  const refresh = (): void => {
    if (pause !== null) {
      again = true;
      return;
    }
    state = { ...state, list: grownOld(state.list) };
    fetchWished();
    pause = setTimeout(() => {
      pause = null;
      if (again) {
        again = false;
        refresh();
      }
    }, refreshPause);
  };

  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    snapshot: () => state,
    show: (first, last) => {
      shown = { first, last };
      fetchWished();
    },
    count: (total) => {
      const list = counted(state.list, total);
      if (list === state.list) return;
      follow(list);
      become({ ...state, list });
    },
    refresh,
    hold: (id) => {
      if (held === id) return;
      const released = held !== null;
      held = id;
      if (released) refresh();
    },
  };
};
