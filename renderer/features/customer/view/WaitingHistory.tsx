import { useState } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Button, TimeWords, classes, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import type { CustomerWait } from '#shared/contract/customers.ts';
import type { CustomerId } from '#shared/kit/brand.ts';

/** Waits shown before the rest is asked for. */
const shownAtFirst = 4;

const lengthOf = ({ since, answeredAt }: CustomerWait, now: number): number => (answeredAt ?? now) - since;

const WaitLine = ({
  wait,
  longest,
  now,
}: {
  readonly wait: CustomerWait;
  readonly longest: number;
  readonly now: number;
}) => {
  const words = useWords();
  const times = useTimes();
  const length = lengthOf(wait, now);
  const lasting = wait.answeredAt === null;
  return (
    <li className="customer-wait" title={wait.subject}>
      <span className="customer-wait-words">
        <span>
          {words(lasting ? 'customer.wait.lasting' : 'customer.wait.answered', {
            length: times.length(length),
          })}
        </span>
        <span className="customer-wait-when">
          {wait.first ? <span>{words('customer.wait.first')}</span> : null}
          <TimeWords at={wait.since} form="short" />
        </span>
      </span>
      <span className="customer-wait-track" aria-hidden>
        <span
          className={classes('customer-wait-bar', lasting && 'customer-wait-lasting')}
          style={{ width: `${Math.max(2, (100 * length) / Math.max(1, longest))}%` }}
        />
      </span>
    </li>
  );
};

/** How long this customer waited for answers, and how long first answers take. */
export const WaitingHistory = ({ customer }: { readonly customer: CustomerId }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const [all, setAll] = useState(false);
  const { data } = useLive('customer.waits', { id: customer });
  if (data === undefined || data.waits.length === 0) return null;
  const { waits, medianFirst, answeredFirst } = data;
  const shown = all ? waits : waits.slice(0, shownAtFirst);
  const longest = Math.max(...shown.map((wait) => lengthOf(wait, now)));
  return (
    <section className="customer-section">
      <h2 className="customer-label">{words('customer.waits')}</h2>
      {medianFirst === null ? null : (
        <p className="customer-soft">
          {words('customer.waits.median', { length: times.length(medianFirst), count: answeredFirst })}
        </p>
      )}
      <ul className="customer-waits">
        {shown.map((wait) => (
          <WaitLine key={`${wait.conversation} ${wait.since}`} wait={wait} longest={longest} now={now} />
        ))}
      </ul>
      {waits.length > shownAtFirst ? (
        <Button
          kind="quiet"
          small
          aria-expanded={all}
          onClick={() => {
            setAll(!all);
          }}
        >
          {words(all ? 'customer.waits.fewer' : 'customer.waits.more')}
        </Button>
      ) : null}
    </section>
  );
};
