import type { erasureCalls } from '#shared/contract/erasure.ts';
import type { Handlers } from '#shared/contract/wire.ts';
import { fail, ok } from '#shared/kit/result.ts';
import { closedBefore } from '#shared/domain/erasure/retention.ts';
import { isManaged, managed } from '#shared/domain/policy/policy.ts';
import { retentionRule } from '../erasure/retention-clock.ts';
import type { RetentionClock } from '../erasure/retention-clock.ts';
import { listErasures } from '../store/erase/erasure-rows.ts';
import { outOfTime } from '../store/read/retention.ts';
import { memberName, roleOf } from '../store/read/members.ts';
import { teamLink } from '../store/team/link.ts';
import { countByAge, setTeamRetention } from '../team/ask-erasure.ts';
import type { Workspace } from '../workspace.ts';

/** More nobody reads. */
const shown = 100;
const mostCounted = 1_000_000;

/** Handlers for what was erased. */
export const erasureHandlers = ({
  db,
  writer,
  policy,
  clock,
  retention,
}: Pick<Workspace, 'db' | 'writer' | 'policy' | 'clock'> & {
  readonly retention: RetentionClock;
}): Pick<Handlers, keyof typeof erasureCalls> => ({
  'retention.state': () => {
    const link = teamLink(db);
    const may = link === null || roleOf(db, link.member) === 'admin';
    return ok({ rule: retentionRule(db, policy), team: link !== null, may });
  },
  'retention.count': async ({ days }) => {
    const there = teamLink(db) === null ? null : await countByAge({ db }, days);
    if (there?.ok === true) return ok({ conversations: there.value });
    return ok({ conversations: outOfTime(db, closedBefore(days, clock.now()), mostCounted).length });
  },
  'retention.set': async (input) => {
    if (teamLink(db) !== null) {
      const there = await setTeamRetention({ db }, input.days);
      if (!there.ok) {
        const { kind } = there.failure;
        return fail({ kind: kind === 'erase-leads-only' ? 'admins-only' : kind });
      }
      await writer.run('team.retention', there.value);
      retention.wake();
      return ok(null);
    }
    if (isManaged(policy, 'retention.days')) return fail(managed(policy, 'retention.days'));
    const set = await writer.run('retention.set', input);
    retention.wake();
    return set;
  },
  'erasure.list': () =>
    ok({
      rows: listErasures(db, shown).map((row) => ({
        id: row.id,
        reason: row.reason,
        askedAt: row.asked_at,
        doneAt: row.done_at,
        conversations: row.conversations,
        messages: row.messages,
        by: row.reason === 'team' && row.author !== null ? memberName(db, row.author) : '',
      })),
    }),
});
