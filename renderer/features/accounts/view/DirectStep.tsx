import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { Button, useWords } from '#renderer/ui/index.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import type { WizardHands } from '../model/use-wizard.ts';
import { looksLikeAddress, missingSettings, wrongFieldOf } from '../model/wizard.ts';
import { ChannelLimits } from './ChannelLimits.tsx';
import { IdentityFields } from './IdentityFields.tsx';
import { SecretField } from './SecretField.tsx';
import { SettingsForm } from './SettingsForm.tsx';
import { TroubleNotice } from './TroubleNotice.tsx';

const none: ReadonlySet<string> = new Set();
/** What policies lay down of settings is about channels whose servers are looked for. */
const nothing: Settings = {};
/** Names under which a channel may refuse the password or the token itself. */
const secretNames: ReadonlySet<string> = new Set(['credential', 'password', 'token']);

/** Everything a channel without discovery asks for, on one form made from its profile. */
export const DirectStep = ({
  hands,
  autoFocus,
}: {
  readonly hands: WizardHands;
  readonly autoFocus: boolean;
}) => {
  const words = useWords();
  const { wizard, tell, trySecret, signIn, trust } = hands;
  // The form stays while it is tried: a token that was pasted is not to be looked for once more after a failure.
  const busy = wizard.stage.kind === 'trying';
  const { profile } = wizard;
  const [secret, setSecret] = useState('');
  const [tried, setTried] = useState(false);
  const asksSecret = profile.credential !== 'none';
  const missing = wizard.keepsSettings ? none : missingSettings(profile, wizard.settings);
  const badAddress = wizard.account === null && !looksLikeAddress(profile, wizard.address);
  const wrongField = wrongFieldOf(wizard.trouble);
  // A token is always needed; a password some servers do without, which they say themselves.
  const noSecret = profile.credential === 'token' && secret.trim() === '';
  const byBrowser = profile.oauth && !asksSecret;
  const ready = missing.size === 0 && !badAddress;
  const fieldIsKnown =
    wrongField !== null &&
    (wrongField === 'address' ||
      secretNames.has(wrongField) ||
      profile.fields.some(({ name }) => name === wrongField));

  return (
    <form
      className="wizard-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!ready || busy) return;
        if (byBrowser) signIn();
        else if (!noSecret) trySecret(secret.trim());
      }}
    >
      <IdentityFields hands={hands} tried={tried} autoFocus={autoFocus} />
      {wizard.keepsSettings ? null : (
        <SettingsForm
          profile={profile}
          settings={wizard.settings}
          laidDown={nothing}
          wrongField={wrongField}
          missing={tried ? missing : none}
          onChange={(name, value) => {
            tell({ kind: 'setting', name, value });
          }}
        />
      )}
      {asksSecret ? (
        <SecretField
          profile={profile}
          value={secret}
          autoFocus={wizard.account !== null}
          error={
            tried && noSecret
              ? words('wizard.field.missing')
              : wrongField !== null && secretNames.has(wrongField)
                ? words('account.failure.settings', { where: '' })
                : null
          }
          onChange={setSecret}
        />
      ) : (
        <Where kind={profile.kind} />
      )}
      {wizard.account === null ? <ChannelLimits profile={profile} /> : null}
      <TroubleNotice trouble={fieldIsKnown ? null : wizard.trouble} spoken={profile} onTrust={trust} />
      <div className="wizard-foot">
        <Button kind="primary" submit busy={busy} {...(byBrowser ? { icon: ExternalLink } : {})}>
          {words(busy ? 'wizard.connecting' : byBrowser ? 'wizard.oauth.plain' : 'wizard.connect')}
        </Button>
        {profile.oauth && asksSecret && !busy ? (
          <Button
            kind="quiet"
            icon={ExternalLink}
            onClick={() => {
              setTried(true);
              if (ready) signIn();
            }}
          >
            {words('wizard.use-browser')}
          </Button>
        ) : null}
        {wizard.keepsSettings && profile.fields.length > 0 && !busy ? (
          <Button
            kind="quiet"
            onClick={() => {
              tell({ kind: 'anew' });
            }}
          >
            {words('wizard.change-settings')}
          </Button>
        ) : null}
      </div>
    </form>
  );
};

/** Where to get what is asked for, on a channel whose secrets are among its settings. */
const Where = ({ kind }: { readonly kind: string }) => {
  const words = useWords();
  const key = `channel.${kind}.where`;
  return words.has(key) ? <p className="wizard-soft">{words(key)}</p> : null;
};
