import { KeyRound, Pause, Play, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { FailureNotice } from '#renderer/features/accounts/index.ts';
import { healthTone, healthWords } from '#renderer/features/rail/index.ts';
import { Badge, Button, ProgressBar, useNow, useTimes, useWords, type Tone } from '#renderer/ui/index.ts';
import { ChannelIcon, useNavigation } from '#renderer/workbench/index.ts';
import type { AccountRow } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import { nameOf } from '../model/account-name.ts';
import { useChange } from '../model/use-change.ts';
import { AccountFolders } from './AccountFolders.tsx';
import { AccountSender } from './AccountSender.tsx';
import { NoReplyField } from './NoReplyField.tsx';
import { RemoveAccountDialog } from './RemoveAccountDialog.tsx';
import { SharedWith } from './SharedWith.tsx';

const tones: Readonly<Record<ReturnType<typeof healthTone>, Tone>> = {
  good: 'good',
  busy: 'note',
  paused: 'neutral',
  warn: 'warn',
  bad: 'bad',
};

/** The channel, and the address where it means something and is not the name already. */
const secondLine = (
  account: AccountRow,
  profile: ChannelProfile | null,
  words: ReturnType<typeof useWords>,
): string => {
  const channel = words.of(`channel.${account.kind}`, {}, 'channel.other');
  const { address, archive } = account;
  const known = archive || nameOf(account).includes(address) || profile?.readableAddresses === false;
  return known ? channel : words('settings.account.line', { channel, address });
};

/** How an account stands, and what can be done about it. */
export const AccountCard = ({
  account,
  open,
  profile,
}: {
  readonly account: AccountRow;
  readonly open: boolean;
  /** Its channel; null where this version does not know it. */
  readonly profile: ChannelProfile | null;
}) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { go } = useNavigation();
  const change = useChange();
  const [removing, setRemoving] = useState(false);
  const { health } = account;
  const paused = health.kind === 'paused';
  // The sample's channel cannot be connected by hand.
  const connectable = profile?.connectable === true;
  const mail = profile === null || profile.capabilities.subject;
  const said = healthWords(account, words, times, now);
  const second = secondLine(account, profile, words);
  return (
    <section className="account-card" aria-label={`${nameOf(account)}, ${second}`}>
      <header className="account-head">
        <ChannelIcon channel={account.kind} size={18} />
        <div className="account-name">
          <h3>{nameOf(account)}</h3>
          <p className="settings-soft">{second}</p>
        </div>
        <Badge tone={tones[healthTone(health)]}>{said}</Badge>
      </header>
      {health.kind === 'importing' ? (
        <ProgressBar label={said} value={health.done} total={health.total} />
      ) : null}
      {health.kind === 'failed' ? (
        <FailureNotice failure={health.failure} spoken={profile} onTrust={null} />
      ) : null}
      {account.archive ? <p className="settings-soft">{words('settings.archive.what')}</p> : null}
      <div className="settings-actions">
        {connectable && !account.archive ? (
          <Button
            kind={health.kind === 'failed' ? 'primary' : 'plain'}
            small
            icon={KeyRound}
            onClick={() => {
              go({ kind: 'connect', account: account.id });
            }}
          >
            {words(health.kind === 'failed' && mail ? 'settings.reconnect' : 'settings.reconnect.anew')}
          </Button>
        ) : null}
        {account.archive ? null : (
          <Button
            small
            icon={paused ? Play : Pause}
            onClick={() => {
              void change('account.pause', { id: account.id, paused: !paused });
            }}
          >
            {words(paused ? 'settings.resume' : 'settings.pause')}
          </Button>
        )}
        <Button
          kind="danger"
          small
          icon={Trash2}
          onClick={() => {
            setRemoving(true);
          }}
        >
          {words('settings.remove')}
        </Button>
      </div>
      {account.archive ? null : (
        <>
          <details className="settings-fold" open={open}>
            <summary>{words(mail ? 'settings.folders' : 'settings.streams')}</summary>
            <AccountFolders account={account} mail={mail} />
          </details>
          <details className="settings-fold">
            <summary>{words(mail ? 'settings.sender' : 'settings.sender.chat')}</summary>
            <AccountSender account={account} mail={mail} />
          </details>
          <NoReplyField account={account} />
          <SharedWith account={account.id} />
        </>
      )}
      {removing ? (
        <RemoveAccountDialog
          account={account}
          onClose={() => {
            setRemoving(false);
          }}
        />
      ) : null}
    </section>
  );
};
