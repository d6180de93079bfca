import { SelectField, useWords } from '#renderer/ui/index.ts';
import type { AccountRow } from '#shared/contract/accounts.ts';
import { useChange } from '../model/use-change.ts';

/** After how many working days a reply comes back; zero for never. */
const noReplyDays = [0, 1, 2, 3, 5, 10] as const;

/** When a sent answer that nobody answered comes back. */
export const NoReplyField = ({ account }: { readonly account: AccountRow }) => {
  const words = useWords();
  const change = useChange();
  const set = account.noReplyDays ?? 0;
  const choices = [...new Set([...noReplyDays, set])].sort((one, other) => one - other);
  return (
    <SelectField
      label={words('settings.no-reply')}
      hint={words('settings.no-reply.hint')}
      value={String(set)}
      options={choices.map((days) => ({
        value: String(days),
        label: words('settings.no-reply.days', { days }),
      }))}
      onChange={(event) => {
        const days = Number(event.currentTarget.value);
        void change('account.update', { id: account.id, noReplyDays: days === 0 ? null : days });
      }}
    />
  );
};
