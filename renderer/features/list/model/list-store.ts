import type { EngineClient } from '#renderer/engine-client/index.ts';
import type { ListQuery } from '#shared/contract/conversations.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { grownOld, noPages, pageRows, received, trimmed, wishes, type Pages, type Wish } from './paging.ts';

/** A list as the screen shows it. */
export type ListSnapshot = { readonly list: Pages; readonly failure: { readonly kind: string } | null };

/** One list that fetches what is on screen and lets go of the rest. */
export type ListStore = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly snapshot: () => ListSnapshot;
  /** Says which rows are on screen. */
  readonly show: (first: number, last: number) => void;
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

  const nameOf = (wish: Wish): string => `${wish.version} ${wish.page} ${wish.after ?? ''}`;

  const fetchPage = async (wish: Wish): Promise<void> => {
    const name = nameOf(wish);
    if (underWay.has(name)) return;
    underWay.add(name);
    const answer = await client.call('conversation.list', { query, after: wish.after, limit: pageRows });
    underWay.delete(name);
    if (!answer.ok) {
      become({ ...state, failure: answer.failure });
      return;
    }
    const list = received(state.list, wish, answer.value, held);
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
    refresh,
    hold: (id) => {
      if (held === id) return;
      const released = held !== null;
      held = id;
      if (released) refresh();
    },
  };
};
