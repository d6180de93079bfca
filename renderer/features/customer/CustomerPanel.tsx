import { useLive } from '#renderer/engine-client/index.ts';
import { Avatar, Busy, Notice, refusalWords, useWords } from '#renderer/ui/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import type { CustomerDetail } from '#shared/contract/app.ts';
import { EarlierConversations } from './view/EarlierConversations.tsx';
import { CustomerFacts, Identities, OtherPeople } from './view/CustomerFacts.tsx';
import { InPlaceLine, InPlaceText } from './view/InPlace.tsx';
import { useCustomerEdit } from './model/use-customer-edit.ts';
import './customer-panel.css';

const Known = ({
  customer,
  conversation,
}: {
  readonly customer: CustomerDetail;
  readonly conversation: ConversationDetail;
}) => {
  const words = useWords();
  const edit = useCustomerEdit(customer.id);
  const shown = customer.name === '' ? conversation.customer.address : customer.name;
  return (
    <>
      <div className="customer-head">
        <Avatar name={shown} seed={conversation.customer.address} size="large" />
        <div className="customer-names">
          <InPlaceLine
            label={words('customer.name')}
            empty={words('customer.name.none')}
            value={customer.name}
            strong
            onSave={(name) => edit({ name })}
          />
          <InPlaceLine
            label={words('customer.company')}
            empty={words('customer.company.none')}
            value={customer.company}
            onSave={(company) => edit({ company })}
          />
        </div>
      </div>
      <Identities customer={customer} />
      <InPlaceText
        label={words('customer.note')}
        hint={words('customer.note.hint')}
        value={customer.note}
        onSave={(note) => edit({ note })}
      />
      <CustomerFacts customer={customer} />
      <OtherPeople conversation={conversation} />
      <EarlierConversations customer={customer.id} current={conversation.id} />
    </>
  );
};

/** Who the customer of the open conversation is, how they are reached, and what was there before. */
export const CustomerPanel = ({ conversation }: { readonly conversation: ConversationDetail }) => {
  const words = useWords();
  const customer = useLive('customer.get', { id: conversation.customer.id });
  return (
    <div className="customer-panel">
      {customer.data !== undefined ? (
        // Keyed, so that what is typed into one customer's fields cannot be saved to another.
        <Known key={customer.data.id} customer={customer.data} conversation={conversation} />
      ) : customer.error === null ? (
        <Busy subject={words('customer.loading')} />
      ) : (
        <Notice tone="bad">{refusalWords(words, customer.error.failure)}</Notice>
      )}
    </div>
  );
};
