import { SearchX } from 'lucide-react';
import { useCallback, useState, type RefObject } from 'react';
import {
  Busy,
  Button,
  EmptyState,
  Notice,
  RowList,
  refusalWords,
  useNow,
  useWords,
  type RowListHandle,
} from '#renderer/ui/index.ts';
import { useTargetActions } from '#renderer/features/list/index.ts';
import { ServerHits } from '#renderer/features/team/index.ts';
import { useAction, useNavigation } from '#renderer/workbench/index.ts';
import { useSearchOrder } from './model/use-search-order.ts';
import { useSearch, type SearchState } from './model/use-search.ts';
import { SearchHitView } from './view/SearchHitView.tsx';

/** The height of a hit in px, the same as a row of the list. */
const hitHeight = 76;

const Remarks = ({ state, onAgain }: { readonly state: SearchState; readonly onAgain: () => void }) => {
  const words = useWords();
  return (
    <>
      {state.failure === null ? null : (
        <Notice tone="bad" live>
          <p>{refusalWords(words, state.failure)}</p>
          <Button small onClick={onAgain}>
            {words('word.retry')}
          </Button>
        </Notice>
      )}
      {state.ignored.length === 0 ? null : (
        <Notice tone="warn">
          <p>{words('search.ignored', { parts: state.ignored.join(' · '), count: state.ignored.length })}</p>
        </Notice>
      )}
      {state.ranked === null ? null : (
        <Notice tone="note">
          <p>{words('search.ranked', { count: state.ranked })}</p>
        </Notice>
      )}
      {state.notYetIndexed === 0 ? null : (
        <Notice tone="note">
          <p>{words('search.indexing', { count: state.notYetIndexed })}</p>
        </Notice>
      )}
    </>
  );
};

/** What a search found, in the order that was chosen, in the place of the list. */
export const SearchResults = ({
  text,
  onEnter,
  handle,
}: {
  readonly text: string;
  readonly onEnter: () => void;
  readonly handle: RefObject<RowListHandle | null>;
}) => {
  const words = useWords();
  const now = useNow();
  const { place, go } = useNavigation();
  const { order } = useSearchOrder();
  const { state, more, again } = useSearch(text, order);
  // No hit is meant before one is chosen: a key may do something to it.
  const [cursor, setCursor] = useState(-1);
  const openedId = place.opened.kind === 'conversation' ? place.opened.id : null;

  const hits = state?.hits ?? [];
  const opened = hits.findIndex((hit) => hit.row.id === openedId);
  const active = Math.min(opened >= 0 ? opened : cursor, hits.length - 1);

  const open = (index: number): void => {
    const hit = hits[index];
    if (hit === undefined) return;
    setCursor(index);
    go({ kind: 'open', id: hit.row.id });
  };
  const move = (index: number): void => {
    const to = Math.max(0, Math.min(hits.length - 1, index));
    if (openedId === null) setCursor(to);
    else open(to);
  };
  const step = (by: 1 | -1): void => {
    if (openedId === null) handle.current?.focus();
    move(active + by);
  };
  useAction('list.next', hits.length === 0 ? null : () => step(1));
  useAction('list.previous', hits.length === 0 ? null : () => step(-1));

  const single = hits[active]?.row ?? null;
  const { dialog } = useTargetActions({
    targets: single === null ? [] : [single.id],
    single,
    // What was found stays found, resolved or not.
    onSettled: () => undefined,
  });

  const length = hits.length;
  const onShow = useCallback(
    (_first: number, last: number) => {
      if (last >= length - 10) more();
    },
    [length, more],
  );

  if (state === null)
    return text.trim() === '' ? null : (
      <div className="search-remarks search-late">
        <Busy subject={words('search.busy')} />
      </div>
    );
  return (
    <>
      <div className="search-remarks">
        <Remarks state={state} onAgain={again} />
      </div>
      {dialog}
      <p className="unseen" role="status">
        {words('search.found', { count: length, more: state.next !== null })}
      </p>
      {length === 0 && state.failure === null ? (
        <EmptyState icon={SearchX} title={words('search.nothing', { text: state.text.trim() })}>
          <p>{words('search.nothing.what')}</p>
        </EmptyState>
      ) : (
        <RowList
          ref={handle}
          label={words('search.results')}
          count={length}
          rowHeight={hitHeight}
          active={active}
          isSelected={(index) => hits[index]?.row.id === openedId}
          nameAt={(index) => hits[index]?.row.id ?? null}
          placeOf={(name) => hits.findIndex((hit) => hit.row.id === name)}
          renderRow={(index) => {
            const hit = hits[index];
            return hit === undefined ? null : (
              <SearchHitView hit={hit} now={now} opened={hit.row.id === openedId} />
            );
          }}
          onShow={onShow}
          onMove={move}
          onOpen={(index, by) => {
            open(index);
            if (by === 'key') onEnter();
          }}
        />
      )}
      <ServerHits text={text} />
    </>
  );
};
