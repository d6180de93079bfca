import { BellRing } from 'lucide-react';
import { useCallback, useEffect, useId, useImperativeHandle, useRef, useState } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import {
  Busy,
  Button,
  EmptyState,
  Notice,
  refusalWords,
  useNow,
  useWords,
  type RowListHandle,
} from '#renderer/ui/index.ts';
import { useAction, useKeysOf, useNavigation } from '#renderer/workbench/index.ts';
import type { FollowUpRow } from '#shared/contract/ownership.ts';
import type { FollowUpId } from '#shared/kit/brand.ts';
import { partsOf } from './model/sections.ts';
import { useDeeds, type Deeds } from './model/use-deeds.tsx';
import { useFollowUps } from './model/use-follow-ups.ts';
import { FollowUpRowView } from './view/FollowUpRowView.tsx';
import { Missed } from './view/Missed.tsx';
import './follow-ups.css';

/** Where the keys are: a row, and its place for when that row is gone. */
type Cursor = { readonly id: FollowUpId; readonly place: number };

const placeIn = (rows: readonly FollowUpRow[], cursor: Cursor | null): number => {
  if (cursor === null) return -1;
  const found = rows.findIndex(({ id }) => id === cursor.id);
  return found >= 0 ? found : Math.min(cursor.place, rows.length - 1);
};

const NothingPromised = () => {
  const words = useWords();
  const keysOf = useKeysOf();
  return (
    <EmptyState icon={BellRing} title={words('follow-ups.empty.title')}>
      <p>{words('follow-ups.empty', { key: keysOf('conversation.follow-up') ?? '' })}</p>
    </EmptyState>
  );
};

/** A function that stays the same while what it does is always the latest. */
const useSteady = <Input,>(run: (input: Input) => void): ((input: Input) => void) => {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  return useCallback((input: Input) => latest.current(input), []);
};

const useFollowUpActions = (deeds: Deeds, row: FollowUpRow | null): void => {
  useAction('follow-up.done', row === null ? null : () => deeds.done(row));
  useAction('follow-up.put-off', row === null ? null : () => deeds.putOff(row));
  useAction('follow-up.drop', row === null ? null : () => deeds.drop(row));
};

/** What one promised and what one has to check, by when it is due (ARIA listbox in groups). */
export const FollowUpList = ({
  handle,
  onEnter,
}: {
  readonly handle: RefObject<RowListHandle | null>;
  /** Has the focus go where the opened conversation is. */
  readonly onEnter: () => void;
}) => {
  const words = useWords();
  const now = useNow();
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { place, go } = useNavigation();
  const { rows: known, failure, more, again } = useFollowUps();
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const deeds = useDeeds();
  const openedId = place.opened.kind === 'conversation' ? place.opened.id : null;

  const parts = partsOf(known ?? [], now);
  const rows = parts.flatMap((part) => part.rows);
  const active = placeIn(rows, cursor);
  const row = rows[active] ?? null;
  useFollowUpActions(deeds, row);

  const moveTo = (to: number): void => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (next === undefined) return;
    setCursor({ id: next.id, place: rows.indexOf(next) });
    if (openedId !== null) go({ kind: 'open', id: next.conversation.id });
    if (to >= rows.length - 10) more?.();
  };
  const open = useSteady((chosen: FollowUpRow) => {
    setCursor({ id: chosen.id, place: rows.indexOf(chosen) });
    go({ kind: 'open', id: chosen.conversation.id });
  });
  const done = useSteady(deeds.done);
  const putOff = useSteady(deeds.putOff);
  const drop = useSteady(deeds.drop);
  const step = (by: 1 | -1): void => {
    if (openedId === null) scroller.current?.focus();
    moveTo(active + by);
  };
  useAction('list.next', rows.length === 0 ? null : () => step(1));
  useAction('list.previous', rows.length === 0 ? null : () => step(-1));

  useImperativeHandle(handle, () => ({
    focus: () => scroller.current?.focus({ preventScroll: true }),
    enter: () => {
      scroller.current?.focus({ preventScroll: true });
      if (active < 0) moveTo(0);
    },
  }));
  useEffect(() => {
    if (row !== null) document.getElementById(`${base}-${row.id}`)?.scrollIntoView({ block: 'nearest' });
  }, [base, row]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: rows.length - 1 }[event.key];
    const deed = { d: deeds.done, z: deeds.putOff, x: deeds.drop, Backspace: deeds.drop }[event.key];
    if (to !== undefined) moveTo(to);
    else if (event.key === 'Enter' && row !== null) {
      open(row);
      onEnter();
    } else if (deed !== undefined && row !== null) deed(row);
    else return;
    event.preventDefault();
  };

  if (known === null) {
    return failure === null ? (
      <div className="follow-ups-late">
        <Busy subject={words('list.loading')} />
      </div>
    ) : (
      <Notice tone="bad" title={words('list.failed')} live>
        <p>{refusalWords(words, failure)}</p>
        <Button small onClick={again}>
          {words('word.retry')}
        </Button>
      </Notice>
    );
  }
  return (
    <>
      <Missed now={now} />
      {deeds.dialog}
      {rows.length === 0 ? (
        <NothingPromised />
      ) : (
        <div
          ref={scroller}
          className="follow-ups"
          role="listbox"
          tabIndex={0}
          aria-label={words('view.follow-ups')}
          aria-activedescendant={row === null ? undefined : `${base}-${row.id}`}
          onKeyDown={onKeyDown}
          onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
            if (scrollTop + 2 * clientHeight > scrollHeight) more?.();
          }}
        >
          {parts.map((part) => (
            <div key={part.section} role="group" aria-labelledby={`${base}-${part.section}`}>
              <div
                id={`${base}-${part.section}`}
                className={`follow-ups-section follow-ups-section-${part.section}`}
              >
                {words(`follow-ups.section.${part.section}`)}
                <span className="follow-ups-count">{part.rows.length}</span>
              </div>
              {part.rows.map((one) => (
                <FollowUpRowView
                  key={one.id}
                  row={one}
                  now={now}
                  id={`${base}-${one.id}`}
                  active={one === row}
                  opened={one === row && one.conversation.id === openedId}
                  onOpen={open}
                  onDone={done}
                  onPutOff={putOff}
                  onDrop={drop}
                />
              ))}
            </div>
          ))}
        </div>
      )}
    </>
  );
};
