import { KeyRound, Pause, Play, Plus, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { FailureNotice, StreamBoxes, placesOf } from '#renderer/features/accounts/index.ts';
import { healthTone, healthWords } from '#renderer/features/rail/index.ts';
import {
  Badge,
  Busy,
  Button,
  Dialog,
  EmptyState,
  ProgressBar,
  SelectField,
  TextArea,
  TextField,
  classes,
  useNow,
  useTimes,
  useWords,
  type Tone,
} from '#renderer/ui/index.ts';
import { ChannelIcon, useNavigation, useProfiles } from '#renderer/workbench/index.ts';
import type { AccountRow, StreamRow } from '#shared/contract/accounts.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { useChange } from './model/use-change.ts';
import { ColleagueAccounts, SharedWith } from './view/SharedWith.tsx';

const tones: Readonly<Record<ReturnType<typeof healthTone>, Tone>> = {
  good: 'good',
  busy: 'note',
  paused: 'neutral',
  warn: 'warn',
  bad: 'bad',
};

const FolderLine = ({ stream, mail }: { readonly stream: StreamRow; readonly mail: boolean }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const differs = stream.onServer !== null && stream.onServer !== stream.here;
  return (
    <tr className={classes(differs && 'folder-differs')}>
      <th scope="row">
        {!mail && (stream.role === 'inbox' || stream.role === 'sent')
          ? words(`account.stream.${stream.role}`)
          : stream.label}
        {stream.gap === null ? null : (
          <p className="folder-gap">{words.of(`account.gap.${stream.gap}`, {}, 'account.gap.other')}</p>
        )}
      </th>
      <td>
        {stream.onServer === null
          ? words('settings.folder.here-only', { here: stream.here })
          : words('settings.folder.counts', { server: stream.onServer, here: stream.here })}
      </td>
      <td>
        {stream.lastCheckedAt === null
          ? words('settings.folder.never')
          : words('settings.folder.checked', {
              time: times.relative(Math.min(stream.lastCheckedAt, now), now),
            })}
      </td>
    </tr>
  );
};

const Folders = ({ account, mail }: { readonly account: AccountRow; readonly mail: boolean }) => {
  const words = useWords();
  const change = useChange();
  const [choosing, setChoosing] = useState<ReadonlySet<string> | null>(null);
  const followed = account.streams.filter(({ chosen }) => chosen);
  const offered = mail ? account.streams : placesOf(account.streams);
  if (choosing !== null) {
    return (
      <div className="settings-block">
        <StreamBoxes streams={offered} chosen={choosing} onChange={setChoosing} />
        <div className="settings-actions">
          <Button
            kind="primary"
            small
            onClick={() => {
              void change('account.update', { id: account.id, streams: [...choosing] }, words('word.saved'));
              setChoosing(null);
            }}
          >
            {words('word.save')}
          </Button>
          <Button
            small
            onClick={() => {
              setChoosing(null);
            }}
          >
            {words('word.cancel')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="settings-block">
      {followed.length === 0 ? (
        <p className="settings-soft">{words(mail ? 'settings.folders.none' : 'settings.streams.none')}</p>
      ) : (
        <table className="folder-table">
          <thead className="unseen">
            <tr>
              <th scope="col">{words(mail ? 'settings.folder' : 'settings.stream')}</th>
              <th scope="col">{words('settings.folder.messages')}</th>
              <th scope="col">{words('settings.folder.last')}</th>
            </tr>
          </thead>
          <tbody>
            {followed.map((stream) => (
              <FolderLine key={stream.name} stream={stream} mail={mail} />
            ))}
          </tbody>
        </table>
      )}
      <div className="settings-actions">
        {mail || offered.length > 1 ? (
          <Button
            small
            onClick={() => {
              setChoosing(new Set(followed.map(({ name }) => name)));
            }}
          >
            {words(mail ? 'settings.folders.choose' : 'settings.streams.choose')}
          </Button>
        ) : null}
        <Button
          small
          icon={RefreshCw}
          tooltip={words(mail ? 'settings.repair.what' : 'settings.repair.what.chat')}
          onClick={() => {
            void change(
              'account.repair',
              { id: account.id },
              words(mail ? 'settings.repair.started' : 'settings.repair.started.chat'),
            );
          }}
        >
          {words('settings.repair')}
        </Button>
      </div>
    </div>
  );
};

const Sender = ({ account, mail }: { readonly account: AccountRow; readonly mail: boolean }) => {
  const words = useWords();
  const change = useChange();
  const [label, setLabel] = useState(account.label);
  const [senderName, setSenderName] = useState(account.senderName);
  const [signature, setSignature] = useState(account.signature);
  const same =
    label === account.label && senderName === account.senderName && signature === account.signature;
  return (
    <form
      className="settings-block"
      onSubmit={(event) => {
        event.preventDefault();
        void change(
          'account.update',
          { id: account.id, label: label.trim(), senderName: senderName.trim(), signature },
          words('word.saved'),
        );
      }}
    >
      <div className="settings-pair">
        <TextField
          label={words('settings.account.label')}
          hint={words('settings.account.label.hint')}
          maxLength={200}
          value={label}
          onChange={(event) => {
            setLabel(event.currentTarget.value);
          }}
        />
        <TextField
          label={words('settings.account.sender')}
          hint={words('settings.account.sender.hint')}
          maxLength={200}
          value={senderName}
          onChange={(event) => {
            setSenderName(event.currentTarget.value);
          }}
        />
      </div>
      {mail ? (
        <TextArea
          label={words('settings.account.signature')}
          hint={words('settings.account.signature.hint')}
          maxLength={20_000}
          rows={4}
          value={signature}
          onChange={(event) => {
            setSignature(event.currentTarget.value);
          }}
        />
      ) : null}
      <div className="settings-actions">
        <Button kind="primary" small submit disabled={same}>
          {words('word.save')}
        </Button>
      </div>
    </form>
  );
};

/** After how many working days a reply comes back; zero for never. */
const noReplyDays = [0, 1, 2, 3, 5, 10] as const;

const NoReply = ({ account }: { readonly account: AccountRow }) => {
  const words = useWords();
  const change = useChange();
  const set = account.noReplyDays ?? 0;
  const choices = [...new Set([...noReplyDays, set])].sort((one, other) => one - other);
  return (
    <SelectField
      label={words('settings.no-reply')}
      hint={words('settings.no-reply.hint')}
      value={String(set)}
      options={choices.map((days) => ({
        value: String(days),
        label: words('settings.no-reply.days', { days }),
      }))}
      onChange={(event) => {
        const days = Number(event.currentTarget.value);
        void change('account.update', { id: account.id, noReplyDays: days === 0 ? null : days });
      }}
    />
  );
};

const nameOf = ({ label, address }: AccountRow): string => (label === '' ? address : label);

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

const RemoveDialog = ({
  account,
  onClose,
}: {
  readonly account: AccountRow;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const change = useChange();
  return (
    <Dialog
      title={words('settings.remove.title', { address: nameOf(account) })}
      closeLabel={words('word.close')}
      size="small"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words('word.cancel')}</Button>
          <Button
            kind="danger"
            icon={Trash2}
            onClick={() => {
              onClose();
              void change(
                'account.remove',
                { id: account.id },
                words('settings.remove.done', { address: nameOf(account) }),
              );
            }}
          >
            {words('settings.remove.do')}
          </Button>
        </>
      }
    >
      <p>{words('settings.remove.what')}</p>
    </Dialog>
  );
};

const AccountCard = ({
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
          <details className="account-more" open={open}>
            <summary>{words(mail ? 'settings.folders' : 'settings.streams')}</summary>
            <Folders account={account} mail={mail} />
          </details>
          <details className="account-more">
            <summary>{words(mail ? 'settings.sender' : 'settings.sender.chat')}</summary>
            <Sender account={account} mail={mail} />
          </details>
          <NoReply account={account} />
          <SharedWith account={account.id} />
        </>
      )}
      {removing ? (
        <RemoveDialog
          account={account}
          onClose={() => {
            setRemoving(false);
          }}
        />
      ) : null}
    </section>
  );
};

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
