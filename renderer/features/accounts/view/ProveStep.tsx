import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { Button, SelectField, useWords } from '#renderer/ui/index.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { WizardHands } from '../model/use-wizard.ts';
import { isMail } from '../model/wizard.ts';
import { BackButton } from './BackButton.tsx';
import { SecretField } from './SecretField.tsx';
import { TroubleNotice } from './TroubleNotice.tsx';

/** The servers in one line each, by the fields of the channel's form that name a host. */
const ServersFound = ({
  profile,
  settings,
}: {
  readonly profile: ChannelProfile;
  readonly settings: Settings;
}) => {
  const words = useWords();
  return (
    <dl className="wizard-servers">
      {profile.fields
        .filter(({ type }) => type === 'host')
        .map(({ name }) => {
          const key = `channel.${profile.kind}.${name}`;
          const port = settings[name.replace(/Host$/, 'Port')];
          return (
            <div key={name}>
              <dt>{words.has(key) ? words(key) : name}</dt>
              <dd>{`${String(settings[name] ?? '')}${typeof port === 'number' ? `:${port}` : ''}`}</dd>
            </div>
          );
        })}
    </dl>
  );
};

/** Asks for the password or the sign-in, once the servers are known. */
export const ProveStep = ({ hands }: { readonly hands: WizardHands }) => {
  const words = useWords();
  const { wizard, tell, trySecret, signIn, trust } = hands;
  const [password, setPassword] = useState('');
  const found = wizard.found[wizard.chosen];
  const provider = found?.provider ?? null;
  const providerName = words.of(`provider.${provider ?? 'other'}`, {}, 'provider.other');
  const byBrowser = wizard.proof === 'oauth';
  return (
    <form
      className="wizard-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (byBrowser) signIn();
        else if (password !== '') trySecret(password);
      }}
    >
      <p>
        {words(found === undefined ? 'wizard.found.by-hand' : `wizard.found.${found.how}`, {
          address: wizard.address,
          provider: providerName,
        })}
      </p>
      <ServersFound profile={wizard.profile} settings={wizard.settings} />
      {wizard.found.length > 1 ? (
        <SelectField
          label={words('wizard.found.other')}
          value={String(wizard.chosen)}
          options={wizard.found.map((candidate, index) => ({
            value: String(index),
            label: words('wizard.found.option', {
              number: index + 1,
              servers: wizard.profile.fields
                .filter(({ type }) => type === 'host')
                .map(({ name }) => String(candidate.settings[name] ?? ''))
                .join(', '),
            }),
          }))}
          onChange={(event) => {
            tell({ kind: 'choose', index: Number(event.currentTarget.value) });
          }}
        />
      ) : null}
      {byBrowser ? (
        <p className="wizard-soft">{words('wizard.oauth.what', { provider: providerName })}</p>
      ) : (
        <SecretField
          profile={wizard.profile}
          {...(isMail(wizard)
            ? { hint: words.of(`wizard.password.hint.${provider ?? 'other'}`, {}, 'wizard.password.hint') }
            : {})}
          autoFocus
          error={null}
          value={password}
          onChange={setPassword}
        />
      )}
      <TroubleNotice trouble={wizard.trouble} spoken={wizard.profile} onTrust={trust} />
      <div className="wizard-foot">
        {byBrowser ? (
          <Button kind="primary" submit icon={ExternalLink}>
            {words('wizard.oauth.do', { provider: providerName })}
          </Button>
        ) : (
          <Button kind="primary" submit disabled={password === ''}>
            {words('wizard.connect')}
          </Button>
        )}
        {wizard.profile.oauth && wizard.found.some(({ signIn: way }) => way === 'oauth') ? (
          <Button
            kind="quiet"
            onClick={() => {
              tell({ kind: 'proof', proof: byBrowser ? 'password' : 'oauth' });
            }}
          >
            {words(byBrowser ? 'wizard.use-password' : 'wizard.use-browser')}
          </Button>
        ) : null}
        <Button
          kind="quiet"
          onClick={() => {
            tell({ kind: 'by-hand' });
          }}
        >
          {words('wizard.change-servers')}
        </Button>
        {wizard.account === null ? <BackButton hands={hands} /> : null}
      </div>
    </form>
  );
};
