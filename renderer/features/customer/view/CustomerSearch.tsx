import { useState } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { TextField, useWords } from '#renderer/ui/index.ts';
import type { CustomerLine } from '#shared/contract/customers.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { CustomerLineView } from './CustomerLineView.tsx';
import './customer-search.css';

/** More than these are found by another letter. */
const shown = 8;

/** Finds a customer other than one by a few letters of a name, company or address. */
export const CustomerSearch = ({
  label,
  not,
  onChoose,
}: {
  readonly label: string;
  readonly not: CustomerId;
  readonly onChoose: (customer: CustomerLine) => void;
}) => {
  const words = useWords();
  const [text, setText] = useState('');
  const typed = text.trim();
  const { data } = useLive('customer.find', typed === '' ? null : { text: typed, limit: shown + 1 });
  const found = typed === '' ? [] : (data?.customers ?? []).filter(({ id }) => id !== not).slice(0, shown);
  return (
    <div className="customer-search">
      <TextField
        label={label}
        placeholder={words('customer.search.hint')}
        autoFocus
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
        }}
      />
      <ul className="customer-search-list" aria-label={words('customer.search.found')}>
        {found.map((customer) => (
          <li key={customer.id}>
            <button type="button" className="customer-search-hit" onClick={() => onChoose(customer)}>
              <CustomerLineView customer={customer} />
            </button>
          </li>
        ))}
      </ul>
      <p className="customer-soft" role="status">
        {typed === '' || data === undefined || found.length > 0 ? '' : words('customer.search.none')}
      </p>
    </div>
  );
};
