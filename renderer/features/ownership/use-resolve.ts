import { useCallback } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { useWords } from '#renderer/ui/index.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { useChanges } from './model/use-changes.ts';
import { useDates } from './model/use-dates.ts';
import { useTeam } from './model/use-team.ts';

/** More checks than one conversation ever has open. */
const mostChecks = 20;

/** Resolves and reopens conversations; says so where an open check keeps a resolved one from being closed. Each answers whether something was done. */
export const useResolve = () => {
  const words = useWords();
  const engine = useEngine();
  const changes = useChanges();
  const dates = useDates();
  const me = useTeam().me?.id;

  const checkWords = useCallback(
    async (id: ConversationId): Promise<string | null> => {
      const of = { kind: 'conversation', conversation: id } as const;
      const answer = await engine.call('follow-up.list', { of, after: null, limit: mostChecks });
      const check = answer.ok ? answer.value.rows.find(({ purpose }) => purpose === 'check') : undefined;
      if (check === undefined) return null;
      const time = dates.brief(check.dueAt, Date.now());
      return check.owner === me
        ? words('ownership.resolved.check.me', { time })
        : words('ownership.resolved.check', { name: check.ownerName, time });
    },
    [dates, engine, me, words],
  );

  const resolve = useCallback(
    async (ids: readonly ConversationId[]): Promise<boolean> => {
      const asked = engine.call('conversation.resolve', { ids: [...ids] });
      const [only] = ids;
      const answer = await asked;
      const open = answer.ok && ids.length === 1 && only !== undefined ? await checkWords(only) : null;
      const changed = await changes.many(asked, (count) => open ?? words('ownership.resolved', { count }));
      return changed !== null && changed.done > 0;
    },
    [changes, checkWords, engine, words],
  );
  const reopen = useCallback(
    async (ids: readonly ConversationId[]): Promise<boolean> => {
      const changed = await changes.many(engine.call('conversation.reopen', { ids: [...ids] }), (count) =>
        words('ownership.reopened', { count }),
      );
      return changed !== null && changed.done > 0;
    },
    [changes, engine, words],
  );
  return { resolve, reopen };
};
