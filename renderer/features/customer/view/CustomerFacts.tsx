import { useTimes, useWords } from '#renderer/ui/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import type { CustomerDetail } from '#shared/contract/customers.ts';

const Day = ({ at }: { readonly at: number }) => {
  const times = useTimes();
  return (
    <time dateTime={new Date(at).toISOString()} title={times.full(at)}>
      {times.day(at)}
    </time>
  );
};

/** How long a customer has been known, and how much was written. */
export const CustomerFacts = ({ customer }: { readonly customer: CustomerDetail }) => {
  const words = useWords();
  const { firstSeenAt, lastSeenAt, received, sent } = customer;
  return (
    <section className="customer-section">
      <h2 className="customer-label">{words('customer.facts')}</h2>
      <dl className="customer-facts">
        {firstSeenAt === null ? null : (
          <div>
            <dt>{words('customer.first-seen')}</dt>
            <dd>
              <Day at={firstSeenAt} />
            </dd>
          </div>
        )}
        {lastSeenAt === null ? null : (
          <div>
            <dt>{words('customer.last-seen')}</dt>
            <dd>
              <Day at={lastSeenAt} />
            </dd>
          </div>
        )}
        <div>
          <dt>{words('customer.received')}</dt>
          <dd>{words('customer.messages', { count: received })}</dd>
        </div>
        <div>
          <dt>{words('customer.sent')}</dt>
          <dd>{words('customer.messages', { count: sent })}</dd>
        </div>
      </dl>
    </section>
  );
};

/** People in a conversation beside its customer and us. */
export const OtherPeople = ({ conversation }: { readonly conversation: ConversationDetail }) => {
  const words = useWords();
  const others = conversation.participants.filter(({ role }) => role === 'other');
  if (others.length === 0) return null;
  return (
    <section className="customer-section">
      <h2 className="customer-label">{words('customer.people')}</h2>
      <ul className="customer-people">
        {others.map(({ name, address }) => (
          <li key={address} title={address}>
            <bdi>{name === '' ? address : name}</bdi>
            {name === '' ? null : <bdi className="customer-soft">{address}</bdi>}
          </li>
        ))}
      </ul>
    </section>
  );
};
