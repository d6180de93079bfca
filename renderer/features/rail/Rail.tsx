import {
  Archive,
  CircleAlert,
  CircleCheckBig,
  Clock,
  FolderArchive,
  Hourglass,
  Inbox,
  Keyboard,
  MailOpen,
  PencilLine,
  Plus,
  Settings,
  SquarePen,
  type LucideIcon,
} from 'lucide-react';
import { useId } from 'react';
import { IconButton, ProgressBar, classes, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { ActionButton, ChannelIcon, useKeysOf, useNavigation } from '#renderer/workbench/index.ts';
import type { AccountRow } from '#shared/contract/accounts.ts';
import type { Counts, View } from '#shared/contract/conversations.ts';
import { healthTone, healthWords } from './model/health.ts';
import './rail.css';

type Line = { readonly view: View; readonly icon: LucideIcon };

const queues: readonly Line[] = [
  { view: 'my-turn', icon: Clock },
  { view: 'waiting', icon: Hourglass },
  { view: 'inbox', icon: Inbox },
  { view: 'unread', icon: MailOpen },
  { view: 'drafts', icon: PencilLine },
  { view: 'problems', icon: CircleAlert },
  { view: 'done', icon: CircleCheckBig },
  { view: 'all', icon: Archive },
];

/** Queues whose length says nothing about work to do. */
const uncounted: ReadonlySet<View> = new Set<View>(['done', 'all']);

const QueueLine = ({ line, count }: { readonly line: Line; readonly count: number | null }) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const { place, go } = useNavigation();
  const { view, icon: Icon } = line;
  const chosen =
    place.screen.kind === 'desk' &&
    place.query.view === view &&
    place.query.account === null &&
    place.search === null;
  const label = words(`view.${view}`);
  return (
    <li>
      <button
        type="button"
        className={classes('rail-line', view === 'problems' && 'rail-line-bad')}
        aria-current={chosen ? 'page' : undefined}
        data-tooltip={words(`view.${view}.what`)}
        data-keys={keysOf(`view.${view}`)}
        onClick={() => {
          go({ kind: 'view', view, account: null });
        }}
      >
        <Icon className="rail-icon" aria-hidden size={16} />
        <span className="rail-words">{label}</span>
        {count === null || count === 0 || uncounted.has(view) ? null : (
          <span className="rail-count">{new Intl.NumberFormat(words.locale).format(count)}</span>
        )}
      </button>
    </li>
  );
};

const AccountLine = ({ account, unread }: { readonly account: AccountRow; readonly unread: number }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { place, go } = useNavigation();
  const { health } = account;
  const tone = healthTone(health);
  const chosen = place.screen.kind === 'desk' && place.query.account === account.id && place.search === null;
  const said = healthWords(account, words, times, now);
  const needsHelp = tone === 'bad';
  return (
    <li className="rail-account">
      <button
        type="button"
        className="rail-line rail-line-account"
        aria-current={chosen ? 'page' : undefined}
        data-tooltip={account.archive ? said : `${account.address} · ${said}`}
        onClick={() => {
          go({ kind: 'view', view: 'inbox', account: account.id });
        }}
      >
        <span className={classes('rail-icon', 'rail-channel', `rail-channel-${tone}`)}>
          {account.archive ? (
            <FolderArchive aria-hidden size={16} />
          ) : (
            <ChannelIcon channel={account.kind} size={16} />
          )}
        </span>
        <span className="rail-words">
          <span className="rail-account-name">{account.label === '' ? account.address : account.label}</span>
          <span className={classes('rail-health', `rail-health-${tone}`)}>{said}</span>
        </span>
        {unread > 0 ? (
          <span className="rail-count">{new Intl.NumberFormat(words.locale).format(unread)}</span>
        ) : null}
      </button>
      {health.kind === 'importing' ? (
        <div className="rail-progress">
          <ProgressBar label={said} value={health.done} total={health.total} />
        </div>
      ) : null}
      {needsHelp ? (
        <button
          type="button"
          className="rail-mend"
          onClick={() => {
            go({ kind: 'settings', section: 'accounts', account: account.id });
          }}
        >
          {words('rail.mend')}
        </button>
      ) : null}
    </li>
  );
};

/** The queues, the accounts with their health, and the way to everything else. */
export const Rail = ({
  counts,
  accounts,
}: {
  readonly counts: Counts | null;
  readonly accounts: readonly AccountRow[];
}) => {
  const words = useWords();
  const headingId = useId();
  const { place, go } = useNavigation();
  const shown = queues.filter(
    ({ view }) => view !== 'problems' || (counts?.views.problems ?? 0) > 0 || place.query.view === 'problems',
  );
  return (
    <nav className="rail" aria-label={words('rail.label')}>
      <div className="rail-new">
        <ActionButton id="message.new" icon={SquarePen} form="words" kind="primary" />
      </div>
      <div className="rail-scroll">
        <ul className="rail-list" aria-label={words('rail.queues')}>
          {shown.map((line) => (
            <QueueLine key={line.view} line={line} count={counts?.views[line.view] ?? null} />
          ))}
        </ul>
        <div className="rail-head">
          <h2 id={headingId}>{words('rail.accounts')}</h2>
          <IconButton
            icon={Plus}
            size={14}
            label={words('action.app.add-account')}
            onClick={() => {
              go({ kind: 'connect' });
            }}
          />
        </div>
        <ul className="rail-list" aria-labelledby={headingId}>
          {accounts.map((account) => (
            <AccountLine
              key={account.id}
              account={account}
              unread={counts?.accounts.find(({ id }) => id === account.id)?.unread ?? 0}
            />
          ))}
        </ul>
      </div>
      <div className="rail-foot">
        <ActionButton id="app.settings" icon={Settings} pressed={place.screen.kind === 'settings'} />
        <ActionButton id="app.keys" icon={Keyboard} />
      </div>
    </nav>
  );
};
