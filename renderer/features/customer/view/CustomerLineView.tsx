import { Avatar, useWords } from '#renderer/ui/index.ts';
import type { CustomerLine } from '#shared/contract/customers.ts';
import './customer-line.css';

/** What a customer is called: their name, else their address. */
export const calledName = ({ name, address }: { readonly name: string; readonly address: string }): string =>
  name === '' ? address : name;

/** A customer in a line, with what tells two of the same name apart. */
export const CustomerLineView = ({ customer }: { readonly customer: CustomerLine }) => {
  const words = useWords();
  const { company, address, addresses } = customer;
  return (
    <span className="customer-line">
      <Avatar name={calledName(customer)} seed={address} size="small" />
      <span className="customer-line-words">
        <bdi className="customer-line-name">{calledName(customer)}</bdi>
        <span className="customer-line-facts">
          {company === '' ? null : <bdi>{company}</bdi>}
          <bdi>{address}</bdi>
          {addresses > 1 ? <span>{words('customer.addresses.more', { count: addresses - 1 })}</span> : null}
        </span>
      </span>
    </span>
  );
};
