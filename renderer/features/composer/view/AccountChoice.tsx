import { SelectField, useWords } from '#renderer/ui/index.ts';
import type { AccountRow } from '#shared/contract/accounts.ts';
import type { AccountId } from '#shared/kit/brand.ts';

const shown = ({ senderName, address }: AccountRow): string =>
  senderName === '' ? address : `${senderName} <${address}>`;

/** Which account a message is sent from, where there is a choice. */
export const AccountChoice = ({
  account,
  accounts,
  onChange,
}: {
  readonly account: AccountId | null;
  readonly accounts: readonly AccountRow[];
  readonly onChange: (account: AccountId) => void;
}) => {
  const words = useWords();
  // Mail imported from files has no server to send by.
  const senders = accounts.filter(({ archive }) => !archive);
  if (senders.length < 2) return null;
  return (
    <div className="composer-from">
      <SelectField
        label={words('composer.from')}
        labelUnseen
        value={account ?? ''}
        options={senders.map((row) => ({ value: row.id, label: shown(row) }))}
        onChange={(event) => {
          const chosen = senders.find(({ id }) => id === event.target.value);
          if (chosen !== undefined) onChange(chosen.id);
        }}
      />
    </div>
  );
};
