import {
  memo,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type DragEvent,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  type RefObject,
} from 'react';
import { flushSync } from 'react-dom';
import { classes } from './classes.ts';
import { firstWindow, restedAt, scrolledTo, type RowWindow, type SeenRows } from './row-window.ts';
import './row-list.css';

/** Without a scroll for this long, in ms, the screen rests: longer than between two turns of a wheel's notch, shorter than a look. */
const restMs = 120;

/** What a list can be told from outside: to take the keys, or to take them and begin at its first row where none is active. */
export type RowListHandle = { readonly focus: () => void; readonly enter: () => void };

/** How a row was chosen, as far as the choice depends on it. */
export type RowPick = { readonly toggles: boolean; readonly extends: boolean };

type RowListProps = {
  readonly ref?: Ref<RowListHandle>;
  readonly label: string;
  readonly count: number;
  /** All rows are as high as this, in px; that is what makes 100,000 of them cheap. */
  readonly rowHeight: number;
  /** The row where the keys are, or -1. */
  readonly active: number;
  readonly multiple?: boolean;
  readonly isSelected: (index: number) => boolean;
  /** A name that stays with a row when others come above it, or null while it is not known. */
  readonly nameAt: (index: number) => string | null;
  readonly placeOf: (name: string) => number;
  readonly renderRow: (index: number) => ReactNode;
  readonly onShow: (first: number, last: number) => void;
  readonly onMove: (index: number, pick: RowPick) => void;
  readonly onOpen: (index: number, by: 'key' | 'pointer', pick: RowPick) => void;
  readonly onSelectAll?: () => void;
  /** Puts a row into a drag; without it no row can be dragged. */
  readonly onDrag?: ((index: number, transfer: DataTransfer) => void) | undefined;
};

const seenIn = (scroller: HTMLElement | null, rowHeight: number): SeenRows => {
  const top = scroller?.scrollTop ?? 0;
  const height = scroller?.clientHeight ?? 0;
  return { first: Math.floor(top / rowHeight), last: Math.ceil((top + height) / rowHeight) };
};

type Hands = Pick<RowListProps, 'onOpen' | 'onDrag'>;

type RowProps = Pick<RowListProps, 'rowHeight' | 'count' | 'renderRow'> & {
  readonly id: string;
  readonly index: number;
  readonly active: boolean;
  readonly selected: boolean;
  readonly draggable: boolean;
  readonly hands: RefObject<Hands>;
};

/** One row. It is drawn anew when it shows another row or that row changed, and not because the list was scrolled. */
const Row = memo(
  ({ id, index, rowHeight, count, active, selected, draggable, renderRow, hands }: RowProps) => (
    <div
      id={id}
      role="option"
      className={classes('row-list-row', active && 'row-list-active')}
      aria-selected={selected}
      aria-setsize={count}
      aria-posinset={index + 1}
      style={{ height: rowHeight, transform: `translateY(${index * rowHeight}px)` }}
      // Here and not on what is drawn in it: what can be dragged is left out of a name that is made of content.
      draggable={draggable ? true : undefined}
      onDragStart={(event: DragEvent) => hands.current.onDrag?.(index, event.dataTransfer)}
      onMouseDown={(event: MouseEvent) => {
        // Shift would select the text between two clicks.
        if (event.shiftKey) event.preventDefault();
      }}
      onClick={(event: MouseEvent) => {
        hands.current.onOpen(index, 'pointer', {
          toggles: event.ctrlKey || event.metaKey,
          extends: event.shiftKey,
        });
      }}
    >
      {renderRow(index)}
    </div>
  ),
);
Row.displayName = 'Row';

/** What a row drawn earlier does now when it is clicked or dragged. */
const useLatest = (latest: Hands): RefObject<Hands> => {
  const hands = useRef(latest);
  useLayoutEffect(() => {
    hands.current = latest;
  });
  return hands;
};

/** Which rows are drawn, kept up with where the list is scrolled to, and what looks where that is. */
const useRowWindow = (
  scroller: RefObject<HTMLElement | null>,
  rowHeight: number,
): { readonly shown: RowWindow; readonly look: () => void } => {
  const [shown, setShown] = useState(firstWindow);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);

  const look = (): void => {
    const seen = seenIn(scroller.current, rowHeight);
    // Within the frame that is scrolled: what comes later would show the background until then.
    flushSync(() => setShown((before) => scrolledTo(before, seen)));
    clearTimeout(rest.current);
    rest.current = setTimeout(() => {
      const still = seenIn(scroller.current, rowHeight);
      setShown((before) => restedAt(before, still));
    }, restMs);
  };

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const seen = seenIn(element, rowHeight);
      setShown((before) => restedAt(before, seen));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      clearTimeout(rest.current);
    };
  }, [scroller, rowHeight]);
  return { shown, look };
};

/**
 * A long list of rows of one height (ARIA listbox; the focus stays on the list and points at the active row). Only
 * the rows on screen exist. Rows that come or go above do not move what is being read.
 */
export const RowList = ({
  ref,
  label,
  count,
  rowHeight,
  active,
  multiple = false,
  isSelected,
  nameAt,
  placeOf,
  renderRow,
  onShow,
  onMove,
  onOpen,
  onSelectAll,
  onDrag,
}: RowListProps) => {
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { shown, look } = useRowWindow(scroller, rowHeight);
  const hands = useLatest({ onOpen, onDrag });
  const anchor = useRef<{ readonly name: string; readonly place: number } | null>(null);
  const seenActive = useRef({ name: active < 0 ? null : nameAt(active), place: active });

  useImperativeHandle(ref, () => {
    const focus = (): void => scroller.current?.focus({ preventScroll: true });
    return {
      focus,
      enter: () => {
        focus();
        if (active < 0 && count > 0) onMove(0, { toggles: false, extends: false });
      },
    };
  });

  useEffect(() => {
    if (shown.last > 0) onShow(shown.first, shown.last);
  }, [shown, onShow]);

  // Runs after every drawing: a new answer may have put other rows above the first one on screen.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const kept = anchor.current;
    const place = kept === null ? -1 : nameAt(kept.place) === kept.name ? kept.place : placeOf(kept.name);
    let { first } = shown;
    // Asked for where it is scrolled to, the window would lay out anew here what was just drawn: only where rows have moved.
    if (kept !== null && place >= 0 && place !== kept.place && element.scrollTop > 0) {
      element.scrollTop += (place - kept.place) * rowHeight;
      ({ first } = seenIn(element, rowHeight));
    }
    const name = nameAt(first);
    if (name !== null) anchor.current = { name, place: first };
    else anchor.current = kept === null || place < 0 ? null : { name: kept.name, place };
  });

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || active < 0) return;
    const before = seenActive.current;
    const name = nameAt(active);
    seenActive.current = { name, place: active };
    // Only where the keys have gone on: a row that others have moved does not take the screen with it.
    if (before.place === active || (name !== null && name === before.name)) return;
    // A row well within what is seen: asked for where it is scrolled to, the window would lay everything out twice.
    if (active > shown.first && active < shown.last - 2) return;
    const top = active * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
  }, [active, nameAt, rowHeight, shown]);

  const page = Math.max(1, shown.last - shown.first - 2);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || (event.metaKey && event.key !== 'a')) return;
    const to: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    };
    const place = to[event.key];
    const pick = { toggles: false, extends: event.shiftKey };
    if (place !== undefined && count > 0) {
      event.preventDefault();
      onMove(Math.max(0, Math.min(count - 1, place)), pick);
    } else if (event.key === 'Enter' && active >= 0) {
      event.preventDefault();
      onOpen(active, 'key', { toggles: false, extends: false });
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && onSelectAll !== undefined) {
      event.preventDefault();
      onSelectAll();
    }
  };

  const drawn = shown.slots.filter(({ index }) => index < count);
  return (
    <div
      ref={scroller}
      className="row-list"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-multiselectable={multiple || undefined}
      aria-activedescendant={drawn.some(({ index }) => index === active) ? `${base}-${active}` : undefined}
      onScroll={look}
      onKeyDown={onKeyDown}
    >
      <div className="row-list-all" role="presentation" style={{ height: count * rowHeight }}>
        {drawn.map(({ key, index }) => (
          <Row
            key={key}
            id={`${base}-${index}`}
            index={index}
            rowHeight={rowHeight}
            count={count}
            active={index === active}
            selected={isSelected(index)}
            draggable={onDrag !== undefined}
            renderRow={renderRow}
            hands={hands}
          />
        ))}
      </div>
    </div>
  );
};
