import { ArrowLeft, ExternalLink, LockKeyhole } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, Notice, SelectField, TextField, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useAction, useNavigation } from '#renderer/workbench/index.ts';
import type { AccountRow, Settings } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { useWizard, type WizardHands } from './model/use-wizard.ts';
import { looksLikeAddress } from './model/wizard.ts';
import { FolderChoice } from './view/FolderChoice.tsx';
import { SettingsForm } from './view/SettingsForm.tsx';
import { TroubleNotice } from './view/TroubleNotice.tsx';
import './accounts.css';

const AddressStep = ({
  hands,
  profiles,
}: {
  readonly hands: WizardHands;
  readonly profiles: readonly ChannelProfile[];
}) => {
  const words = useWords();
  const { wizard, tell, look, trust } = hands;
  const [tried, setTried] = useState(false);
  const bad = !looksLikeAddress(wizard.address);
  const { kind, discovery } = wizard.profile;
  return (
    <form
      className="wizard-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (bad) return;
        if (discovery) look();
        else tell({ kind: 'by-hand' });
      }}
    >
      {profiles.length > 1 ? (
        <SelectField
          label={words('wizard.channel')}
          value={kind}
          options={profiles.map((profile) => ({
            value: profile.kind,
            label: words.of(`channel.${profile.kind}`, {}, 'channel.other'),
          }))}
          onChange={(event) => {
            const profile = profiles.find((candidate) => candidate.kind === event.currentTarget.value);
            if (profile !== undefined) tell({ kind: 'channel', profile });
          }}
        />
      ) : null}
      <TextField
        label={words.of(`channel.${kind}.address`, {}, 'wizard.address')}
        type="email"
        autoFocus
        autoComplete="email"
        spellCheck={false}
        maxLength={320}
        placeholder={words('wizard.address.example')}
        value={wizard.address}
        error={tried && bad ? words('wizard.address.bad') : null}
        onChange={(event) => {
          tell({ kind: 'typed', address: event.currentTarget.value.trim() });
        }}
      />
      <TextField
        label={words('wizard.name')}
        hint={words('wizard.name.hint')}
        autoComplete="name"
        maxLength={200}
        value={wizard.senderName}
        onChange={(event) => {
          tell({ kind: 'typed', senderName: event.currentTarget.value });
        }}
      />
      <TroubleNotice trouble={wizard.trouble} onTrust={trust} />
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

const LookingStep = ({ hands }: { readonly hands: WizardHands }) => {
  const words = useWords();
  const { wizard, tell } = hands;
  const domain = wizard.address.slice(wizard.address.lastIndexOf('@') + 1);
  return (
    <div className="wizard-form">
      <Busy subject={words('wizard.looking', { domain })} />
      <p className="wizard-soft">{words('wizard.looking.what', { domain })}</p>
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
  const { wizard, tell, tryPassword, signIn, trust } = hands;
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
        else if (password !== '') tryPassword(password);
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
        <TextField
          label={words('wizard.password')}
          hint={words.of(`wizard.password.hint.${provider ?? 'other'}`, {}, 'wizard.password.hint')}
          type="password"
          autoFocus
          autoComplete="current-password"
          maxLength={2_000}
          value={password}
          onChange={(event) => {
            setPassword(event.currentTarget.value);
          }}
        />
      )}
      <TroubleNotice trouble={wizard.trouble} onTrust={trust} />
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
  const { wizard, tell, tryPassword, trust } = hands;
  const [password, setPassword] = useState('');
  const { trouble } = wizard;
  const wrongField =
    trouble?.kind === 'failure' && trouble.failure.kind === 'settings' ? trouble.failure.where : null;
  return (
    <form
      className="wizard-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        tryPassword(password);
      }}
    >
      {nothingFound ? (
        <Notice tone="note" title={words('wizard.nothing-found')} live>
          <p>{words('wizard.nothing-found.what', { address: wizard.address })}</p>
        </Notice>
      ) : null}
      <SettingsForm
        profile={wizard.profile}
        settings={wizard.settings}
        wrongField={wrongField}
        onChange={(name, value) => {
          tell({ kind: 'setting', name, value });
        }}
      />
      <TextField
        label={words('wizard.password')}
        type="password"
        autoComplete="current-password"
        maxLength={2_000}
        value={password}
        onChange={(event) => {
          setPassword(event.currentTarget.value);
        }}
      />
      <TroubleNotice trouble={wrongField === null ? trouble : null} onTrust={trust} />
      <div className="wizard-foot">
        <Button kind="primary" submit>
          {words('wizard.connect')}
        </Button>
        <BackButton hands={hands} />
      </div>
    </form>
  );
};

const stepOf = (
  hands: WizardHands,
  profiles: readonly ChannelProfile[],
  words: ReturnType<typeof useWords>,
): ReactNode => {
  const { wizard } = hands;
  switch (wizard.stage.kind) {
    case 'address':
      return <AddressStep hands={hands} profiles={profiles} />;
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
      return (
        <div className="wizard-form">
          <Busy subject={words('wizard.trying', { address: wizard.address })} />
          <p className="wizard-soft">{words('wizard.trying.what')}</p>
        </div>
      );
    case 'folders':
      return <FolderChoice id={wizard.stage.id} />;
  }
};

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
  const { kind } = hands.wizard.stage;
  const title =
    kind === 'folders' ? 'wizard.title.done' : again === null ? 'wizard.title' : 'wizard.title.again';
  return (
    <>
      {kind === 'folders' ? null : <LeaveButton />}
      <h1 className="wizard-title">{words(title, { address: hands.wizard.address })}</h1>
      {kind === 'address' ? <p className="wizard-soft">{words('wizard.what')}</p> : null}
      {stepOf(hands, profiles, words)}
      <p className="wizard-safe">
        <LockKeyhole aria-hidden size={14} />
        {words('wizard.safe')}
      </p>
    </>
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
      <div className="wizard-sheet">
        {kinds.error === null ? null : (
          <Notice tone="bad" live>
            <p>{refusalWords(words, kinds.error.failure)}</p>
          </Notice>
        )}
        {waits ? <Busy subject={words('word.loading')} /> : null}
        {!waits && profile === undefined && kinds.error === null ? (
          <Notice tone="bad">
            <p>{words('wizard.no-channel')}</p>
          </Notice>
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
      </div>
    </main>
  );
};
