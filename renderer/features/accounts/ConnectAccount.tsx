import { ArrowLeft, LockKeyhole } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, Notice, classes, refusalWords, useWords } from '#renderer/ui/index.ts';
import { ChannelIcon, useAction, useNavigation } from '#renderer/workbench/index.ts';
import type { AccountRow } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { useWizard, type WizardHands } from './model/use-wizard.ts';
import { isMail, type Wizard } from './model/wizard.ts';
import { AddressStep } from './view/AddressStep.tsx';
import { ChannelPicker } from './view/ChannelPicker.tsx';
import { DirectStep } from './view/DirectStep.tsx';
import { FolderChoice } from './view/FolderChoice.tsx';
import { LookingStep } from './view/LookingStep.tsx';
import { ManualStep } from './view/ManualStep.tsx';
import { OfferedAccounts } from './view/OfferedAccounts.tsx';
import { ProveStep } from './view/ProveStep.tsx';
import './accounts.css';

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
