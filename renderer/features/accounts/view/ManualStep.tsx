import { useState } from 'react';
import { ManagedNote, laidDownFor, usePolicy } from '#renderer/features/policy/index.ts';
import { Button, Notice, useWords } from '#renderer/ui/index.ts';
import type { WizardHands } from '../model/use-wizard.ts';
import { missingSettings, wrongFieldOf } from '../model/wizard.ts';
import { BackButton } from './BackButton.tsx';
import { SecretField } from './SecretField.tsx';
import { SettingsForm } from './SettingsForm.tsx';
import { TroubleNotice } from './TroubleNotice.tsx';

/** Asks for the servers by hand. */
export const ManualStep = ({
  hands,
  nothingFound,
}: {
  readonly hands: WizardHands;
  readonly nothingFound: boolean;
}) => {
  const words = useWords();
  const { wizard, tell, trySecret, trust } = hands;
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const policy = usePolicy();
  const laidDown = laidDownFor(policy, wizard.profile, wizard.address, wizard.settings);
  const managedBy =
    'imapHost' in laidDown
      ? 'accounts.mailServers'
      : wizard.settings['provider'] === 'google'
        ? 'oauth.googleClientId'
        : 'oauth.microsoftClientId';
  const missing = missingSettings(wizard.profile, { ...wizard.settings, ...laidDown });
  const { trouble } = wizard;
  const wrongField = wrongFieldOf(trouble);
  return (
    <form
      className="wizard-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (missing.size === 0) trySecret(password);
      }}
    >
      {nothingFound ? (
        <Notice tone="note" title={words('wizard.nothing-found')} live>
          <p>{words('wizard.nothing-found.what', { address: wizard.address })}</p>
        </Notice>
      ) : null}
      {Object.keys(laidDown).length === 0 ? null : (
        <p>
          <ManagedNote of={managedBy} />
        </p>
      )}
      <SettingsForm
        profile={wizard.profile}
        settings={wizard.settings}
        laidDown={laidDown}
        wrongField={wrongField}
        missing={tried ? missing : new Set()}
        onChange={(name, value) => {
          tell({ kind: 'setting', name, value });
        }}
      />
      <SecretField
        profile={wizard.profile}
        autoFocus={false}
        error={null}
        value={password}
        onChange={setPassword}
      />
      <TroubleNotice trouble={wrongField === null ? trouble : null} spoken={wizard.profile} onTrust={trust} />
      <div className="wizard-foot">
        <Button kind="primary" submit>
          {words('wizard.connect')}
        </Button>
        <BackButton hands={hands} />
      </div>
    </form>
  );
};
