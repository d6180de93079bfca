import { useQueries } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { liveQuery, useEngine } from '#renderer/engine-client/index.ts';
import type { FollowUpRow } from '#shared/contract/ownership.ts';

/** Rows asked for at once. */
const pageRows = 100;

/** What one promised and has to check, as far as it was asked for. */
type FollowUps = {
  /** Null until the first page is here. */
  readonly rows: readonly FollowUpRow[] | null;
  readonly failure: { readonly kind: string } | null;
  /** Asks for the next page; null where there is none. */
  readonly more: (() => void) | null;
  readonly again: () => void;
};

const failureOf = (error: unknown): { readonly kind: string } | null => {
  if (error === null) return null;
  const failure = error instanceof Error && 'failure' in error ? error.failure : null;
  return typeof failure === 'object' && failure !== null && 'kind' in failure
    ? { kind: String(failure.kind) }
    : { kind: 'unknown' };
};

/** One's own follow-ups by pages, kept up to date; each page is asked for by where the one before it ended. */
export const useFollowUps = (): FollowUps => {
  const client = useEngine();
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null]);
  const pages = useQueries({
    queries: cursors.map((after) =>
      liveQuery(client, 'follow-up.list', { of: { kind: 'mine' }, after, limit: pageRows }),
    ),
  });
  const last = pages.at(-1)?.data;
  const next = last?.next ?? null;
  const more = useCallback(() => {
    setCursors((before) => (next === null || before.includes(next) ? before : [...before, next]));
  }, [next]);
  return {
    rows: pages[0]?.data === undefined ? null : pages.flatMap(({ data }) => data?.rows ?? []),
    failure: failureOf(pages.find(({ error }) => error !== null)?.error ?? null),
    more: next === null ? null : more,
    again: () => {
      for (const page of pages) void page.refetch();
    },
  };
};
