import { useInfiniteQuery } from '@tanstack/react-query';
import { Users } from 'lucide-react';
import { useEffect, useState } from 'react';
import { CallRefused, useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, EmptyState, useWords } from '#renderer/ui/index.ts';
import type { CustomerLine, Suggestion } from '#shared/contract/customers.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { useCustomerChange } from '../model/use-customer-change.ts';
import { CustomerLineView, calledName } from './CustomerLineView.tsx';
import { MergeDialog } from './MergeDialog.tsx';
import './suggestions.css';

/** Suggestions shown in the panel at first. */
const shownInPanel = 1;

const Reason = ({ suggestion }: { readonly suggestion: Suggestion }) => {
  const words = useWords();
  return <bdi>{words(`customer.suggestion.${suggestion.reason}`, { shared: suggestion.shared })}</bdi>;
};

const SuggestedLine = ({
  suggestion,
  onLook,
}: {
  readonly suggestion: Suggestion;
  readonly onLook: () => void;
}) => {
  const words = useWords();
  const change = useCustomerChange();
  const { one, other } = suggestion;
  const name = calledName(other);
  return (
    <li className="suggested">
      <p>
        {words('customer.suggestion')} <bdi className="suggested-name">{name}</bdi>
        {': '}
        <Reason suggestion={suggestion} />
      </p>
      <span className="suggested-actions">
        <Button
          kind="quiet"
          small
          aria-label={words('customer.suggestion.look.whose', { name })}
          onClick={onLook}
        >
          {words('customer.suggestion.look')}
        </Button>
        <Button
          kind="quiet"
          small
          aria-label={words('customer.suggestion.dismiss.whose', { name })}
          onClick={() => {
            void change.dismiss(one.id, other.id);
          }}
        >
          {words('customer.suggestion.dismiss')}
        </Button>
      </span>
    </li>
  );
};

/** A quiet line on who may be the same person as this customer, and why. */
export const Suggested = ({ customer }: { readonly customer: CustomerId }) => {
  const words = useWords();
  const [all, setAll] = useState(false);
  const [looking, setLooking] = useState<CustomerId | null>(null);
  const { data } = useLive('customer.suggested', { id: customer });
  const suggestions = data?.suggestions ?? [];
  const more = suggestions.length - shownInPanel;
  return (
    <>
      {suggestions.length === 0 ? null : (
        <ul className="suggested-list">
          {(all ? suggestions : suggestions.slice(0, shownInPanel)).map((suggestion) => (
            <SuggestedLine
              key={suggestion.other.id}
              suggestion={suggestion}
              onLook={() => {
                setLooking(suggestion.other.id);
              }}
            />
          ))}
          {all || more <= 0 ? null : (
            <li className="suggested-more">
              <Button
                kind="quiet"
                small
                onClick={() => {
                  setAll(true);
                }}
              >
                {words('customer.suggestion.more', { count: more })}
              </Button>
            </li>
          )}
        </ul>
      )}
      {looking === null ? null : (
        <MergeDialog
          into={customer}
          from={looking}
          onClose={() => {
            setLooking(null);
          }}
        />
      )}
    </>
  );
};

/** Rows fetched at once. */
const pageLength = 50;

const useSuggestions = () => {
  const engine = useEngine();
  return useInfiniteQuery({
    queryKey: ['customer.suggestions', { limit: pageLength, form: 'pages' }],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }) => {
      const answer = await engine.call('customer.suggestions', { after: pageParam, limit: pageLength });
      if (!answer.ok) throw new CallRefused<'customer.suggestions'>(answer.failure);
      return answer.value;
    },
    getNextPageParam: (page) => page.next,
  });
};

type Pair = { readonly into: CustomerLine; readonly from: CustomerLine };

/** Everybody in the workspace who may be one person, for going through them in one sitting. */
export const SuggestionsSection = () => {
  const words = useWords();
  const change = useCustomerChange();
  const [looking, setLooking] = useState<Pair | null>(null);
  const [wanted, setWanted] = useState(pageLength);
  const list = useSuggestions();
  const rows = list.data?.pages.flatMap((page) => page.rows);
  const { hasNextPage, isFetching, fetchNextPage } = list;
  const searching = rows === undefined || (hasNextPage && rows.length < wanted);
  useEffect(() => {
    // A page is what one short look finds, which may be nothing yet.
    if (searching && hasNextPage && !isFetching) void fetchNextPage();
  }, [searching, hasNextPage, isFetching, fetchNextPage]);
  if (rows === undefined) return <Busy subject={words('customer.suggestions.searching')} />;
  return (
    <>
      <p className="suggestions-what">{words('customer.suggestions.what')}</p>
      {rows.length === 0 && !hasNextPage ? (
        <EmptyState icon={Users} title={words('customer.suggestions.none')}>
          <p>{words('customer.suggestions.none.what')}</p>
        </EmptyState>
      ) : (
        <ul className="suggestions">
          {rows.map((suggestion) => {
            const { one, other } = suggestion;
            return (
              <li key={`${one.id} ${other.id}`} className="suggestions-row">
                <div className="suggestions-pair">
                  <CustomerLineView customer={one} />
                  <CustomerLineView customer={other} />
                  <p className="customer-soft">
                    <Reason suggestion={suggestion} />
                  </p>
                </div>
                <div className="suggested-actions">
                  <Button
                    small
                    aria-label={words('customer.suggestion.look.whose', { name: calledName(other) })}
                    onClick={() => {
                      setLooking({ into: one, from: other });
                    }}
                  >
                    {words('customer.suggestion.look')}
                  </Button>
                  <Button
                    kind="quiet"
                    small
                    aria-label={words('customer.suggestion.dismiss.whose', { name: calledName(other) })}
                    onClick={() => {
                      void change.dismiss(one.id, other.id);
                    }}
                  >
                    {words('customer.suggestion.dismiss')}
                  </Button>
                </div>
              </li>
            );
          })}
        </ul>
      )}
      {searching ? <Busy subject={words('customer.suggestions.searching')} /> : null}
      {!searching && hasNextPage ? (
        <Button
          small
          onClick={() => {
            setWanted(rows.length + pageLength);
          }}
        >
          {words('customer.earlier.more')}
        </Button>
      ) : null}
      {looking === null ? null : (
        <MergeDialog
          into={looking.into.id}
          from={looking.from.id}
          onClose={() => {
            setLooking(null);
          }}
        />
      )}
    </>
  );
};
