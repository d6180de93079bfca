import { useCallback } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { useChanges, useDates, useTeam } from '#renderer/features/ownership/index.ts';
import { useWords } from '#renderer/ui/index.ts';
import { useAction, useToasts } from '#renderer/workbench/index.ts';
import type { Member } from '#shared/contract/ownership.ts';
import type { MemberId } from '#shared/kit/brand.ts';

/** Says that a member is away until a time (ms UTC), or back with null; answers whether it was so done. */
export const useAway = (): ((
  member: Member,
  until: number | null,
  substitute: MemberId | null,
) => Promise<boolean>) => {
  const words = useWords();
  const engine = useEngine();
  const dates = useDates();
  const { refuse } = useChanges();
  const { show } = useToasts();
  return useCallback(
    async (member, until, substitute) => {
      const answer = await engine.call('member.away', { member: member.id, until, substitute });
      if (!answer.ok) {
        refuse(answer.failure);
        return false;
      }
      const { covered, returned } = answer.value;
      const who = member.isMe ? 'me' : 'other';
      const text =
        until === null
          ? words('team.back.said', { who, name: member.name, count: returned })
          : words('team.away.said', {
              who,
              name: member.name,
              time: dates.brief(until, Date.now()),
              count: covered,
            });
      show({ text });
      return true;
    },
    [dates, engine, refuse, show, words],
  );
};

/** Makes one's own absence reachable from everywhere; `onAsk` asks until when. */
export const useAwayActions = (onAsk: (me: Member) => void): void => {
  const { me, alone } = useTeam();
  const away = useAway();
  useAction('member.away', me === null || alone ? null : () => onAsk(me));
  useAction(
    'member.back',
    (me?.away ?? null) === null || me === null
      ? null
      : () => {
          void away(me, null, null);
        },
  );
};
