import { Starting, ChoosePassphrase, Unlock, Unusable, Welcome } from '#renderer/features/first-run/index.ts';
import { ConnectAccount } from '#renderer/features/accounts/index.ts';
import { useInTeam, useOpenedInvitation } from '#renderer/features/team/index.ts';
import { useLive } from '#renderer/engine-client/index.ts';
import { Failsafe, Notice, TooltipLayer, refusalWords, useWords } from '#renderer/ui/index.ts';
import { ProfilesProvider, useNavigation } from '#renderer/workbench/index.ts';
import { assertNever } from '#shared/kit/assert-never.ts';
import type { AppState } from '#shared/contract/app.ts';
import { Desk } from './Desk.tsx';
import { useTheme } from './use-theme.ts';

const Ready = ({ state }: { readonly state: Extract<AppState, { kind: 'ready' }> }) => {
  const { place } = useNavigation();
  const { screen } = place;
  // Who was let into a team has its conversations, with or without an account of their own.
  const inTeam = useInTeam() !== null;
  useOpenedInvitation();
  // Here and not on the desk: the first account that is added must not take the wizard from under its last step.
  if (screen.kind === 'connect') {
    return (
      <ConnectAccount key={screen.account ?? 'new'} account={screen.account} senderName={state.me.name} />
    );
  }
  if (state.workspace === 'own' && state.accounts === 0 && screen.kind === 'desk' && !inTeam) {
    return <Welcome sealedBy={state.sealedBy} />;
  }
  return <Desk state={state} />;
};

const screenOf = (state: AppState, again: () => void) => {
  switch (state.kind) {
    case 'choose-passphrase':
      return <ChoosePassphrase />;
    case 'locked':
      return <Unlock />;
    case 'unusable':
      return <Unusable state={state} onAgain={again} />;
    case 'ready':
      return (
        <ProfilesProvider>
          <Ready state={state} />
        </ProfilesProvider>
      );
    default:
      return assertNever(state);
  }
};

/** One screen for each state of the application. */
export const App = () => {
  const words = useWords();
  const { data, error, refetch } = useLive('app.state', {});
  useTheme(data?.kind === 'ready');
  return (
    <>
      {data === undefined && error === null ? <Starting /> : null}
      {data === undefined && error !== null ? (
        <main className="app-failed">
          <Notice tone="bad" live>
            <p>{refusalWords(words, error.failure)}</p>
          </Notice>
        </main>
      ) : null}
      {data === undefined ? null : (
        <Failsafe of={data.kind}>
          {screenOf(data, () => {
            void refetch();
          })}
        </Failsafe>
      )}
      <TooltipLayer />
    </>
  );
};
