import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listFollowUps } from '#main/engine/store/read/follow-ups.ts';
import { item } from '#test/support/store/letters.ts';
import { onlyRow } from '#test/support/store/look.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const tomorrowAtNine = present + 21 * 3_600_000;

describe('a list of follow-ups that are all due at the same moment', () => {
  let workspace: TestWorkspace;

  beforeAll(() => {
    workspace = makeWorkspace();
    const account = workspace.addAccount('support@shop.example');
    workspace.ingest({ account, items: [item({ id: 'order' })] });
    const { id } = onlyRow(workspace);
    for (let n = 0; n < 25; n += 1) {
      workspace.run('follow-up.promise', {
        conversation: id,
        followUp: { dueAt: tomorrowAtNine, ifNoReply: false, every: null, why: String(n) },
      });
    }
  });
  afterAll(() => {
    workspace.close();
  });

  it('has each once over its pages, also while those of an earlier page are dealt with', () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { rows, next } = listFollowUps(workspace.reader, { kind: 'everybody' }, after, 10);
      seen.push(...rows.map(({ why }) => why));
      const [first] = rows;
      if (first !== undefined) workspace.run('follow-up.keep', { id: first.id });
      after = next;
    } while (after !== null);
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
  });
});
