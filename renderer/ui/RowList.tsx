import {
  useCallback,
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
} from 'react';
import { classes } from './classes.ts';
import './row-list.css';

/** Rows drawn beyond each edge, so that a quick scroll shows rows and not their background. */
const overscan = 6;

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

/** Which rows are on screen, and how many there can be with those drawn beyond the edges. */
type Window = { readonly first: number; readonly last: number; readonly most: number };

const windowOf = (scroller: HTMLElement | null, rowHeight: number): Window => {
  const top = scroller?.scrollTop ?? 0;
  const height = scroller?.clientHeight ?? 0;
  return {
    first: Math.floor(top / rowHeight),
    last: Math.ceil((top + height) / rowHeight),
    most: Math.ceil(height / rowHeight) + 1 + 2 * overscan,
  };
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
  const [shown, setShown] = useState<Window>({ first: 0, last: 0, most: 1 + 2 * overscan });
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

  const look = useCallback(() => {
    const next = windowOf(scroller.current, rowHeight);
    setShown((before) =>
      before.first === next.first && before.last === next.last && before.most === next.most ? before : next,
    );
  }, [rowHeight]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [look]);

  useEffect(() => {
    if (shown.last > 0) onShow(shown.first, shown.last);
  }, [shown, onShow]);

  // Runs after every drawing: a new answer may have put other rows above the first one on screen.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const kept = anchor.current;
    const place = kept === null ? -1 : placeOf(kept.name);
    let { first } = shown;
    // Asked for where it is scrolled to, the window would lay out anew here what was just drawn: only where rows have moved.
    if (kept !== null && place >= 0 && place !== kept.place && element.scrollTop > 0) {
      element.scrollTop += (place - kept.place) * rowHeight;
      ({ first } = windowOf(element, rowHeight));
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
    const top = active * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = top + rowHeight - element.clientHeight;
    }
  }, [active, nameAt, rowHeight]);

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

  const from = Math.max(0, shown.first - overscan);
  const to = Math.min(count, shown.last + overscan);
  const rows = Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);

  return (
    <div
      ref={scroller}
      className="row-list"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-multiselectable={multiple || undefined}
      aria-activedescendant={active >= from && active < to ? `${base}-${active}` : undefined}
      onScroll={look}
      onKeyDown={onKeyDown}
    >
      <div className="row-list-all" role="presentation" style={{ height: count * rowHeight }}>
        {rows.map((index) => (
          <div
            // What leaves the screen at one edge is used again at the other: rows are not made while one scrolls.
            key={index % shown.most}
            id={`${base}-${index}`}
            role="option"
            className={classes('row-list-row', index === active && 'row-list-active')}
            aria-selected={isSelected(index)}
            aria-setsize={count}
            aria-posinset={index + 1}
            style={{ height: rowHeight, transform: `translateY(${index * rowHeight}px)` }}
            // Here and not on what is drawn in it: what can be dragged is left out of a name that is made of content.
            draggable={onDrag === undefined ? undefined : true}
            onDragStart={(event: DragEvent) => onDrag?.(index, event.dataTransfer)}
            onMouseDown={(event: MouseEvent) => {
              // Shift would select the text between two clicks.
              if (event.shiftKey) event.preventDefault();
            }}
            onClick={(event: MouseEvent) => {
              onOpen(index, 'pointer', {
                toggles: event.ctrlKey || event.metaKey,
                extends: event.shiftKey,
              });
            }}
          >
            {renderRow(index)}
          </div>
        ))}
      </div>
    </div>
  );
};
