import { MessagesSquare, X } from 'lucide-react';
import { useCallback, useRef, useState, type RefObject } from 'react';
import { useConnection, useEngine, useLive } from '#renderer/engine-client/index.ts';
import { FollowUpList } from '#renderer/features/follow-ups/index.ts';
import { ConversationList, useMemberName } from '#renderer/features/list/index.ts';
import { CheatSheet, Palette } from '#renderer/features/palette/index.ts';
import { PolicyBanner, usePolicy } from '#renderer/features/policy/index.ts';
import { RecoveryBanners } from '#renderer/features/recovery/index.ts';
import { Rail } from '#renderer/features/rail/index.ts';
import { SearchField, SearchOrderChoice, SearchResults } from '#renderer/features/search/index.ts';
import {
  AwayDialog,
  MembersStrip,
  RailTeam,
  TeamBoard,
  useAwayActions,
  useInTeam,
  usePresent,
  useTeamActions,
} from '#renderer/features/team/index.ts';
import {
  Button,
  EmptyState,
  Failsafe,
  IconButton,
  Notice,
  classes,
  refusalWords,
  useWords,
  type RowListHandle,
} from '#renderer/ui/index.ts';
import {
  ToastRoom,
  hasPanes,
  useAction,
  useCustomerPanel,
  useKeysOf,
  useNavigation,
  useToasts,
} from '#renderer/workbench/index.ts';
import type { AccountHead } from '#shared/contract/accounts.ts';
import type { AppState } from '#shared/contract/app.ts';
import type { Counts } from '#shared/contract/conversations.ts';
import type { Member } from '#shared/contract/ownership.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import {
  Arriving,
  ConversationPane,
  CustomerPanel,
  DayPane,
  NewMessage,
  SettingsScreen,
  useFetchLater,
} from './later.tsx';
import { useEngineNews } from './use-engine-news.ts';
import { useSeen } from './use-seen.ts';
import { useTitle } from './use-title.ts';
import { useViewActions } from './use-view-actions.ts';
import './desk.css';

type Ready = Extract<AppState, { kind: 'ready' }>;

const Banners = ({ state, listed }: { readonly state: Ready; readonly listed: boolean }) => {
  const words = useWords();
  const client = useEngine();
  const connection = useConnection();
  const { show } = useToasts();
  const leave = (): void => {
    void client.call('app.sample', { open: false }).then((answer) => {
      if (!answer.ok) show({ text: refusalWords(words, answer.failure), tone: 'bad' });
    });
  };
  const wrongPolicy = (usePolicy().state?.problems.length ?? 0) > 0;
  const inTeam = useInTeam() !== null;
  // There is something of one's own to lose. How its backups stand is asked after the first list, which waits for it otherwise.
  const begun = listed && state.workspace === 'own' && (state.accounts > 0 || inTeam);
  if (connection !== 'lost' && state.workspace !== 'sample' && !wrongPolicy && !begun) return null;
  return (
    <section className="desk-banners" aria-label={words('desk.notices')}>
      {connection === 'lost' ? (
        <Notice tone="warn" live>
          <p>{words('app.engine-restarting')}</p>
        </Notice>
      ) : null}
      <PolicyBanner />
      {begun ? <RecoveryBanners /> : null}
      {state.workspace === 'sample' ? (
        <Notice
          tone="note"
          actions={
            <Button small onClick={leave}>
              {words('app.sample.leave')}
            </Button>
          }
        >
          <p>{words('app.sample.banner')}</p>
        </Notice>
      ) : null}
    </section>
  );
};

const ListHeading = ({ accounts }: { readonly accounts: readonly AccountHead[] }) => {
  const words = useWords();
  const { place } = useNavigation();
  const { view, account, owner } = place.query;
  const name = useMemberName(owner ?? null);
  const row = accounts.find(({ id }) => id === account);
  if (place.screen.kind === 'follow-ups') {
    return (
      <header className="desk-list-head">
        <h1 className="desk-list-title">{words('view.follow-ups')}</h1>
        <span className="desk-list-order">{words('view.follow-ups.order')}</span>
      </header>
    );
  }
  return (
    <header className="desk-list-head">
      <h1 className="desk-list-title">
        {place.search === null ? words(`view.${view}`, { name }) : words('search.results')}
      </h1>
      {row === undefined || place.search !== null ? null : (
        <span className="desk-list-account">{row.label === '' ? row.address : row.label}</span>
      )}
      {place.search === null ? (
        <span className="desk-list-order">{words(`view.${view}.order`)}</span>
      ) : (
        <SearchOrderChoice />
      )}
    </header>
  );
};

const ListPane = ({
  accounts,
  counts,
  me,
  rows,
  onEnter,
}: {
  readonly accounts: readonly AccountHead[];
  readonly counts: Counts | null;
  readonly me: MemberId;
  readonly rows: RefObject<RowListHandle | null>;
  readonly onEnter: () => void;
}) => {
  const words = useWords();
  const { place } = useNavigation();
  const { view, account, owner } = place.query;
  return (
    <section className="desk-list" aria-label={words('desk.list')}>
      <SearchField onLeave={() => rows.current?.enter()} />
      <ListHeading accounts={accounts} />
      {place.screen.kind === 'follow-ups' ? (
        <FollowUpList handle={rows} onEnter={onEnter} />
      ) : place.search === null ? (
        <ConversationList
          key={`${view} ${account ?? ''} ${owner ?? ''}`}
          query={place.query}
          counts={counts}
          me={me}
          onEnter={onEnter}
          handle={rows}
        />
      ) : (
        <SearchResults text={place.search} onEnter={onEnter} handle={rows} />
      )}
      <ToastRoom className="desk-list-toasts" />
      <MembersStrip />
    </section>
  );
};

const NothingOpen = () => {
  const words = useWords();
  const keysOf = useKeysOf();
  return (
    <EmptyState icon={MessagesSquare} title={words('desk.nothing-open')}>
      <p>
        {words('desk.nothing-open.what', {
          next: keysOf('list.next') ?? '',
          palette: keysOf('app.palette') ?? '',
          keys: keysOf('app.keys') ?? '',
        })}
      </p>
    </EmptyState>
  );
};

const Panes = ({
  accounts,
  counts,
  me,
}: {
  readonly accounts: readonly AccountHead[];
  readonly counts: Counts | null;
  readonly me: MemberId;
}) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const { place, go } = useNavigation();
  const { opened } = place;
  const openedId = opened.kind === 'conversation' ? opened.id : null;
  const pane = useRef<HTMLElement>(null);
  const rows = useRef<RowListHandle>(null);
  const { data, error } = useLive('conversation.get', openedId === null ? null : { id: openedId });
  // What it was answered before is kept with the refusal; of what is gone nothing is shown.
  const isGone = error?.failure.kind === 'conversation-gone';
  const conversation = isGone ? undefined : data;
  useSeen(conversation);
  usePresent(openedId);

  const close = useCallback(() => {
    go({ kind: 'close' });
    // After the list is on screen again, where only one pane fits.
    requestAnimationFrame(() => rows.current?.focus());
  }, [go]);
  const customerPanel = useCustomerPanel();
  const onTeam = place.screen.kind === 'desk' && place.search === null && place.query.view === 'member';
  const panel = customerPanel.shown && openedId !== null && !isGone;
  useAction('app.back', opened.kind === 'nothing' ? null : close);
  useAction('conversation.customer', openedId === null ? null : customerPanel.toggle);

  return (
    <main
      className={classes(
        'desk-panes',
        opened.kind !== 'nothing' && 'desk-panes-open',
        panel && 'desk-panes-panel',
        onTeam && 'desk-panes-team',
      )}
    >
      <Failsafe of={JSON.stringify([place.query, place.search, place.screen.kind])}>
        <ListPane
          accounts={accounts}
          counts={counts}
          me={me}
          rows={rows}
          onEnter={() => pane.current?.focus()}
        />
      </Failsafe>
      <section
        ref={pane}
        id="main"
        className="desk-main"
        tabIndex={-1}
        aria-label={words('desk.conversation')}
      >
        <Arriving>
          {opened.kind === 'conversation' ? (
            <Failsafe of={opened.id}>
              <ConversationPane key={opened.id} id={opened.id} onClose={close} />
            </Failsafe>
          ) : null}
          {opened.kind === 'new-message' ? <NewMessage /> : null}
          {opened.kind === 'day' ? <DayPane onClose={close} /> : null}
        </Arriving>
        {opened.kind !== 'nothing' ? null : onTeam ? (
          <TeamBoard onEnter={() => rows.current?.enter()} />
        ) : (
          <NothingOpen />
        )}
      </section>
      {panel ? (
        <section className="desk-customer" aria-label={words('desk.customer')}>
          <div className="desk-customer-close">
            <IconButton
              icon={X}
              label={words('action.conversation.customer')}
              keys={keysOf('conversation.customer')}
              onClick={customerPanel.toggle}
            />
          </div>
          {conversation === undefined ? null : (
            <Failsafe of={conversation.id}>
              <Arriving>
                <CustomerPanel conversation={conversation} />
              </Arriving>
            </Failsafe>
          )}
        </section>
      ) : null}
      <ToastRoom className="desk-panes-toasts" />
    </main>
  );
};

/** The working screen: rail, list, conversation and customer, or the settings in their place. */
export const Desk = ({ state }: { readonly state: Ready }) => {
  const words = useWords();
  const { place, go } = useNavigation();
  const [over, setOver] = useState<'none' | 'palette' | 'keys'>('none');
  const counts = useLive('conversation.counts', {}).data ?? null;
  const accounts = useLive('account.heads', {}).data?.accounts ?? [];
  useTitle(counts?.views.unread ?? 0);
  useFetchLater(counts !== null);
  useEngineNews();
  useViewActions();
  useAction('app.palette', () => {
    setOver('palette');
  });
  useAction('app.keys', () => {
    setOver('keys');
  });
  useAction('app.settings', () => {
    go({ kind: 'settings', section: 'accounts' });
  });
  useAction('customer.suggestions', () => {
    go({ kind: 'settings', section: 'customers' });
  });
  useAction('app.add-account', () => {
    go({ kind: 'connect' });
  });
  useAction('day.close', () => {
    go({ kind: 'day' });
  });
  useAction('message.new', () => {
    go({ kind: 'new-message' });
  });
  const [away, setAway] = useState<Member | null>(null);
  useAwayActions(setAway);
  useTeamActions();
  const closeOver = (): void => {
    setOver('none');
  };

  return (
    <div className="desk">
      <a className="desk-skip" href="#main">
        {words('app.skip')}
      </a>
      <Banners state={state} listed={counts !== null} />
      <div className="desk-body">
        <Rail counts={counts} accounts={accounts} team={<RailTeam />} />
        {place.screen.kind === 'settings' ? (
          <Arriving>
            <SettingsScreen
              state={state}
              section={place.screen.section}
              account={place.screen.account}
              team={place.screen.team ?? null}
            />
          </Arriving>
        ) : null}
        {hasPanes(place.screen) ? <Panes accounts={accounts} counts={counts} me={state.me.id} /> : null}
      </div>
      {away === null ? null : <AwayDialog member={away} onClose={() => setAway(null)} />}
      {over === 'palette' ? <Palette onClose={closeOver} /> : null}
      {over === 'keys' ? <CheatSheet onClose={closeOver} /> : null}
    </div>
  );
};
