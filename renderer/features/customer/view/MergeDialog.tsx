import { useId, useState, type ReactNode } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, Dialog, Notice, refusalWords, useWords } from '#renderer/ui/index.ts';
import type { MergeSide } from '#shared/contract/customers.ts';
import { proposedChoice } from '#shared/domain/customer/merge-words.ts';
import type { MergeChoice } from '#shared/domain/customer/merge-words.ts';
import type { CustomerId } from '#shared/kit/brand.ts';
import { useCustomerChange } from '../model/use-customer-change.ts';
import { calledName } from './CustomerLineView.tsx';
import { CustomerSearch } from './CustomerSearch.tsx';
import './merge-dialog.css';

type Option<Value extends string> = { readonly value: Value; readonly text: string };

/** Whose words win, for one field; where there is nothing to choose the words stand alone. */
const Choice = <Value extends string>({
  legend,
  options,
  chosen,
  onChoose,
}: {
  readonly legend: string;
  readonly options: readonly Option<Value>[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}) => {
  const words = useWords();
  const name = useId();
  const [only, ...more] = [...new Set(options.map(({ text }) => text))];
  if (more.length === 0) {
    return only === undefined || only === '' ? null : (
      <div className="merge-field">
        <h3 className="merge-legend">{legend}</h3>
        <p className="merge-words" dir="auto">
          {only}
        </p>
      </div>
    );
  }
  return (
    <fieldset className="merge-field">
      <legend className="merge-legend">{legend}</legend>
      {options.map(({ value, text }) => (
        <label key={value} className="merge-option">
          <input
            type="radio"
            name={name}
            checked={value === chosen}
            onChange={() => {
              onChoose(value);
            }}
          />
          <span className="merge-words" dir="auto">
            {text === '' ? <i>{words('customer.merge.nothing')}</i> : text}
          </span>
        </label>
      ))}
    </fieldset>
  );
};

/** The addresses shown of each side before the rest is only counted. */
const addressesShown = 6;

const Side = ({ side }: { readonly side: MergeSide }) => {
  const words = useWords();
  const more = side.identities.length - addressesShown;
  return (
    <li className="merge-side">
      <bdi className="merge-side-name">{calledName(side)}</bdi>
      <ul>
        {side.identities.slice(0, addressesShown).map(({ channel, address }) => (
          <li key={`${channel} ${address}`}>
            <bdi>{address}</bdi>
          </li>
        ))}
        {more > 0 ? <li>{words('customer.addresses.more', { count: more })}</li> : null}
      </ul>
      <p className="customer-soft">{words('customer.merge.conversations', { count: side.conversations })}</p>
    </li>
  );
};

const Preview = ({
  into,
  from,
  choice,
  onChoose,
}: {
  readonly into: MergeSide;
  readonly from: MergeSide;
  readonly choice: MergeChoice;
  readonly onChoose: (choice: MergeChoice) => void;
}) => {
  const words = useWords();
  const sides = (field: 'name' | 'company' | 'note'): readonly Option<'into' | 'from'>[] => [
    { value: 'into', text: into[field] },
    { value: 'from', text: from[field] },
  ];
  const both = into.note !== '' && from.note !== '';
  const notes: readonly Option<'into' | 'from' | 'both'>[] = [
    ...(both ? [{ value: 'both' as const, text: `${into.note}\n\n${from.note}` }] : []),
    ...sides('note'),
  ];
  return (
    <div className="merge-preview">
      <Choice
        legend={words('customer.name')}
        options={sides('name')}
        chosen={choice.name}
        onChoose={(name) => onChoose({ ...choice, name })}
      />
      <Choice
        legend={words('customer.company')}
        options={sides('company')}
        chosen={choice.company}
        onChoose={(company) => onChoose({ ...choice, company })}
      />
      <Choice
        legend={words('customer.note')}
        options={notes}
        chosen={choice.note}
        onChoose={(note) => onChoose({ ...choice, note })}
      />
      <div className="merge-field">
        <h3 className="merge-legend">{words('customer.merge.together')}</h3>
        <ul className="merge-sides">
          <Side side={into} />
          <Side side={from} />
        </ul>
      </div>
      <p className="customer-soft">{words('customer.merge.undoable')}</p>
    </div>
  );
};

const PreviewStep = ({
  into,
  from,
  onBack,
  onClose,
}: {
  readonly into: CustomerId;
  readonly from: CustomerId;
  readonly onBack: (() => void) | null;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const change = useCustomerChange();
  const { data, error } = useLive('customer.mergePreview', { into, from });
  const [chosen, setChosen] = useState<MergeChoice | null>(null);
  const [busy, setBusy] = useState(false);
  const choice = chosen ?? (data === undefined ? null : proposedChoice(data.into, data.from));
  const merge = (): void => {
    if (data === undefined || choice === null) return;
    setBusy(true);
    const input = {
      into: { id: into, rev: data.into.rev },
      from: { id: from, rev: data.from.rev },
      choice,
    };
    void change.merge(input, calledName(data.from)).then((done) => {
      setBusy(false);
      if (done) onClose();
    });
  };
  const body = ((): ReactNode => {
    if (data !== undefined && choice !== null)
      return <Preview into={data.into} from={data.from} choice={choice} onChoose={setChosen} />;
    return error === null ? (
      <Busy subject={words('customer.loading')} />
    ) : (
      <Notice tone="bad">{refusalWords(words, error.failure)}</Notice>
    );
  })();
  return (
    <Dialog
      title={words('customer.merge.title')}
      closeLabel={words('word.close')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onBack ?? onClose}>{words(onBack === null ? 'word.cancel' : 'word.back')}</Button>
          <Button kind="primary" busy={busy} disabled={data === undefined} onClick={merge}>
            {words('customer.merge.do')}
          </Button>
        </>
      }
    >
      {body}
    </Dialog>
  );
};

/**
 * Makes two customers one: chooses the other where it is not known yet, shows what would come together and whose words
 * win, and does it with one click that can be taken back.
 */
export const MergeDialog = ({
  into,
  from,
  onClose,
}: {
  readonly into: CustomerId;
  /** Null to be chosen first. */
  readonly from: CustomerId | null;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const [found, setFound] = useState<CustomerId | null>(null);
  const other = from ?? found;
  if (other !== null) {
    return (
      <PreviewStep
        into={into}
        from={other}
        onBack={
          from === null
            ? () => {
                setFound(null);
              }
            : null
        }
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog title={words('customer.merge.title')} closeLabel={words('word.close')} onClose={onClose}>
      <CustomerSearch
        label={words('customer.merge.with')}
        not={into}
        onChoose={({ id }) => {
          setFound(id);
        }}
      />
    </Dialog>
  );
};
