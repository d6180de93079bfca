import { Ellipsis, Eraser, FileArchive, Merge, Users } from 'lucide-react';
import { useState } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Avatar, Busy, Menu, Notice, refusalWords, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useAction, useNavigation } from '#renderer/workbench/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import type { CustomerDetail } from '#shared/contract/customers.ts';
import { useField } from './model/use-field.ts';
import { CustomerFacts, OtherPeople } from './view/CustomerFacts.tsx';
import { ExportDialog } from './view/ExportDialog.tsx';
import { EarlierConversations } from './view/EarlierConversations.tsx';
import { EraseDialog } from './view/EraseDialog.tsx';
import { Identities } from './view/Identities.tsx';
import { InPlaceLine, InPlaceText } from './view/InPlace.tsx';
import { MergeDialog } from './view/MergeDialog.tsx';
import { Promises } from './view/Promises.tsx';
import { Suggested } from './view/Suggestions.tsx';
import { WaitingHistory } from './view/WaitingHistory.tsx';
import './customer-panel.css';

/** Since when they wait for us, anywhere; nothing where they do not. */
const Waiting = ({ since }: { readonly since: number | null }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  if (since === null) return null;
  return (
    <p className="customer-waiting" title={words('customer.waiting.since', { time: times.full(since) })}>
      {words('customer.waiting', { length: times.length(now - since) })}
    </p>
  );
};

const Head = ({
  customer,
  seed,
}: {
  readonly customer: CustomerDetail;
  /** What the avatar's tint is taken from. */
  readonly seed: string;
}) => {
  const words = useWords();
  const { go } = useNavigation();
  const [merging, setMerging] = useState(false);
  const merge = (): void => {
    setMerging(true);
  };
  useAction('customer.merge', merge);
  const [exporting, setExporting] = useState(false);
  const exportAll = (): void => {
    setExporting(true);
  };
  useAction('customer.export', exportAll);
  const [erasing, setErasing] = useState(false);
  const erase = (): void => {
    setErasing(true);
  };
  useAction('customer.erase', erase);
  return (
    <div className="customer-head">
      <Avatar name={customer.name === '' ? seed : customer.name} seed={seed} size="large" />
      <div className="customer-names">
        <InPlaceLine
          label={words('customer.name')}
          empty={words('customer.name.none')}
          field={useField(customer, 'name')}
          strong
        />
        <InPlaceLine
          label={words('customer.company')}
          empty={words('customer.company.none')}
          field={useField(customer, 'company')}
        />
        <Waiting since={customer.waitingSince} />
      </div>
      <Menu
        icon={Ellipsis}
        label={words('customer.more')}
        align="end"
        items={[
          { id: 'merge', label: words('action.customer.merge'), icon: Merge, run: merge },
          {
            id: 'suggestions',
            label: words('action.customer.suggestions'),
            icon: Users,
            run: () => {
              go({ kind: 'settings', section: 'customers' });
            },
          },
          { id: 'export', label: words('action.customer.export'), icon: FileArchive, run: exportAll },
          { id: 'erase', label: words('action.customer.erase'), icon: Eraser, danger: true, run: erase },
        ]}
      />
      {erasing ? (
        <EraseDialog
          customer={customer.id}
          onClose={() => {
            setErasing(false);
          }}
        />
      ) : null}
      {exporting ? (
        <ExportDialog
          customer={customer.id}
          name={customer.name === '' ? seed : customer.name}
          onClose={() => {
            setExporting(false);
          }}
        />
      ) : null}
      {merging ? (
        <MergeDialog
          into={customer.id}
          from={null}
          onClose={() => {
            setMerging(false);
          }}
        />
      ) : null}
    </div>
  );
};

const Known = ({
  customer,
  conversation,
}: {
  readonly customer: CustomerDetail;
  readonly conversation: ConversationDetail;
}) => {
  const words = useWords();
  return (
    <>
      <Head customer={customer} seed={conversation.customer.address} />
      <Suggested customer={customer.id} />
      <Promises customer={customer.id} />
      <Identities customer={customer} account={conversation.account} />
      <InPlaceText
        label={words('customer.note')}
        hint={words('customer.note.hint')}
        field={useField(customer, 'note')}
      />
      <EarlierConversations customer={customer.id} current={conversation.id} />
      <WaitingHistory customer={customer.id} />
      <CustomerFacts customer={customer} />
      <OtherPeople conversation={conversation} />
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
