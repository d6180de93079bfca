import { Copy, Mail } from 'lucide-react';
import { IconButton, useTimes, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import type { CustomerDetail } from '#shared/contract/app.ts';

/** Every address of a customer, on every channel. */
export const Identities = ({ customer }: { readonly customer: CustomerDetail }) => {
  const words = useWords();
  const toasts = useToasts();
  const copy = (address: string): void => {
    void navigator.clipboard
      .writeText(address)
      .then(() => toasts.show({ text: words('conversation.message.copied') }));
  };
  return (
    <section className="customer-section">
      <h2 className="customer-label">{words('customer.identities')}</h2>
      <ul className="customer-identities">
        {customer.identities.map(({ channel, address, name }) => (
          <li key={`${channel} ${address}`} title={name === '' ? address : `${name} <${address}>`}>
            <Mail aria-hidden size={14} />
            <bdi className="customer-address">{address}</bdi>
            <IconButton
              icon={Copy}
              size={13}
              label={words('customer.copy', { address })}
              onClick={() => copy(address)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
};

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
