import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useEngine, useEngineEvents } from '#renderer/engine-client/index.ts';
import type { ListQuery } from '#shared/contract/conversations.ts';
import type { EngineEvent } from '#shared/contract/events.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { createListStore, type ListSnapshot, type ListStore } from './list-store.ts';

const changesLists = (event: EngineEvent): boolean =>
  event.event === 'changed' && event.topics.some(({ topic }) => topic === 'lists');

/**
 * One queue, kept up to date while it is on screen; `total` is how many rows it has where somebody counts them. Give the
 * component a key per query: the store belongs to one.
 */
export const useList = (
  query: ListQuery,
  held: ConversationId | null,
  total: number | null,
): { readonly snapshot: ListSnapshot; readonly store: ListStore } => {
  const client = useEngine();
  const [store] = useState(() => createListStore(client, query));
  const snapshot = useSyncExternalStore(store.subscribe, store.snapshot);

  useEngineEvents(
    useCallback(
      (event) => {
        if (changesLists(event)) store.refresh();
      },
      [store],
    ),
  );
  useEffect(
    () =>
      client.onConnection((connection) => {
        if (connection === 'connected') store.refresh();
      }),
    [client, store],
  );
  useEffect(() => {
    store.hold(held);
  }, [store, held]);

  useEffect(() => {
    store.count(total);
  }, [store, total]);

  return { snapshot, store };
};
