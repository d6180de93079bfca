import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, IconButton, SelectField, TextField, useWords } from '#renderer/ui/index.ts';
import type { AccountHead } from '#shared/contract/accounts.ts';
import type { TargetRules } from '#shared/contract/targets.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { WorkingHoursForm } from './WorkingHours.tsx';
import { readTarget, targetText } from './model/hours-text.ts';
import { useChange } from './model/use-change.ts';

/** Whose targets a row of the form holds. */
type Of =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'account'; readonly account: AccountId }
  | { readonly kind: 'tag'; readonly tag: string };

type Row = {
  readonly of: Of;
  readonly firstAnswer: string;
  readonly nextAnswer: string;
  readonly resolution: string;
};

const fields = [
  ['firstAnswer', 'settings.targets.first-answer'],
  ['nextAnswer', 'settings.targets.next-answer'],
  ['resolution', 'settings.targets.resolution'],
] as const;

const keyOf = (of: Of): string => {
  switch (of.kind) {
    case 'everybody':
      return 'everybody';
    case 'account':
      return `account ${of.account}`;
    case 'tag':
      return `tag ${of.tag}`;
  }
};

const rowOf = (of: Of, targets: TargetRules['workspace']): Row => ({
  of,
  firstAnswer: targetText(targets.firstAnswer),
  nextAnswer: targetText(targets.nextAnswer),
  resolution: targetText(targets.resolution),
});

const rowsOf = ({ workspace, byAccount, byTag }: TargetRules): readonly Row[] => [
  rowOf({ kind: 'everybody' }, workspace),
  ...byTag.map(({ tag, targets }) => rowOf({ kind: 'tag', tag }, targets)),
  ...byAccount.map(({ account, targets }) => rowOf({ kind: 'account', account }, targets)),
];

/** The rules that the rows make; null while a field is not understood. */
const rulesOf = (rows: readonly Row[]): TargetRules | null => {
  const none = { firstAnswer: null, nextAnswer: null, resolution: null };
  const rules: TargetRules = { workspace: none, byAccount: [], byTag: [] };
  for (const { of, ...typed } of rows) {
    const firstAnswer = readTarget(typed.firstAnswer);
    const nextAnswer = readTarget(typed.nextAnswer);
    const resolution = readTarget(typed.resolution);
    if (firstAnswer === undefined || nextAnswer === undefined || resolution === undefined) return null;
    const targets = { firstAnswer, nextAnswer, resolution };
    if (of.kind === 'everybody') rules.workspace = targets;
    else if (of.kind === 'account') rules.byAccount.push({ account: of.account, targets });
    else rules.byTag.push({ tag: of.tag, targets });
  }
  return rules;
};

const accountName = (accounts: readonly AccountHead[], id: AccountId): string => {
  const account = accounts.find((one) => one.id === id);
  if (account === undefined) return id;
  return account.label === '' ? account.address : account.label;
};

const useNameOf = (accounts: readonly AccountHead[]): ((of: Of) => string) => {
  const words = useWords();
  return (of) => {
    switch (of.kind) {
      case 'everybody':
        return words('settings.targets.everybody');
      case 'account':
        return words('settings.targets.account', { name: accountName(accounts, of.account) });
      case 'tag':
        return words('settings.targets.tag', { tag: of.tag });
    }
  };
};

const RowFields = ({
  row,
  name,
  onChange,
  onRemove,
}: {
  readonly row: Row;
  readonly name: string;
  readonly onChange: (row: Row) => void;
  readonly onRemove: (() => void) | null;
}) => {
  const words = useWords();
  return (
    <fieldset className="targets-row">
      <legend>{name}</legend>
      <div className="settings-pair">
        {fields.map(([field, label]) => (
          <TextField
            key={field}
            label={words(label)}
            error={readTarget(row[field]) === undefined ? words('settings.targets.wrong') : null}
            inputMode="decimal"
            maxLength={10}
            value={row[field]}
            onChange={(event) => {
              onChange({ ...row, [field]: event.currentTarget.value });
            }}
          />
        ))}
      </div>
      {onRemove === null ? null : (
        <IconButton
          icon={Trash2}
          label={words('settings.targets.remove', { what: name })}
          onClick={onRemove}
        />
      )}
    </fieldset>
  );
};

const AddRow = ({
  choices,
  nameOf,
  onAdd,
}: {
  readonly choices: readonly Of[];
  readonly nameOf: (of: Of) => string;
  readonly onAdd: (of: Of) => void;
}) => {
  const words = useWords();
  const [chosen, setChosen] = useState('');
  const found = choices.find((of) => keyOf(of) === chosen);
  return (
    <div className="targets-add">
      <SelectField
        label={words('settings.targets.for')}
        value={chosen}
        options={[
          { value: '', label: words('settings.targets.choose') },
          ...choices.map((of) => ({ value: keyOf(of), label: nameOf(of) })),
        ]}
        onChange={(event) => {
          setChosen(event.currentTarget.value);
        }}
      />
      <Button
        small
        icon={Plus}
        disabled={found === undefined}
        onClick={() => {
          if (found !== undefined) onAdd(found);
          setChosen('');
        }}
      >
        {words('settings.targets.add')}
      </Button>
    </div>
  );
};

const RulesForm = ({ rules }: { readonly rules: TargetRules }) => {
  const words = useWords();
  const change = useChange();
  const accounts = useLive('account.heads', {}).data?.accounts ?? [];
  const tags = useLive('tag.list', {}).data?.tags ?? [];
  const nameOf = useNameOf(accounts);
  const [rows, setRows] = useState(() => rowsOf(rules));
  const made = rulesOf(rows);
  const taken = new Set(rows.map(({ of }) => keyOf(of)));
  const choices = [
    ...tags.map(({ tag }): Of => ({ kind: 'tag', tag })),
    ...accounts.map(({ id }): Of => ({ kind: 'account', account: id })),
  ].filter((of) => !taken.has(keyOf(of)));
  return (
    <form
      className="settings-stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (made !== null) void change('target.setRules', { rules: made }, words('word.saved'));
      }}
    >
      <p className="settings-soft">{words('settings.targets.what')}</p>
      {rows.map((row) => (
        <RowFields
          key={keyOf(row.of)}
          row={row}
          name={nameOf(row.of)}
          onChange={(next) => {
            setRows((before) => before.map((one) => (keyOf(one.of) === keyOf(next.of) ? next : one)));
          }}
          onRemove={
            row.of.kind === 'everybody'
              ? null
              : () => {
                  setRows((before) => before.filter((one) => keyOf(one.of) !== keyOf(row.of)));
                }
          }
        />
      ))}
      {choices.length === 0 ? null : (
        <AddRow
          choices={choices}
          nameOf={nameOf}
          onAdd={(of) => {
            setRows((before) => [...before, { of, firstAnswer: '', nextAnswer: '', resolution: '' }]);
          }}
        />
      )}
      <div className="settings-actions">
        <Button kind="primary" small submit disabled={made === null}>
          {words('word.save')}
        </Button>
      </div>
    </form>
  );
};

/** How soon customers are answered, and in which hours that is reckoned. */
export const TargetsSection = () => {
  const words = useWords();
  const { data } = useLive('target.settings', {});
  if (data === undefined) return <Busy subject={words('word.loading')} />;
  return (
    <div className="settings-stack">
      <section>
        <h3>{words('settings.targets')}</h3>
        <RulesForm key={JSON.stringify(data.rules)} rules={data.rules} />
      </section>
      <section>
        <h3>{words('settings.hours')}</h3>
        <WorkingHoursForm key={JSON.stringify(data.schedule)} schedule={data.schedule} />
      </section>
    </div>
  );
};
