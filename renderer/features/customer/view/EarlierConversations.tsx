import { useInfiniteQuery } from '@tanstack/react-query';
import { CallRefused, useEngine } from '#renderer/engine-client/index.ts';
import { Badge, Button, TimeWords, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useNavigation, useSubject } from '#renderer/workbench/index.ts';
import type { ConversationRow } from '#shared/contract/conversations.ts';
import type { ConversationId, CustomerId } from '#shared/kit/brand.ts';

/** Rows fetched at once: what fits beside a conversation without scrolling. */
const pageLength = 10;

const useEarlier = (id: CustomerId) => {
  const engine = useEngine();
  return useInfiniteQuery({
    queryKey: ['customer.conversations', { id, limit: pageLength, form: 'pages' }],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }) => {
      const answer = await engine.call('customer.conversations', { id, after: pageParam, limit: pageLength });
      if (!answer.ok) throw new CallRefused<'customer.conversations'>(answer.failure);
      return answer.value;
    },
    getNextPageParam: (page) => page.next,
  });
};

/** Where a conversation stands, with words for what is not open any more. */
const Standing = ({ row }: { readonly row: ConversationRow }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  if (row.status === 'resolved') return <Badge tone="good">{words('customer.status.resolved')}</Badge>;
  if (row.status !== 'open') return <Badge tone="good">{words('conversation.status.done')}</Badge>;
  return row.waitingSince === null ? null : (
    <Badge tone="warn">{words('customer.waiting', { length: times.length(now - row.waitingSince) })}</Badge>
  );
};

const Row = ({ row, current }: { readonly row: ConversationRow; readonly current: boolean }) => {
  const words = useWords();
  const subjectOf = useSubject();
  const { go } = useNavigation();
  return (
    <li>
      <button
        type="button"
        className="customer-earlier"
        aria-current={current || undefined}
        disabled={current}
        onClick={() => go({ kind: 'open', id: row.id })}
      >
        <bdi className="customer-earlier-subject">
          {row.subject === '' && row.snippet !== '' ? row.snippet : subjectOf(row)}
        </bdi>
        <span className="customer-earlier-facts">
          {current ? <Badge tone="accent">{words('customer.earlier.here')}</Badge> : null}
          <Standing row={row} />
          {row.owner === null ? null : <bdi>{row.owner.name}</bdi>}
          <TimeWords at={row.lastAt} form="short" />
        </span>
      </button>
    </li>
  );
};

/** Every conversation with a customer, newest first. */
export const EarlierConversations = ({
  customer,
  current,
}: {
  readonly customer: CustomerId;
  readonly current: ConversationId;
}) => {
  const words = useWords();
  const earlier = useEarlier(customer);
  const rows = earlier.data?.pages.flatMap((page) => page.rows);
  if (rows === undefined) return null;
  return (
    <section className="customer-section">
      <h2 className="customer-label">{words('customer.earlier')}</h2>
      {rows.length <= 1 ? (
        <p className="customer-soft">{words('customer.earlier.none')}</p>
      ) : (
        <ul className="customer-earlier-list">
          {rows.map((row) => (
            <Row key={row.id} row={row} current={row.id === current} />
          ))}
        </ul>
      )}
      {earlier.hasNextPage ? (
        <Button
          small
          busy={earlier.isFetchingNextPage}
          onClick={() => {
            void earlier.fetchNextPage();
          }}
        >
          {words('customer.earlier.more')}
        </Button>
      ) : null}
    </section>
  );
};
