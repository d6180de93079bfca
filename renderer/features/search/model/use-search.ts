import { useCallback, useEffect, useRef, useState } from 'react';
import { useEngine, useEngineEvents } from '#renderer/engine-client/index.ts';
import type { EngineEvent } from '#shared/contract/events.ts';
import type { SearchAnswer, SearchHit } from '#shared/contract/search.ts';

/** Hits asked for at once: more than a screen. */
const hitsAtOnce = 50;

/** The longest query that the contract takes. */
export const longestQuery = 1_000;

/** What is known of a search. `text` is what the hits answer to, which may be a letter behind what is typed. */
export type SearchState = {
  readonly text: string;
  readonly hits: readonly SearchHit[];
  readonly next: string | null;
  readonly notYetIndexed: number;
  readonly ignored: readonly string[];
  readonly failure: { readonly kind: string } | null;
};

const withAnswer = (text: string, answer: SearchAnswer, before: readonly SearchHit[]): SearchState => ({
  text,
  hits: [...before, ...answer.hits],
  next: answer.next,
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
): { readonly state: SearchState | null; readonly more: () => void; readonly again: () => void } => {
  const client = useEngine();
  const [state, setState] = useState<SearchState | null>(null);
  const wanted = useRef(text);
  const asking = useRef(false);
  const dirty = useRef(false);
  const fetchingMore = useRef(false);

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
        const answer = await client.call('search.run', {
          text: asked.slice(0, longestQuery),
          after: null,
          limit: hitsAtOnce,
        });
        if (asked !== wanted.current) {
          dirty.current = true;
          continue;
        }
        setState((before) =>
          answer.ok
            ? withAnswer(asked, answer.value, [])
            : {
                text: asked,
                hits: before?.hits ?? [],
                next: null,
                notYetIndexed: 0,
                ignored: [],
                failure: answer.failure,
              },
        );
      } while (dirty.current);
    } finally {
      asking.current = false;
    }
  }, [client]);

  const again = useCallback(() => {
    if (wanted.current.trim() !== '') void ask();
  }, [ask]);

  useEffect(() => {
    wanted.current = text;
    if (text.trim() === '') return;
    // One frame: letters that come within it are one question.
    const frame = requestAnimationFrame(() => {
      void ask();
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [text, ask]);

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
    if (fetchingMore.current || state?.text !== wanted.current || state.next === null) return;
    fetchingMore.current = true;
    const { text: asked, next } = state;
    void client
      .call('search.run', { text: asked.slice(0, longestQuery), after: next, limit: hitsAtOnce })
      .then((answer) => {
        fetchingMore.current = false;
        if (!answer.ok) return;
        setState((before) =>
          before?.text === asked && before.next === next
            ? withAnswer(asked, answer.value, before.hits)
            : before,
        );
      });
  }, [client, state]);

  return { state: text.trim() === '' ? null : state, more, again };
};
