import { CircleCheckBig, Handshake } from 'lucide-react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Badge, TimeWords, useNow, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { CustomerPromise } from '#shared/contract/customers.ts';
import type { CustomerId } from '#shared/kit/brand.ts';

const PromiseLine = ({ promise }: { readonly promise: CustomerPromise }) => {
  const words = useWords();
  const now = useNow();
  const { go } = useNavigation();
  const { conversation, subject, owner, purpose, dueAt, ifNoReply, why } = promise;
  const Icon = purpose === 'check' ? CircleCheckBig : Handshake;
  const about = subject === '' ? words('word.no-subject') : subject;
  return (
    <li>
      <button
        type="button"
        className="customer-earlier"
        onClick={() => {
          go({ kind: 'open', id: conversation });
        }}
      >
        <span className="customer-promise">
          <Icon aria-hidden size={14} />
          <bdi className="customer-earlier-subject">{why === '' ? about : why}</bdi>
        </span>
        <span className="customer-earlier-facts">
          {dueAt <= now ? <Badge tone="warn">{words('customer.promise.due')}</Badge> : null}
          <span>{words(purpose === 'check' ? 'customer.promise.check' : 'customer.promise.promise')}</span>
          <TimeWords at={dueAt} />
          {ifNoReply ? <span>{words('customer.promise.if-no-reply')}</span> : null}
          {owner.name === '' ? null : <bdi>{owner.name}</bdi>}
        </span>
      </button>
    </li>
  );
};

/** What was promised to a customer and is to be checked with them, in all their conversations. */
export const Promises = ({ customer }: { readonly customer: CustomerId }) => {
  const words = useWords();
  const { data } = useLive('customer.promises', { id: customer });
  if (data === undefined || data.promises.length === 0) return null;
  return (
    <section className="customer-section">
      <h2 className="customer-label">{words('customer.promises')}</h2>
      <ul className="customer-earlier-list">
        {data.promises.map((promise) => (
          <PromiseLine key={promise.id} promise={promise} />
        ))}
      </ul>
    </section>
  );
};
