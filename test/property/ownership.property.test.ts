import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verify } from '#main/engine/store/verify.ts';
import { team } from '#test/support/store/team.ts';
import { historyOf, step } from './support/ownership-steps.ts';
import type { Played, Step } from './support/ownership-steps.ts';

/** What is wrong with a workspace after any history, in words; nothing where all is well. */
const faultsOf = ({ workspace }: Played): readonly unknown[] => {
  const { reader, vault } = workspace;
  const rows = reader.all<{ num: number; status: string; follow_ups: string; owner_id: string | null }>(
    'SELECT num, status, follow_ups, owner_id FROM conversation',
  );
  const lost = reader.all(
    `SELECT m.id FROM message m JOIN conversation c ON c.num = m.conversation_num WHERE c.status = 'merged'
     UNION ALL SELECT name FROM thread_name JOIN conversation c ON c.num = conversation_num WHERE c.status = 'merged'
     UNION ALL SELECT d.id FROM draft d JOIN conversation c ON c.num = d.conversation_num WHERE c.status = 'merged'`,
  );
  return [
    ...verify(reader, vault, { everyNthBlob: 1 }).problems,
    ...rows.filter(({ status, follow_ups }) => status === 'done' && follow_ups.includes('"check"')),
    ...rows.filter(({ status, follow_ups }) => status === 'resolved' && !follow_ups.includes('"check"')),
    ...lost,
    ...reader.all(
      `SELECT account_id, owner_id, status, turn, outbox, unread, draft, snoozed, n FROM conversation_tally WHERE n <> 0
       EXCEPT SELECT ifnull(account_id, ''), ifnull(owner_id, ''), status, turn, outbox, unread > 0, draft,
         snoozed_until IS NOT NULL, count(*) FROM conversation GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`,
    ),
    ...waitingFaults(workspace),
  ];
};

type Spoken = { readonly conversation_num: number; readonly direction: string; readonly at: number };

/** The turn told from the messages alone, where nothing of ours is on its way or came back. */
const waitingFaults = ({ reader }: Played['workspace']): readonly unknown[] => {
  const spoken = reader.all<Spoken>(
    'SELECT conversation_num, direction, at FROM message WHERE automatic IS NULL',
  );
  const rows = reader.all<{ num: number; unanswered: string; answered_at: number | null }>(
    `SELECT num, unanswered, answered_at FROM conversation WHERE status <> 'merged'
       AND num NOT IN (SELECT conversation_num FROM outbox WHERE state <> 'sent')`,
  );
  return rows.flatMap(({ num, unanswered, answered_at }) => {
    const here = spoken.filter((one) => one.conversation_num === num);
    const times = (direction: string) =>
      here.filter((one) => one.direction === direction).map(({ at }) => at);
    const answeredAt = times('out').length === 0 ? null : Math.max(...times('out'));
    const open = [...new Set(times('in'))].filter((at) => answeredAt === null || at > answeredAt);
    const told = { answeredAt: answered_at, unanswered };
    const right = { answeredAt, unanswered: JSON.stringify(open.sort((a, b) => a - b)) };
    return JSON.stringify(told) === JSON.stringify(right) ? [] : [{ num, told, right }];
  });
};

const history = (most: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(step, { minLength: 8, maxLength: most });

describe('any history of a team', () => {
  it('leaves rows that equal their logs, one owner at most, nothing closed with an open check, and no message lost', () => {
    fc.assert(
      fc.property(history(60), (steps) => {
        historyOf(steps, (played) => {
          expect(played.differences).toEqual([]);
          expect(faultsOf(played)).toEqual([]);
        });
      }),
      { numRuns: 60 },
    );
  }, 600_000);

  it('is as it was before after each change that is taken back at once', () => {
    fc.assert(
      fc.property(history(40), (steps) => {
        historyOf(
          steps,
          (played) => {
            expect(played.differences).toEqual([]);
            expect(faultsOf(played)).toEqual([]);
          },
          { takeBack: true },
        );
      }),
      { numRuns: 60 },
    );
  }, 600_000);

  it('knows as owners only members, and nobody who left before it began', () => {
    fc.assert(
      fc.property(history(40), (steps) => {
        historyOf(steps, ({ workspace }) => {
          const owners = workspace.reader.all<{ owner_id: string }>(
            'SELECT DISTINCT owner_id FROM conversation WHERE owner_id IS NOT NULL',
          );
          const here: readonly string[] = [team.dana, team.omar, team.lena];
          expect(owners.filter(({ owner_id }) => !here.includes(owner_id))).toEqual([]);
        });
      }),
      { numRuns: 20 },
    );
  }, 600_000);
});
