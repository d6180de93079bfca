import { CircleHelp, Copy, Ellipsis, PenLine, UserRoundX } from 'lucide-react';
import { useState } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Button, IconButton, Menu, TimeWords, useWords } from '#renderer/ui/index.ts';
import { ChannelIcon, useProfiles, useToasts, useWho } from '#renderer/workbench/index.ts';
import type { CustomerDetail, CustomerIdentity } from '#shared/contract/customers.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { useCustomerChange } from '../model/use-customer-change.ts';
import { useWriteTo } from '../model/use-write-to.ts';
import { MoveDialog } from './MoveDialog.tsx';
import { Visit } from './Visit.tsx';

/** What most customers have; the rest unfolds. */
const shownAtFirst = 5;
const mergesAtFirst = 2;

/** An address that breaks, where it must, before its domain. */
const AddressWords = ({ address }: { readonly address: string }) => {
  const at = address.lastIndexOf('@');
  return at <= 0 ? (
    address
  ) : (
    <>
      {address.slice(0, at)}
      <wbr />
      {address.slice(at)}
    </>
  );
};

const IdentityLine = ({
  identity,
  account,
  onMove,
}: {
  readonly identity: CustomerIdentity;
  readonly account: AccountId | null;
  /** Null where it is their only address, which cannot be somebody else's alone. */
  readonly onMove: (() => void) | null;
}) => {
  const words = useWords();
  const toasts = useToasts();
  const writeTo = useWriteTo();
  const accounts = useLive('account.heads', {}).data?.accounts ?? [];
  const profile = useProfiles()(identity.channel);
  const who = useWho()(identity, identity.channel);
  const { channel, address, name, visit, named } = identity;
  const readable = profile?.readableAddresses !== false;
  // Their address on a channel is reached from an account of ours there, the one of this conversation before others.
  const senders = accounts.filter(({ kind, archive }) => kind === channel && !archive);
  const from = senders.find(({ id }) => id === account)?.id ?? senders[0]?.id ?? account;
  const shown = readable ? address : who;
  const copy = (): void => {
    void navigator.clipboard
      .writeText(address)
      .then(() => toasts.show({ text: words('conversation.message.copied') }));
  };
  return (
    <li>
      <div className="customer-identity" title={name === '' || !readable ? shown : `${name} <${address}>`}>
        <ChannelIcon channel={channel} size={14} />
        <span className="customer-address">
          <span className="unseen">{words.of(`channel.${channel}`, {}, 'channel.other')} </span>
          <bdi>
            <AddressWords address={shown} />
          </bdi>
        </span>
        {profile?.capabilities.newMessage === false ? null : (
          <IconButton
            icon={PenLine}
            size={13}
            label={words('customer.write', { address: shown })}
            onClick={() => {
              void writeTo({ name, address }, from);
            }}
          />
        )}
        {readable ? (
          <IconButton icon={Copy} size={13} label={words('customer.copy', { address })} onClick={copy} />
        ) : null}
        {onMove === null ? null : (
          <Menu
            icon={Ellipsis}
            label={words('customer.address.more', { address: shown })}
            align="end"
            items={[{ id: 'move', label: words('customer.move'), icon: UserRoundX, run: onMove }]}
          />
        )}
      </div>
      {named ? (
        <p className="customer-named">
          <CircleHelp aria-hidden size={12} />
          {words('customer.named')}
        </p>
      ) : null}
      {visit === null ? null : <Visit visit={visit} />}
    </li>
  );
};

/** Customers who became part of this one, each with the way to take it back. */
const Merges = ({ customer, all }: { readonly customer: CustomerDetail; readonly all: boolean }) => {
  const words = useWords();
  const change = useCustomerChange();
  const merges = all ? customer.merges : customer.merges.slice(0, mergesAtFirst);
  if (merges.length === 0) return null;
  return (
    <div className="customer-merges">
      <h3 className="customer-label">{words('customer.merges')}</h3>
      <ul>
        {merges.map(({ undo, name, addresses, at }) => {
          const who = name === '' ? (addresses[0] ?? '') : name;
          return (
            <li key={undo} title={addresses.join(', ')}>
              <bdi className="customer-merge-words">{who}</bdi>
              <TimeWords at={at} form="short" />
              <Button
                kind="quiet"
                small
                aria-label={words('customer.merge.undo.whose', { name: who })}
                onClick={() => {
                  void change.undo(undo);
                }}
              >
                {words('customer.merge.undo')}
              </Button>
            </li>
          );
        })}
      </ul>
    </div>
  );
};

/** Every address of a customer, on every channel: to write to, to copy, or to give to somebody else. */
export const Identities = ({
  customer,
  account,
}: {
  readonly customer: CustomerDetail;
  /** The account from which one writes to them. */
  readonly account: AccountId | null;
}) => {
  const words = useWords();
  const [all, setAll] = useState(false);
  const [moving, setMoving] = useState<CustomerIdentity | null>(null);
  const { identities } = customer;
  const shown = all ? identities : identities.slice(0, shownAtFirst);
  return (
    <section className="customer-section">
      <h2 className="customer-label">{words('customer.identities')}</h2>
      <ul className="customer-identities">
        {shown.map((identity) => (
          <IdentityLine
            key={`${identity.channel} ${identity.address}`}
            identity={identity}
            account={account}
            onMove={
              identities.length === 1
                ? null
                : () => {
                    setMoving(identity);
                  }
            }
          />
        ))}
      </ul>
      {identities.length > shownAtFirst ? (
        <Button
          kind="quiet"
          small
          aria-expanded={all}
          onClick={() => {
            setAll(!all);
          }}
        >
          {all
            ? words('customer.identities.fewer')
            : words('customer.identities.all', { count: identities.length })}
        </Button>
      ) : null}
      <Merges customer={customer} all={all} />
      {moving === null ? null : (
        <MoveDialog
          customer={customer.id}
          identity={moving}
          onClose={() => {
            setMoving(null);
          }}
        />
      )}
    </section>
  );
};
