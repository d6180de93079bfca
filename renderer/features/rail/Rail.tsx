import {
  Archive,
  BellDot,
  BellRing,
  CircleAlert,
  CircleCheckBig,
  Clock,
  FolderArchive,
  Hourglass,
  Inbox,
  Keyboard,
  MailOpen,
  MoonStar,
  PencilLine,
  Plus,
  Settings,
  SquarePen,
  UserRoundPlus,
  UsersRound,
  type LucideIcon,
} from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { useTeam } from '#renderer/features/ownership/index.ts';
import {
  IconButton,
  ProgressBar,
  classes,
  useNow,
  useNumbers,
  useTimes,
  useWords,
} from '#renderer/ui/index.ts';
import {
  ActionButton,
  ChannelIcon,
  useActionDesk,
  useKeysOf,
  useNavigation,
  type Place,
} from '#renderer/workbench/index.ts';
import type { AccountHead } from '#shared/contract/accounts.ts';
import type { Counts, View } from '#shared/contract/conversations.ts';
import { healthTone, healthWords } from './model/health.ts';
import './rail.css';

type Queue = Exclude<View, 'member'>;

/** A line of the rail: a queue, what was promised, or the team. */
type Line = { readonly of: Queue | 'follow-ups' | 'team'; readonly icon: LucideIcon };

/** The day's work, in the order of its keys. */
const work: readonly Line[] = [
  { of: 'my-turn', icon: Clock },
  { of: 'follow-ups', icon: BellRing },
  { of: 'waiting', icon: Hourglass },
  { of: 'unowned', icon: UserRoundPlus },
  { of: 'team', icon: UsersRound },
  { of: 'snoozed', icon: MoonStar },
  { of: 'done', icon: CircleCheckBig },
  { of: 'all', icon: Archive },
];

/** Other ways to look at the same conversations. */
const more: readonly Line[] = [
  { of: 'inbox', icon: Inbox },
  { of: 'unread', icon: MailOpen },
  { of: 'drafts', icon: PencilLine },
  { of: 'problems', icon: CircleAlert },
];

/** Queues whose length says nothing about work to do. */
const uncounted: ReadonlySet<Line['of']> = new Set<Line['of']>(['done', 'all', 'team']);

const isChosen = ({ screen, query, search }: Place, of: Line['of']): boolean => {
  if (of === 'follow-ups') return screen.kind === 'follow-ups';
  if (screen.kind !== 'desk' || search !== null) return false;
  return of === 'team' ? query.view === 'member' : query.view === of && query.account === null;
};

const QueueLine = ({
  line: { of, icon: Icon },
  count,
  due = 0,
}: {
  readonly line: Line;
  readonly count: number | null;
  /** How many of these have come up. */
  readonly due?: number;
}) => {
  const words = useWords();
  const numbers = useNumbers();
  const keysOf = useKeysOf();
  const desk = useActionDesk();
  const { place } = useNavigation();
  return (
    <li>
      <button
        type="button"
        className={classes('rail-line', of === 'problems' && 'rail-line-bad')}
        aria-current={isChosen(place, of) ? 'page' : undefined}
        data-tooltip={words(`view.${of}.what`)}
        data-keys={keysOf(`view.${of}`)}
        onClick={() => desk.run(`view.${of}`)}
      >
        <Icon className="rail-icon" aria-hidden size={16} />
        <span className="rail-words">{words(`view.${of}`)}</span>
        {count === null || count === 0 || uncounted.has(of) ? null : (
          <span className={classes('rail-count', due > 0 && 'rail-count-due')}>
            {due > 0 ? (
              <>
                <BellDot aria-hidden size={11} />
                <span className="unseen">{words('rail.due', { count: due })}</span>
              </>
            ) : null}
            {numbers(count)}
          </span>
        )}
      </button>
    </li>
  );
};

/** The lines that make sense here: no team for who works alone, no sending problems where there are none. */
const useLines = (counts: Counts | null) => {
  const { place } = useNavigation();
  const { lead, alone } = useTeam();
  const hidden = (of: Line['of']): boolean => {
    if (of === 'problems') return (counts?.views.problems ?? 0) === 0 && place.query.view !== 'problems';
    if (of === 'team') return alone || !lead;
    return of === 'unowned' && alone;
  };
  return {
    work: work.filter(({ of }) => !hidden(of)),
    more: more.filter(({ of }) => !hidden(of)),
  };
};

const AccountLine = ({ account, unread }: { readonly account: AccountHead; readonly unread: number }) => {
  const words = useWords();
  const numbers = useNumbers();
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
        {unread > 0 ? <span className="rail-count">{numbers(unread)}</span> : null}
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
  team,
}: {
  readonly counts: Counts | null;
  readonly accounts: readonly AccountHead[];
  /** How the team stands, where there is one. */
  readonly team: ReactNode;
}) => {
  const words = useWords();
  const headingId = useId();
  const { place, go } = useNavigation();
  const promised = useLive('follow-up.counts', {}).data;
  const lines = useLines(counts);
  const lineOf = (line: Line) => {
    const { of } = line;
    if (of === 'follow-ups')
      return <QueueLine key={of} line={line} count={promised?.mine ?? null} due={promised?.due ?? 0} />;
    return <QueueLine key={of} line={line} count={of === 'team' ? null : (counts?.views[of] ?? null)} />;
  };
  return (
    <nav className="rail" aria-label={words('rail.label')}>
      <div className="rail-new">
        <ActionButton id="message.new" icon={SquarePen} form="words" kind="primary" />
      </div>
      <div className="rail-scroll">
        <ul className="rail-list" aria-label={words('rail.queues')}>
          {lines.work.map(lineOf)}
        </ul>
        <ul className="rail-list rail-list-more" aria-label={words('rail.more')}>
          {lines.more.map(lineOf)}
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
      {team}
      <div className="rail-foot">
        <ActionButton id="app.settings" icon={Settings} pressed={place.screen.kind === 'settings'} />
        <ActionButton id="app.keys" icon={Keyboard} />
      </div>
    </nav>
  );
};
