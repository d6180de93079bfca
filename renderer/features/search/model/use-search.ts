import { useCallback, useEffect, useRef, useState } from 'react';
import { useEngine, useEngineEvents } from '#renderer/engine-client/index.ts';
import type { EngineEvent } from '#shared/contract/events.ts';
import type { SearchAnswer, SearchHit, SearchOrder } from '#shared/contract/search.ts';

/** Hits asked for at once: more than a screen. */
const hitsAtOnce = 50;

/** The longest query that the contract takes. */
export const longestQuery = 1_000;

/** What is known of a search. `text` is what the hits answer to, which may be a letter behind what is typed. */
export type SearchState = {
  readonly text: string;
  readonly hits: readonly SearchHit[];
  readonly order: SearchOrder;
  readonly next: string | null;
  /** Of how many of the newest messages the best are shown; null where that is all of them. */
  readonly ranked: number | null;
  readonly notYetIndexed: number;
  readonly ignored: readonly string[];
  readonly failure: { readonly kind: string } | null;
};

/** What is searched for and in which order the hits come. */
type Wanted = { readonly text: string; readonly order: SearchOrder };

const isSame = (one: Wanted, other: Wanted): boolean => one.text === other.text && one.order === other.order;

const withAnswer = (
  { text, order }: Wanted,
  answer: SearchAnswer,
  before: readonly SearchHit[],
): SearchState => ({
  text,
  order,
  hits: [...before, ...answer.hits],
  next: answer.next,
  ranked: answer.ranked,
  notYetIndexed: answer.notYetIndexed,
  ignored: answer.ignored,
  failure: null,
});

/**
 * Searches while one types: one question is under way at a time, the newest text is asked next, and an answer to a
 * text that was replaced is dropped. The previous hits stay until then.
 */
export const useSearch = (
  text: string,
  order: SearchOrder,
): { readonly state: SearchState | null; readonly more: () => void; readonly again: () => void } => {
  const client = useEngine();
  const [state, setState] = useState<SearchState | null>(null);
  const wanted = useRef<Wanted>({ text, order });
  const asking = useRef(false);
  const dirty = useRef(false);
  const fetchingMore = useRef(false);

  const askFor = useCallback(
    ({ text: words, order: by }: Wanted, after: string | null) =>
      client.call('search.run', {
        text: words.slice(0, longestQuery),
        after,
        limit: hitsAtOnce,
        order: by,
      }),
    [client],
  );

  const ask = useCallback(async () => {
    if (asking.current) {
      dirty.current = true;
      return;
    }
    asking.current = true;
    try {
      do {
        dirty.current = false;
        const asked = wanted.current;
        let answer = await askFor(asked, null);
        // A rare filter may find nothing as far as one answer looks; what is older is asked for until there is something.
        while (
          answer.ok &&
          answer.value.hits.length === 0 &&
          answer.value.next !== null &&
          isSame(asked, wanted.current)
        )
          answer = await askFor(asked, answer.value.next);
        if (!isSame(asked, wanted.current)) {
          dirty.current = true;
          continue;
        }
        setState((before) =>
          answer.ok
            ? withAnswer(asked, answer.value, [])
            : {
                ...asked,
                hits: before?.hits ?? [],
                next: null,
                ranked: null,
                notYetIndexed: 0,
                ignored: [],
                failure: answer.failure,
              },
        );
      } while (dirty.current);
    } finally {
      asking.current = false;
    }
  }, [askFor]);

  const again = useCallback(() => {
    if (wanted.current.text.trim() !== '') void ask();
  }, [ask]);

  useEffect(() => {
    wanted.current = { text, order };
    if (text.trim() === '') return;
    // One frame: letters that come within it are one question.
    const frame = requestAnimationFrame(() => {
      void ask();
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [text, order, ask]);

  useEngineEvents(
    useCallback(
      (event: EngineEvent) => {
        if (event.event !== 'changed') return;
        if (event.topics.some(({ topic }) => topic === 'lists' || topic === 'index')) again();
      },
      [again],
    ),
  );

  const more = useCallback(() => {
    if (fetchingMore.current || state === null || !isSame(state, wanted.current)) return;
    const { text: words, order: by, next } = state;
    if (next === null) return;
    fetchingMore.current = true;
    const asked = { text: words, order: by };
    void askFor(asked, next).then((answer) => {
      fetchingMore.current = false;
      if (!answer.ok) return;
      setState((before) =>
        before !== null && isSame(before, asked) && before.next === next
          ? withAnswer(asked, answer.value, before.hits)
          : before,
      );
    });
  }, [askFor, state]);

  return { state: text.trim() === '' ? null : state, more, again };
};
