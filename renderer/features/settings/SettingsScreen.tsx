import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { AuditSection } from '#renderer/features/audit/index.ts';
import { SuggestionsSection } from '#renderer/features/customer/index.ts';
import { ManagedSection } from '#renderer/features/policy/index.ts';
import { RecoverySection } from '#renderer/features/recovery/index.ts';
import { PrivacySection } from '#renderer/features/privacy/index.ts';
import { TeamSection } from '#renderer/features/team/index.ts';
import { WebsiteChatSection } from '#renderer/features/website-chat/index.ts';
import { IconButton, Tabs, useWords } from '#renderer/ui/index.ts';
import {
  ToastRoom,
  settingsSections,
  useAction,
  useKeysOf,
  useNavigation,
  type SettingsSection,
  type TeamWish,
} from '#renderer/workbench/index.ts';
import type { AppState } from '#shared/contract/app.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { AboutSection } from './AboutSection.tsx';
import { AccountsSection } from './AccountsSection.tsx';
import { GeneralSection } from './GeneralSection.tsx';
import { OutboxSection } from './OutboxSection.tsx';
import { QuarantineSection } from './QuarantineSection.tsx';
import { SnippetsSection } from './SnippetsSection.tsx';
import { TargetsSection } from './TargetsSection.tsx';
import './settings.css';

/** The settings, beside the rail. */
export const SettingsScreen = ({
  state,
  section,
  account,
  team,
}: {
  readonly state: Extract<AppState, { kind: 'ready' }>;
  readonly section: SettingsSection;
  readonly account: AccountId | null;
  /** What the settings of the team ask for at once. */
  readonly team: TeamWish | null;
}) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const { go } = useNavigation();
  const outbox = useLive('outbox.list', {});
  const troubled = (outbox.data?.rows ?? []).filter(
    ({ state: s }) => s === 'failed' || s === 'unknown' || s === 'held',
  ).length;
  const leave = (): void => {
    go({ kind: 'desk' });
  };
  useAction('app.back', leave);

  const shown: Readonly<Record<SettingsSection, () => ReactNode>> = {
    accounts: () => <AccountsSection shown={account} />,
    team: () => <TeamSection wish={team} me={state.me.name} />,
    'website-chat': () => <WebsiteChatSection />,
    general: () => <GeneralSection />,
    targets: () => <TargetsSection />,
    customers: () => <SuggestionsSection />,
    privacy: () => <PrivacySection />,
    snippets: () => <SnippetsSection />,
    outbox: () => <OutboxSection />,
    quarantine: () => <QuarantineSection />,
    recovery: () => <RecoverySection state={state} />,
    audit: () => <AuditSection />,
    managed: () => <ManagedSection />,
    about: () => <AboutSection state={state} />,
  };

  return (
    <main className="settings" id="main">
      <header className="settings-head">
        <h1 className="settings-title">{words('action.app.settings')}</h1>
        <IconButton icon={X} label={words('word.close')} keys={keysOf('app.back')} onClick={leave} />
      </header>
      <Tabs
        label={words('action.app.settings')}
        tabs={settingsSections.map((id) => ({
          id,
          label: (
            <>
              {words(`settings.section.${id}`)}
              {id === 'outbox' && troubled > 0 ? <span className="settings-count">{troubled}</span> : null}
            </>
          ),
        }))}
        chosen={section}
        onChoose={(id) => {
          go({ kind: 'settings', section: id });
        }}
      >
        <h2 className="settings-section">{words(`settings.section.${section}`)}</h2>
        {shown[section]()}
      </Tabs>
      <ToastRoom />
    </main>
  );
};
