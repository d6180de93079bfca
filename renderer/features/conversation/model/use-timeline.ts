import { useInfiniteQuery } from '@tanstack/react-query';
import { CallRefused, useEngine } from '#renderer/engine-client/index.ts';
import type { TimelineItem } from '#shared/contract/conversations.ts';
import type { ConversationId } from '#shared/kit/brand.ts';

/** Entries fetched at once: more than fit on two screens, so that the first page is what is looked at. */
const pageLength = 60;

/** The timeline of a conversation as far as it was fetched, oldest first. */
export type Timeline = {
  readonly items: readonly TimelineItem[] | null;
  readonly hasEarlier: boolean;
  readonly fetchingEarlier: boolean;
  readonly fetchEarlier: () => void;
  readonly failure: { readonly kind: string } | null;
};

const failureOf = (error: Error): { readonly kind: string } => ({
  kind: error instanceof CallRefused ? error.message : 'unknown',
});

/** Reads a conversation's timeline from its newest entries backwards; stays in step with the engine. */
export const useTimeline = (id: ConversationId): Timeline => {
  const engine = useEngine();
  const query = useInfiniteQuery({
    queryKey: ['conversation.timeline', { id, limit: pageLength, form: 'pages' }],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }) => {
      const answer = await engine.call('conversation.timeline', { id, before: pageParam, limit: pageLength });
      if (!answer.ok) throw new CallRefused<'conversation.timeline'>(answer.failure);
      return answer.value;
    },
    getNextPageParam: (page) => page.earlier,
  });
  return {
    items: query.data === undefined ? null : query.data.pages.toReversed().flatMap((page) => page.items),
    hasEarlier: query.hasNextPage,
    fetchingEarlier: query.isFetchingNextPage,
    fetchEarlier: () => {
      if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
    },
    failure: query.error === null ? null : failureOf(query.error),
  };
};
