import { SelectField, useWords } from '#renderer/ui/index.ts';
import { useProfiles } from '#renderer/workbench/index.ts';
import type { AccountHead } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import type { Words } from '#shared/messages/format.ts';

const shown = (
  { kind, senderName, address, label }: AccountHead,
  profile: ChannelProfile | null,
  words: Words,
): string => {
  if (profile === null || profile.capabilities.subject)
    return senderName === '' ? address : `${senderName} <${address}>`;
  return words('composer.from.chat', {
    account: label === '' ? address : label,
    channel: words.of(`channel.${kind}`, {}, 'channel.other'),
  });
};

/** Which account a message is sent from, where there is a choice among those that can. */
export const AccountChoice = ({
  account,
  accounts,
  onChange,
}: {
  readonly account: AccountId | null;
  readonly accounts: readonly AccountHead[];
  readonly onChange: (account: AccountId) => void;
}) => {
  const words = useWords();
  const profileOf = useProfiles();
  if (accounts.length < 2) return null;
  return (
    <div className="composer-from">
      <SelectField
        label={words('composer.from')}
        labelUnseen
        value={account ?? ''}
        options={accounts.map((row) => ({ value: row.id, label: shown(row, profileOf(row.kind), words) }))}
        onChange={(event) => {
          const chosen = accounts.find(({ id }) => id === event.target.value);
          if (chosen !== undefined) onChange(chosen.id);
        }}
      />
    </div>
  );
};
