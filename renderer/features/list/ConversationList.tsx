import {
  ArrowRightLeft,
  CheckCheck,
  MoonStar,
  RotateCcw,
  Tag,
  UserRoundCheck,
  UserRoundPlus,
  X,
} from 'lucide-react';
import { useCallback, useEffect, useState, type ReactNode, type RefObject } from 'react';
import {
  Busy,
  Button,
  IconButton,
  Notice,
  RowList,
  refusalWords,
  useNow,
  useWords,
  type RowListHandle,
  type RowPick,
} from '#renderer/ui/index.ts';
import { useLive } from '#renderer/engine-client/index.ts';
import { useTeam } from '#renderer/features/ownership/index.ts';
import { ActionButton, useAction, useKeysOf, useNavigation } from '#renderer/workbench/index.ts';
import type { ConversationRow, Counts, ListQuery, View } from '#shared/contract/conversations.ts';
import type { ConversationId, MemberId } from '#shared/kit/brand.ts';
import { isEmptyHanded, lengthOf, loadedIds, placeOf, rowAt, type Pages } from './model/paging.ts';
import { carry } from './model/drag.ts';
import { leaves } from './model/leaves.ts';
import { extended, noSelection, toggled, type Selection } from './model/selection.ts';
import { useTargetActions } from './model/use-conversation-actions.ts';
import { useList } from './model/use-list.ts';
import { useMemberName } from './model/use-member-name.ts';
import { ConversationRowView, RowToCome } from './view/ConversationRowView.tsx';
import { EmptyQueue } from './view/EmptyQueue.tsx';
import './conversation-list.css';

/** The height of a row in px: three lines of text and air. */
const rowHeight = 76;

type ListProps = {
  readonly query: ListQuery;
  readonly counts: Counts | null;
  readonly me: MemberId | null;
  /** Has the focus go where the opened conversation is. */
  readonly onEnter: () => void;
  /** Has the focus come back to the list from outside. */
  readonly handle: RefObject<RowListHandle | null>;
};

const totalOf = (query: ListQuery, counts: Counts | null): number | null => {
  if (counts === null) return null;
  // The count of the view `member` is that of the person here.
  if (query.view === 'member' || query.tag !== undefined) return null;
  if (query.account === null) return counts.views[query.view];
  const account = counts.accounts.find(({ id }) => id === query.account);
  if (query.view === 'inbox') return account?.inbox ?? null;
  return query.view === 'unread' ? (account?.unread ?? null) : null;
};

/** Where the keys are: a row, or a place whose row is not here yet, and what was open when they went there. */
type Cursor = {
  readonly id: ConversationId | null;
  readonly place: number;
  readonly opened: ConversationId | null;
};

const activePlace = (
  list: Pages,
  cursor: Cursor | null,
  opened: ConversationId | null,
  count: number,
): number => {
  if (cursor === null || (opened !== null && cursor.opened !== opened)) {
    return opened === null ? -1 : placeOf(list, opened);
  }
  const found = cursor.id === null ? -1 : placeOf(list, cursor.id);
  return found >= 0 ? found : Math.min(cursor.place, count - 1);
};

/** Asks for the first rows, and says what is going on until they come. */
const FirstRows = ({
  show,
  children,
}: {
  readonly show: (first: number, last: number) => void;
  readonly children: ReactNode;
}) => {
  useEffect(() => {
    show(0, 1);
  }, [show]);
  return <div className="list-first">{children}</div>;
};

const SelectionBar = ({
  count,
  onClear,
  children,
}: {
  readonly count: number;
  readonly onClear: () => void;
  readonly children: ReactNode;
}) => {
  const words = useWords();
  const keysOf = useKeysOf();
  return (
    <div className="list-selection" role="toolbar" aria-label={words('list.selection')}>
      <span className="list-selection-count">{words('list.selected', { count })}</span>
      {children}
      <IconButton
        icon={X}
        size={14}
        label={words('list.selection.clear')}
        keys={keysOf('app.back')}
        onClick={onClear}
      />
    </div>
  );
};

/** What can be done to everything that is selected; the keys are the same as for one. */
const BulkButtons = ({ view }: { readonly view: View }) => {
  const { lead, alone } = useTeam();
  const done = view === 'done';
  return (
    <>
      {done ? null : <ActionButton id="conversation.claim" icon={UserRoundCheck} />}
      {alone || !lead ? null : <ActionButton id="conversation.assign" icon={UserRoundPlus} />}
      {alone ? null : <ActionButton id="conversation.transfer" icon={ArrowRightLeft} />}
      <ActionButton id="conversation.tag" icon={Tag} />
      {done ? null : <ActionButton id="conversation.snooze" icon={MoonStar} />}
      {done ? null : <ActionButton id="conversation.resolve" icon={CheckCheck} />}
      {done || view === 'all' ? <ActionButton id="conversation.reopen" icon={RotateCcw} /> : null}
    </>
  );
};

/** One queue of conversations. */
export const ConversationList = ({ query, counts, me, onEnter, handle }: ListProps) => {
  const words = useWords();
  const now = useNow();
  const { place, go } = useNavigation();
  const openedId = place.opened.kind === 'conversation' ? place.opened.id : null;
  const opened = useLive('conversation.get', openedId === null ? null : { id: openedId });
  const isGone = opened.error?.failure.kind === 'conversation-gone';
  const { snapshot, store } = useList(query, isGone ? null : openedId, totalOf(query, counts));
  const { list, failure } = snapshot;
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [selection, setSelection] = useState<Selection>(noSelection);

  const name = useMemberName(query.owner ?? null);
  const count = lengthOf(list);

  const active = activePlace(list, cursor, openedId, count);
  // Where what is open has just gone, another row stands in its place: a key must not do to that one what was meant for this.
  const activeRow = active < 0 || isGone ? null : rowAt(list, active);
  // Where its row is let go, or the rows above it come and go unseen, the keys go on from where it was last.
  if (cursor !== null && cursor.id !== null && activeRow?.id === cursor.id && cursor.place !== active)
    setCursor({ ...cursor, place: active });

  const moveTo = useCallback(
    (to: number, alwaysOpen: boolean) => {
      const row = rowAt(list, to);
      if (row === null) {
        setCursor({ id: null, place: to, opened: openedId });
        return;
      }
      const opens = alwaysOpen || openedId !== null;
      setCursor({ id: row.id, place: to, opened: opens ? row.id : null });
      if (opens) go({ kind: 'open', id: row.id });
    },
    [list, openedId, go],
  );
  // The keys went where no row was; it is here now, and opened as if it had been here then.
  const awaited = cursor !== null && cursor.id === null && cursor.opened === openedId ? activeRow : null;
  if (awaited !== null && (openedId === null || openedId === awaited.id))
    setCursor({ id: awaited.id, place: active, opened: openedId });
  const opensNow = openedId === null ? null : (awaited?.id ?? null);
  useEffect(() => {
    if (opensNow !== null) go({ kind: 'open', id: opensNow });
  }, [opensNow, go]);

  const onMove = (to: number, pick: RowPick): void => {
    const row = rowAt(list, to);
    if (row !== null && pick.extends) {
      setSelection((before) => extended(before, loadedIds(list), row.id, activeRow?.id ?? null));
      setCursor({ id: row.id, place: to, opened: openedId });
      return;
    }
    moveTo(to, false);
  };
  const onOpen = (to: number, by: 'key' | 'pointer', pick: RowPick): void => {
    const row = rowAt(list, to);
    if (row === null) return;
    if (pick.toggles) setSelection((before) => toggled(before, row.id));
    else if (pick.extends)
      setSelection((before) => extended(before, loadedIds(list), row.id, activeRow?.id ?? null));
    else {
      moveTo(to, true);
      if (by === 'key') onEnter();
    }
  };

  const targets: readonly ConversationId[] =
    selection.ids.size > 0 ? [...selection.ids] : activeRow === null ? [] : [activeRow.id];
  const clear = (): void => {
    setSelection(noSelection);
  };

  /** After what was open is settled, the conversation that comes to stand in its place is next. */
  const goOn = (settled: readonly ConversationId[]): void => {
    clear();
    if (openedId === null || !settled.includes(openedId)) return;
    const next = [active + 1, active - 1]
      .map((index) => rowAt(list, index))
      .find((row): row is ConversationRow => row !== null && !settled.includes(row.id));
    if (next === undefined) go({ kind: 'close' });
    else {
      setCursor({ id: next.id, place: Math.max(0, active), opened: next.id });
      go({ kind: 'open', id: next.id });
    }
  };
  const single = selection.ids.size === 0 ? activeRow : null;
  const { dialog } = useTargetActions({
    targets,
    single,
    onSettled: (how, ids) => {
      if (leaves(query.view, how)) goOn(ids);
      else clear();
    },
  });
  const { lead, alone } = useTeam();
  /** Onto a member; where nobody may be given anything, nothing can be dragged. */
  const drag = (index: number, transfer: DataTransfer): void => {
    const row = rowAt(list, index);
    if (row === null) return;
    carry(transfer, selection.ids.has(row.id) ? [...selection.ids] : [row.id], row.subject);
  };
  const step = (by: 1 | -1): void => {
    // With nothing open the keys belong to the list, so that Enter opens what they have come to.
    if (openedId === null) handle.current?.focus();
    moveTo(Math.max(0, Math.min(count - 1, active + by)), false);
  };
  useAction('list.next', count === 0 ? null : () => step(1));
  useAction('list.previous', count === 0 ? null : () => step(-1));
  useAction(
    'list.select',
    activeRow === null ? null : () => setSelection((before) => toggled(before, activeRow.id)),
  );
  useAction('app.back', selection.ids.size > 0 ? clear : null, 1);

  const renderRow = useCallback(
    (index: number) => {
      const row = rowAt(list, index);
      if (row === null) return <RowToCome />;
      return (
        <ConversationRowView
          row={row}
          now={now}
          me={me}
          opened={row.id === openedId}
          selected={selection.ids.has(row.id)}
          view={query.view}
        />
      );
    },
    [list, now, me, openedId, selection, query.view],
  );

  if (isEmptyHanded(list)) {
    // The store fetches nothing before it knows what is on screen, and an empty list never says.
    return (
      <FirstRows show={store.show}>
        {failure === null ? (
          <Busy subject={words('list.loading')} />
        ) : (
          <Notice tone="bad" title={words('list.failed')} live>
            <p>{refusalWords(words, failure)}</p>
            <Button small onClick={store.refresh}>
              {words('word.retry')}
            </Button>
          </Notice>
        )}
      </FirstRows>
    );
  }
  return (
    <>
      {selection.ids.size > 0 ? (
        <SelectionBar count={selection.ids.size} onClear={clear}>
          <BulkButtons view={query.view} />
        </SelectionBar>
      ) : null}
      {dialog}
      {count === 0 ? (
        <EmptyQueue query={query} name={name} />
      ) : (
        <RowList
          ref={handle}
          label={words(`view.${query.view}`, { name })}
          count={count}
          rowHeight={rowHeight}
          active={active}
          multiple
          isSelected={(index) => {
            const row = rowAt(list, index);
            return row !== null && (selection.ids.has(row.id) || row.id === openedId);
          }}
          nameAt={(index) => rowAt(list, index)?.id ?? null}
          placeOf={(name) => placeOf(list, name)}
          renderRow={renderRow}
          onShow={store.show}
          onMove={onMove}
          onOpen={onOpen}
          onDrag={lead && !alone ? drag : undefined}
          onSelectAll={() => setSelection({ ids: new Set(loadedIds(list)), anchor: activeRow?.id ?? null })}
        />
      )}
    </>
  );
};
