import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closedBefore, firstRun } from '#shared/domain/erasure/retention.ts';
import { outOfTime } from '#main/engine/store/read/retention.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { AccountId, ConversationId, MemberId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { rowsOf } from '#test/support/store/look.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const day = 24 * 60 * 60_000;

let workspace: TestWorkspace;
let account: AccountId;

beforeEach(() => {
  workspace = makeWorkspace();
  account = workspace.addAccount('support@shop.example');
  workspace.ingest({ account, items: [] });
});

afterEach(() => {
  expect(verify(workspace.reader, workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
  workspace.close();
});

const person = (name: string) => ({ name, address: `${name.toLowerCase()}@customer.example` });

const write = (id: string, name: string): ConversationId => {
  workspace.ingest({
    account,
    items: [item({ id, from: person(name), subject: id, at: workspace.clock.now })],
  });
  const row = rowsOf(workspace).find(({ subject }) => subject === id);
  if (row === undefined) throw new Error('it was not taken in');
  return row.id;
};

const resolve = (id: ConversationId): void => {
  workspace.run('conversation.claim', { ids: [id] });
  workspace.run('conversation.resolve', { ids: [id] });
};

const erase = (days: number): number => {
  const { output } = workspace.run('retention.begin', { days });
  for (;;) {
    const left = workspace.run('erasure.step', {}).output;
    if (left === 'nothing') return output;
    if (left === 'pages') workspace.run('erasure.finish', {});
  }
};

const names = (): readonly string[] =>
  workspace.reader.all<{ name: string }>('SELECT name FROM customer ORDER BY name').map(({ name }) => name);

describe('erasing what was closed long ago', () => {
  it('takes conversations whose time is over, and customers who have nothing left', () => {
    const old = write('old', 'Ana');
    resolve(old);
    const asked = write('open', 'Ben');
    const promised = write('promised', 'Cleo');
    resolve(promised);
    workspace.run('follow-up.promise', {
      conversation: promised,
      followUp: {
        dueAt: present + 400 * day,
        owner: 'member-me' as MemberId,
        purpose: 'promise',
        ifNoReply: false,
        every: null,
        why: '',
      },
    } as never);
    workspace.clock.now = present + 100 * day;
    const fresh = write('fresh', 'Ana');
    resolve(fresh);
    workspace.clock.now = present + 120 * day;
    expect(outOfTime(workspace.reader, closedBefore(90, workspace.clock.now), 10)).toHaveLength(1);
    expect(erase(90)).toBe(1);
    expect(
      rowsOf(workspace)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([asked, promised, fresh].sort());
    expect(names()).toEqual(['Ana', 'Ben', 'Cleo']);
    workspace.clock.now = present + 300 * day;
    expect(erase(90)).toBe(1);
    expect(names()).toEqual(['Ben', 'Cleo']);
    // The same mail is not taken in again, and who writes anew is met anew.
    const again = item({ id: 'old', from: person('Ana'), at: present });
    expect(workspace.ingest({ account, items: [{ ...again, key: 'again' }] }).output.added).toBe(0);
    write('new', 'Ana');
    expect(names()).toEqual(['Ana', 'Ben', 'Cleo']);
  });

  it('does nothing where nothing is old enough', () => {
    resolve(write('young', 'Ana'));
    expect(erase(30)).toBe(0);
    expect(rowsOf(workspace)).toHaveLength(1);
  });

  it('leaves what somebody took up again in the meantime', () => {
    const old = write('old', 'Ana');
    resolve(old);
    workspace.clock.now = present + 100 * day;
    workspace.run('retention.begin', { days: 90 });
    workspace.run('conversation.reopen', { ids: [old] });
    expect(erase(90)).toBe(0);
    expect(rowsOf(workspace).map(({ id }) => id)).toEqual([old]);
    expect(names()).toEqual(['Ana']);
  });

  it('begins a day after it was switched on, or at once where an admin laid it down', () => {
    expect(firstRun({ days: 90, since: present }, false)).toBe(present + day);
    expect(firstRun({ days: 90, since: present }, true)).toBe(present);
  });
});
