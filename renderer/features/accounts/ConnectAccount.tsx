import { ArrowLeft, ExternalLink, LockKeyhole } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { ManagedNote, laidDownFor, usePolicy } from '#renderer/features/policy/index.ts';
import { Busy, Button, Notice, SelectField, classes, refusalWords, useWords } from '#renderer/ui/index.ts';
import { ChannelIcon, useAction, useNavigation } from '#renderer/workbench/index.ts';
import type { AccountRow, Settings } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { useWizard, type WizardHands } from './model/use-wizard.ts';
import { looksLikeAddress, missingSettings, wrongFieldOf, type Wizard } from './model/wizard.ts';
import { ChannelLimits } from './view/ChannelLimits.tsx';
import { ChannelPicker } from './view/ChannelPicker.tsx';
import { DirectStep } from './view/DirectStep.tsx';
import { FolderChoice } from './view/FolderChoice.tsx';
import { OfferedAccounts } from './view/OfferedAccounts.tsx';
import { IdentityFields } from './view/IdentityFields.tsx';
import { SecretField } from './view/SecretField.tsx';
import { SettingsForm } from './view/SettingsForm.tsx';
import { TroubleNotice } from './view/TroubleNotice.tsx';
import './accounts.css';

const AddressStep = ({ hands, autoFocus }: { readonly hands: WizardHands; readonly autoFocus: boolean }) => {
  const words = useWords();
  const { wizard, tell, look, trust } = hands;
  const [tried, setTried] = useState(false);
  const bad = !looksLikeAddress(wizard.profile, wizard.address);
  return (
    <form
      className="wizard-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!bad) look();
      }}
    >
      <IdentityFields hands={hands} tried={tried} autoFocus={autoFocus} />
      <ChannelLimits profile={wizard.profile} />
      <TroubleNotice trouble={wizard.trouble} spoken={wizard.profile} onTrust={trust} />
      <div className="wizard-foot">
        <Button kind="primary" submit>
          {words('word.next')}
        </Button>
        <Button
          kind="quiet"
          onClick={() => {
            setTried(true);
            if (!bad) tell({ kind: 'by-hand' });
          }}
        >
          {words('wizard.by-hand')}
        </Button>
      </div>
    </form>
  );
};

/** Whether the words of mail, with its mailboxes and folders, are the right ones. */
const isMail = ({ profile }: Wizard): boolean => profile.capabilities.subject;

const LookingStep = ({ hands }: { readonly hands: WizardHands }) => {
  const words = useWords();
  const { wizard, tell } = hands;
  const domain = /[^@:]*$/.exec(wizard.address)?.[0] ?? wizard.address;
  return (
    <div className="wizard-form">
      <Busy subject={words(isMail(wizard) ? 'wizard.looking' : 'wizard.looking.chat', { domain })} />
      <p className="wizard-soft">
        {words(isMail(wizard) ? 'wizard.looking.what' : 'wizard.looking.what.chat', { domain })}
      </p>
      <div className="wizard-foot">
        <Button
          onClick={() => {
            tell({ kind: 'by-hand' });
          }}
        >
          {words('wizard.by-hand')}
        </Button>
        <BackButton hands={hands} />
      </div>
    </div>
  );
};

const BackButton = ({ hands }: { readonly hands: WizardHands }) => {
  const words = useWords();
  return (
    <Button
      kind="quiet"
      icon={ArrowLeft}
      onClick={() => {
        hands.tell({ kind: 'back' });
      }}
    >
      {words('word.back')}
    </Button>
  );
};

const LeaveButton = () => {
  const words = useWords();
  const { go } = useNavigation();
  return (
    <div className="wizard-leave">
      <Button
        kind="quiet"
        small
        icon={ArrowLeft}
        onClick={() => {
          go({ kind: 'desk' });
        }}
      >
        {words('wizard.leave')}
      </Button>
    </div>
  );
};

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

const ProveStep = ({ hands }: { readonly hands: WizardHands }) => {
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

const ManualStep = ({
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

/** What an account is called before it is connected: its address, or its channel where there is none to type. */
const nameOf = ({ profile, address }: Wizard, words: ReturnType<typeof useWords>): string =>
  address === '' ? words.of(`channel.${profile.kind}`, {}, 'channel.other') : address;

const stepOf = (hands: WizardHands, autoFocus: boolean, words: ReturnType<typeof useWords>): ReactNode => {
  const { wizard } = hands;
  switch (wizard.stage.kind) {
    case 'address':
      return wizard.profile.discovery ? (
        <AddressStep key={wizard.profile.kind} hands={hands} autoFocus={autoFocus} />
      ) : (
        <DirectStep key={wizard.profile.kind} hands={hands} autoFocus={autoFocus} />
      );
    case 'looking':
      return <LookingStep hands={hands} />;
    case 'prove':
      return <ProveStep hands={hands} />;
    case 'manual':
      return <ManualStep hands={hands} nothingFound={wizard.stage.because === 'nothing-found'} />;
    case 'signing-in':
      return (
        <div className="wizard-form">
          <Busy subject={words('wizard.signing-in')} />
          <p className="wizard-soft">{words('wizard.signing-in.what')}</p>
          <div className="wizard-foot">
            <Button onClick={hands.cancelSignIn}>{words('wizard.signing-in.cancel')}</Button>
          </div>
        </div>
      );
    case 'trying':
      if (wizard.stage.from === 'address')
        return <DirectStep key={wizard.profile.kind} hands={hands} autoFocus={autoFocus} />;
      return (
        <div className="wizard-form">
          <Busy subject={words('wizard.trying', { address: nameOf(wizard, words) })} />
          {isMail(wizard) ? <p className="wizard-soft">{words('wizard.trying.what')}</p> : null}
        </div>
      );
    case 'folders':
      return <FolderChoice id={wizard.stage.id} profile={wizard.profile} />;
  }
};

/** Whether a form that asks for everything is on the screen, also while what it says is tried. */
const isAtForm = ({ stage }: Wizard): boolean =>
  stage.kind === 'address' || (stage.kind === 'trying' && stage.from === 'address');

const Steps = ({
  profiles,
  profile,
  senderName,
  again,
}: {
  readonly profiles: readonly ChannelProfile[];
  readonly profile: ChannelProfile;
  readonly senderName: string;
  readonly again: AccountRow | null;
}) => {
  const words = useWords();
  const hands = useWizard(profile, senderName, again);
  // The keyboard stays on the channels while one goes through them.
  const [picked, setPicked] = useState(false);
  const { wizard } = hands;
  const { kind } = wizard.stage;
  const choosing = isAtForm(wizard) && again === null && profiles.length > 1;
  const about = `channel.${wizard.profile.kind}.about`;
  const title =
    kind === 'folders' ? 'wizard.title.done' : again === null ? 'wizard.title' : 'wizard.title.again';
  return (
    <div className={classes('wizard-sheet', choosing && 'wizard-sheet-wide')}>
      {kind === 'folders' ? null : <LeaveButton />}
      <h1 className="wizard-title">{words(title, { address: nameOf(wizard, words) })}</h1>
      {isAtForm(wizard) && again === null ? <OfferedAccounts profiles={profiles} hands={hands} /> : null}
      {choosing ? (
        <div className="wizard-columns">
          <ChannelPicker
            profiles={profiles}
            chosen={wizard.profile.kind}
            onChoose={(chosen) => {
              if (kind !== 'address') return;
              setPicked(true);
              hands.tell({ kind: 'channel', profile: chosen });
            }}
          />
          <section className="wizard-chosen" aria-labelledby="wizard-chosen">
            <h2 className="wizard-chosen-title" id="wizard-chosen">
              <ChannelIcon channel={wizard.profile.kind} size={18} />
              {words.of(`channel.${wizard.profile.kind}`, {}, 'channel.other')}
            </h2>
            <p className="wizard-soft">
              {!isMail(wizard) && words.has(about) ? words(about) : words('wizard.what')}
            </p>
            {stepOf(hands, !picked, words)}
          </section>
        </div>
      ) : (
        stepOf(hands, true, words)
      )}
      <p className="wizard-safe">
        <LockKeyhole aria-hidden size={14} />
        {words('wizard.safe')}
      </p>
    </div>
  );
};

/** Connects an account, address first, or an account that is here already anew. */
export const ConnectAccount = ({
  account,
  senderName,
}: {
  readonly account: AccountId | null;
  readonly senderName: string;
}) => {
  const words = useWords();
  const { go } = useNavigation();
  const kinds = useLive('account.kinds', {});
  const accounts = useLive('account.list', account === null ? null : {});
  const leave = (): void => {
    go({ kind: 'desk' });
  };
  useAction('app.back', leave);

  const profiles = (kinds.data?.kinds ?? []).filter(({ connectable }) => connectable);
  const again = accounts.data?.accounts.find(({ id }) => id === account) ?? null;
  const profile = again === null ? profiles[0] : profiles.find(({ kind }) => kind === again.kind);
  const waits = kinds.isPending || (account !== null && accounts.isPending);

  return (
    <main className="wizard" id="main">
      {kinds.error === null ? null : (
        <div className="wizard-sheet">
          <Notice tone="bad" live>
            <p>{refusalWords(words, kinds.error.failure)}</p>
          </Notice>
        </div>
      )}
      {waits ? (
        <div className="wizard-sheet">
          <Busy subject={words('word.loading')} />
        </div>
      ) : null}
      {!waits && profile === undefined && kinds.error === null ? (
        <div className="wizard-sheet">
          <Notice tone="bad">
            <p>{words('wizard.no-channel')}</p>
          </Notice>
        </div>
      ) : null}
      {waits || profile === undefined ? null : (
        <Steps
          key={account ?? 'new'}
          profiles={profiles}
          profile={profile}
          senderName={senderName}
          again={again}
        />
      )}
    </main>
  );
};
