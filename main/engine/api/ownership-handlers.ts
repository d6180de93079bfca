import type { dayCalls } from '#shared/contract/day.ts';
import type { ownershipCalls } from '#shared/contract/ownership.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import { addWorkingDays } from '#shared/domain/business-hours/business-time.ts';
import { ok } from '#shared/kit/result.ts';
import { daySummary } from '../store/read/day.ts';
import { countFollowUps, countMissed, listFollowUps } from '../store/read/follow-ups.ts';
import type { FollowUpsOf } from '../store/read/follow-ups.ts';
import { findConversation } from '../store/read/find-conversation.ts';
import { listMembers, viewerOf } from '../store/read/members.ts';
import { readSchedule } from '../store/read/targets.ts';
import { listTags, teamOverview } from '../store/read/team.ts';
import type { Workspace } from '../workspace.ts';

/** A check is due after so many working days where nobody says when (product: rules of ownership). */
const checkAfterDays = 3;
const dayMs = 86_400_000;

/** Handlers for who has a conversation and what was promised. */
export const ownershipHandlers = (
  workspace: Workspace,
): Pick<Handlers, keyof typeof ownershipCalls | keyof typeof dayCalls> => {
  const { db, writer, clock } = workspace;
  const usualCheck = (): number => {
    const now = clock.now();
    const at = addWorkingDays(readSchedule(db), now, checkAfterDays);
    return at.ok ? at.value : now + checkAfterDays * dayMs;
  };
  return {
    'member.list': () => ok({ members: listMembers(db) }),
    'member.away': (input) => writer.run('member.away', input),
    'conversation.claim': async (input) => ok(await writer.run('conversation.claim', input)),
    'conversation.assign': async (input) => ok(await writer.run('conversation.assign', input)),
    'conversation.transfer': async ({ checkAt, ...input }) =>
      ok(
        await writer.run('conversation.transfer', {
          ...input,
          checkAt: checkAt ?? usualCheck(),
        }),
      ),
    'conversation.snooze': async (input) => ok(await writer.run('conversation.snooze', input)),
    'conversation.wake': async (input) => ok(await writer.run('conversation.wake', input)),
    'conversation.tag': async (input) => ok(await writer.run('conversation.tag', input)),
    'conversation.merge': (input) => writer.run('conversation.merge', input),
    'conversation.split': (input) => writer.run('conversation.split', input),
    'tag.list': () => ok({ tags: listTags(db) }),
    'note.add': (input) => writer.run('note.add', input),
    'follow-up.promise': (input) => writer.run('follow-up.promise', input),
    'follow-up.move': (input) => writer.run('follow-up.move', input),
    'follow-up.keep': (input) => writer.run('follow-up.keep', input),
    'follow-up.cancel': (input) => writer.run('follow-up.cancel', input),
    'follow-up.list': ({ of, after, limit }) => {
      const whose = ((): FollowUpsOf | null => {
        switch (of.kind) {
          case 'mine':
            return { kind: 'member', member: viewerOf(db).me };
          case 'member':
          case 'everybody':
            return of;
          case 'conversation': {
            const found = findConversation(db, of.conversation);
            return found.kind === 'here' ? { kind: 'conversation', num: found.num } : null;
          }
        }
      })();
      return ok(whose === null ? { rows: [], next: null } : listFollowUps(db, whose, after, limit));
    },
    'follow-up.counts': () => {
      const { me } = viewerOf(db);
      return ok({ ...countFollowUps(db, me), missed: countMissed(db, me) });
    },
    'follow-up.missed': ({ after, limit }) =>
      ok(listFollowUps(db, { kind: 'missed', member: viewerOf(db).me }, after, limit)),
    'follow-up.dismissMissed': async (input) => ok(await writer.run('follow-up.dismissMissed', input)),
    'check.confirm': (input) => writer.run('check.confirm', input),
    'check.waive': (input) => writer.run('check.waive', input),
    'day.summary': (days) => ok(daySummary(db, viewerOf(db), days)),
    'team.overview': () =>
      ok({ members: teamOverview(db, { now: clock.now(), schedule: readSchedule(db) }) }),
  };
};
