import { Trash2 } from 'lucide-react';
import { Button, Dialog, useWords } from '#renderer/ui/index.ts';
import type { AccountRow } from '#shared/contract/accounts.ts';
import { nameOf } from '../model/account-name.ts';
import { useChange } from '../model/use-change.ts';

/** Asks before an account is removed. */
export const RemoveAccountDialog = ({
  account,
  onClose,
}: {
  readonly account: AccountRow;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const change = useChange();
  return (
    <Dialog
      title={words('settings.remove.title', { address: nameOf(account) })}
      closeLabel={words('word.close')}
      size="small"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words('word.cancel')}</Button>
          <Button
            kind="danger"
            icon={Trash2}
            onClick={() => {
              onClose();
              void change(
                'account.remove',
                { id: account.id },
                words('settings.remove.done', { address: nameOf(account) }),
              );
            }}
          >
            {words('settings.remove.do')}
          </Button>
        </>
      }
    >
      <p>{words('settings.remove.what')}</p>
    </Dialog>
  );
};
