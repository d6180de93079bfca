import {
  QueryClient,
  QueryClientProvider,
  skipToken,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { CallFailure, CallName, Input, Output, Refused } from '#shared/contract/contract.ts';
import type { EngineEvent } from '#shared/contract/events.ts';
import type { Connection, EngineClient } from './client.ts';
import { gatherTopics } from './gather-topics.ts';
import { isTouched, type LiveKey, type ReaderName } from './topics.ts';

/** Why a live query has no answer, as an error that carries the refusal as it came. */
export class CallRefused<Name extends CallName = CallName> extends Error {
  override readonly name = 'CallRefused';
  readonly failure: Refused<Name> | CallFailure;

  constructor(failure: Refused<Name> | CallFailure) {
    super(failure.kind);
    this.failure = failure;
  }
}

const ClientContext = createContext<EngineClient | null>(null);

/** The way to the engine, for calls that change something. */
export const useEngine = (): EngineClient => {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('useEngine is used outside of EngineProvider');
  return client;
};

/** Whether the engine is there; drawn where a person would wonder why nothing happens. */
export const useConnection = (): Connection => {
  const client = useEngine();
  return useSyncExternalStore(client.onConnection, client.connection);
};

/** Hears the engine's events while mounted. Give a listener that does not change at every drawing. */
export const useEngineEvents = (listener: (event: EngineEvent) => void): void => {
  const client = useEngine();
  useEffect(() => client.onEvent(listener), [client, listener]);
};

const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // The engine is on this machine: being offline does not matter to it, and it says itself when to ask again.
        networkMode: 'always',
        retry: false,
        staleTime: Infinity,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
    },
  });

const LiveQueries = ({ client }: { readonly client: EngineClient }): null => {
  const queries = useQueryClient();
  useEffect(() => {
    const gatherer = gatherTopics((topics) => {
      void queries.invalidateQueries({ predicate: ({ queryKey }) => isTouched(queryKey, topics) });
    });
    const stop = client.onEvent((event) => {
      if (event.event === 'changed') gatherer.add(event.topics);
    });
    return () => {
      stop();
      gatherer.stop();
    };
  }, [client, queries]);
  useEffect(
    () =>
      client.onConnection((connection) => {
        // What changed while there was no engine was not told to anybody.
        if (connection === 'connected') void queries.invalidateQueries();
      }),
    [client, queries],
  );
  return null;
};

/** Gives everything below it the engine and its live queries. */
export const EngineProvider = ({
  client,
  children,
}: {
  readonly client: EngineClient;
  readonly children: ReactNode;
}) => {
  const [queries] = useState(createQueryClient);
  return (
    <ClientContext value={client}>
      <QueryClientProvider client={queries}>
        <LiveQueries client={client} />
        {children}
      </QueryClientProvider>
    </ClientContext>
  );
};

type LiveAsked<Name extends ReaderName> = {
  readonly queryKey: LiveKey<Name> | readonly [Name, null];
  readonly queryFn: (() => Promise<Output<Name>>) | typeof skipToken;
};

/** What a live query is asked with, for `queryClient.fetchQuery` and the like. */
export const liveQuery = <Name extends ReaderName>(
  client: EngineClient,
  name: Name,
  input: Input<Name>,
): { readonly queryKey: LiveKey<Name>; readonly queryFn: () => Promise<Output<Name>> } => ({
  queryKey: [name, input],
  queryFn: async () => {
    const answer = await client.call(name, input);
    if (!answer.ok) throw new CallRefused<Name>(answer.failure);
    return answer.value;
  },
});

/**
 * The answer of a reading call, fetched again whenever the engine says that it changed; with null as input nothing is
 * asked. Old answers stay on screen while the new one is on its way; `error.failure` is the refusal if there is none.
 */
export const useLive = <Name extends ReaderName>(
  name: Name,
  input: Input<Name> | null,
): UseQueryResult<Output<Name>, CallRefused<Name>> => {
  const client = useEngine();
  const asked: LiveAsked<Name> =
    input === null ? { queryKey: [name, null], queryFn: skipToken } : liveQuery(client, name, input);
  return useQuery<Output<Name>, CallRefused<Name>, Output<Name>, LiveAsked<Name>['queryKey']>(asked);
};
