import { Plus } from 'lucide-react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, EmptyState, useWords } from '#renderer/ui/index.ts';
import { useNavigation, useProfiles } from '#renderer/workbench/index.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { AccountCard } from './view/AccountCard.tsx';
import { ColleagueAccounts } from './view/SharedWith.tsx';

/** Every account: how it stands, its folders, what it sends under, and what can be done about it. */
export const AccountsSection = ({ shown }: { readonly shown: AccountId | null }) => {
  const words = useWords();
  const { go } = useNavigation();
  const { data, isPending } = useLive('account.list', {});
  const profileOf = useProfiles();
  const accounts = data?.accounts ?? [];
  const add = (
    <Button
      icon={Plus}
      kind={accounts.length === 0 ? 'primary' : 'plain'}
      onClick={() => {
        go({ kind: 'connect' });
      }}
    >
      {words('action.app.add-account')}
    </Button>
  );
  if (isPending) return <Busy subject={words('word.loading')} />;
  if (accounts.length === 0) {
    return (
      <>
        <EmptyState title={words('settings.accounts.none')} actions={add}>
          <p>{words('settings.accounts.none.what')}</p>
        </EmptyState>
        <ColleagueAccounts />
      </>
    );
  }
  return (
    <>
      <div className="settings-stack">
        {accounts.map((account) => (
          <AccountCard
            key={account.id}
            account={account}
            open={accounts.length === 1 || account.id === shown}
            profile={profileOf(account.kind)}
          />
        ))}
        <ColleagueAccounts />
      </div>
      <div className="settings-actions">{add}</div>
    </>
  );
};
