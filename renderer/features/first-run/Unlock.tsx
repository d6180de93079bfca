import { useState } from 'react';
import { ForgotPassphrase } from '#renderer/features/recovery/index.ts';
import { Button, TextField, useWords } from '#renderer/ui/index.ts';
import { useAsking } from './use-asking.ts';
import { Sheet } from './view/Sheet.tsx';

/** The workspace is sealed with a passphrase. */
export const Unlock = () => {
  const words = useWords();
  const [passphrase, setPassphrase] = useState('');
  const [forgot, setForgot] = useState(false);
  const { busy, refused, ask } = useAsking('app.unlock');
  if (forgot)
    return (
      <Sheet title={words('recovery.forgot.title')}>
        <ForgotPassphrase
          onBack={() => {
            setForgot(false);
          }}
        />
      </Sheet>
    );
  return (
    <Sheet title={words('passphrase.unlock.title')}>
      <form
        className="first-run-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (passphrase !== '') ask({ passphrase });
        }}
      >
        <TextField
          label={words('passphrase.field')}
          type="password"
          autoComplete="current-password"
          autoFocus
          maxLength={1_000}
          value={passphrase}
          hint={words('passphrase.unlock.hint')}
          error={refused}
          onChange={(event) => {
            setPassphrase(event.currentTarget.value);
          }}
        />
        <p className="unseen" role="alert">
          {refused}
        </p>
        <div>
          <Button kind="primary" submit busy={busy} disabled={passphrase === ''}>
            {busy ? words('passphrase.unlock.busy') : words('passphrase.unlock.do')}
          </Button>
        </div>
      </form>
      <div>
        <Button
          kind="quiet"
          onClick={() => {
            setForgot(true);
          }}
        >
          {words('recovery.forgot')}
        </Button>
      </div>
    </Sheet>
  );
};
