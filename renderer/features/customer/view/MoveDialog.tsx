import { useState } from 'react';
import { Button, Dialog, useWords } from '#renderer/ui/index.ts';
import type { CustomerIdentity, CustomerLine } from '#shared/contract/customers.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { useCustomerChange } from '../model/use-customer-change.ts';
import { CustomerLineView } from './CustomerLineView.tsx';
import { CustomerSearch } from './CustomerSearch.tsx';
import './merge-dialog.css';

type Target = { readonly kind: 'new' } | { readonly kind: 'other'; readonly customer: CustomerLine | null };

/** Says that one of a customer's addresses is somebody else's: a new customer's, or another one's. */
export const MoveDialog = ({
  customer,
  identity,
  onClose,
}: {
  readonly customer: CustomerId;
  readonly identity: CustomerIdentity;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const change = useCustomerChange();
  const [target, setTarget] = useState<Target>({ kind: 'new' });
  const [busy, setBusy] = useState(false);
  const { channel, address } = identity;
  const chosen = target.kind === 'other' ? target.customer : null;
  const move = (): void => {
    setBusy(true);
    void change.move({ channel, address, from: customer, to: chosen?.id ?? null }).then((done) => {
      setBusy(false);
      if (done) onClose();
    });
  };
  return (
    <Dialog
      title={words('customer.move.title')}
      closeLabel={words('word.close')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words('word.cancel')}</Button>
          <Button
            kind="primary"
            busy={busy}
            disabled={target.kind === 'other' && chosen === null}
            onClick={move}
          >
            {words('customer.move.do')}
          </Button>
        </>
      }
    >
      <div className="merge-preview">
        <p>
          <bdi>{words('customer.move.what', { address })}</bdi>
        </p>
        <fieldset className="merge-field">
          <legend className="merge-legend">{words('customer.move.to')}</legend>
          <label className="merge-option">
            <input
              type="radio"
              name="target"
              checked={target.kind === 'new'}
              onChange={() => {
                setTarget({ kind: 'new' });
              }}
            />
            <span className="merge-words">{words('customer.move.new')}</span>
          </label>
          <label className="merge-option">
            <input
              type="radio"
              name="target"
              checked={target.kind === 'other'}
              onChange={() => {
                setTarget({ kind: 'other', customer: null });
              }}
            />
            <span className="merge-words">
              {chosen === null ? words('customer.move.other') : <CustomerLineView customer={chosen} />}
            </span>
          </label>
        </fieldset>
        {target.kind === 'other' && chosen === null ? (
          <CustomerSearch
            label={words('customer.move.search')}
            not={customer}
            onChoose={(found) => {
              setTarget({ kind: 'other', customer: found });
            }}
          />
        ) : null}
        <p className="customer-soft">{words('customer.merge.undoable')}</p>
      </div>
    </Dialog>
  );
};
