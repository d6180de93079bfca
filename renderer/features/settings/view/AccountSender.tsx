import { useState } from 'react';
import { Button, TextArea, TextField, useWords } from '#renderer/ui/index.ts';
import type { AccountRow } from '#shared/contract/accounts.ts';
import { useChange } from '../model/use-change.ts';

/** What an account is called here, and under which name and signature it sends. */
export const AccountSender = ({
  account,
  mail,
}: {
  readonly account: AccountRow;
  readonly mail: boolean;
}) => {
  const words = useWords();
  const change = useChange();
  const [label, setLabel] = useState(account.label);
  const [senderName, setSenderName] = useState(account.senderName);
  const [signature, setSignature] = useState(account.signature);
  const same =
    label === account.label && senderName === account.senderName && signature === account.signature;
  return (
    <form
      className="settings-block"
      onSubmit={(event) => {
        event.preventDefault();
        void change(
          'account.update',
          { id: account.id, label: label.trim(), senderName: senderName.trim(), signature },
          words('word.saved'),
        );
      }}
    >
      <div className="settings-pair">
        <TextField
          label={words('settings.account.label')}
          hint={words('settings.account.label.hint')}
          maxLength={200}
          value={label}
          onChange={(event) => {
            setLabel(event.currentTarget.value);
          }}
        />
        <TextField
          label={words('settings.account.sender')}
          hint={words('settings.account.sender.hint')}
          maxLength={200}
          value={senderName}
          onChange={(event) => {
            setSenderName(event.currentTarget.value);
          }}
        />
      </div>
      {mail ? (
        <TextArea
          label={words('settings.account.signature')}
          hint={words('settings.account.signature.hint')}
          maxLength={20_000}
          rows={4}
          value={signature}
          onChange={(event) => {
            setSignature(event.currentTarget.value);
          }}
        />
      ) : null}
      <div className="settings-actions">
        <Button kind="primary" small submit disabled={same}>
          {words('word.save')}
        </Button>
      </div>
    </form>
  );
};
