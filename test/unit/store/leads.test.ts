import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handedTo } from '#main/engine/store/read/handed.ts';
import { standingsOf, teamOverview } from '#main/engine/store/read/team.ts';
import { defaultSchedule } from '#shared/domain/business-hours/schedule.ts';
import type { ConversationId, FollowUpId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { addTeam, runAs, team } from '#test/support/store/team.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

let workspace: TestWorkspace;
let lamp: ConversationId;
const lamps = 1;
const now = { now: present, schedule: defaultSchedule('UTC') };

beforeEach(() => {
  workspace = makeWorkspace();
  const account = workspace.addAccount('support@shop.example');
  addTeam(workspace);
  workspace.ingest({ account, items: [item({ id: 'lamp', at: present })] });
  const [first] = workspace.reader.all<{ id: ConversationId }>('SELECT id FROM conversation');
  if (first === undefined) throw new Error('nothing came in');
  lamp = first.id;
});

afterEach(() => {
  workspace.close();
});

const byLena = (): TestWorkspace['run'] => runAs(workspace, team.lena);
const toDana = (note: string): void => {
  byLena()('conversation.assign', { ids: [lamp], to: team.dana, note });
};
const told = () => handedTo(workspace.reader, lamps, team.dana);

describe('whoever is given a conversation', () => {
  it('sees who gave it, and their words', () => {
    expect(told()).toBeNull();
    toDana('please call her');
    expect(told()).toEqual({
      by: { id: team.lena, name: 'Lena' },
      how: 'assigned',
      words: 'please call her',
      at: present,
    });
    expect(handedTo(workspace.reader, lamps, team.omar)).toBeNull();
  });

  it('sees the reason of a transfer in the same way', () => {
    toDana('');
    workspace.run('conversation.transfer', {
      ...{ ids: [lamp], to: team.omar, reason: 'knows lamps', checkAt: present + 1, returnAt: null },
    });
    expect(handedTo(workspace.reader, lamps, team.omar)).toMatchObject({
      how: 'transferred',
      words: 'knows lamps',
    });
  });

  it('sees it no more once they have done something, or once it was taken back', () => {
    toDana('please call her');
    workspace.run('note.add', { conversation: lamp, text: 'called', mentions: [] });
    expect(told()).toBeNull();
    byLena()('conversation.assign', { ids: [lamp], to: team.omar, note: '' });
    const { undo } = byLena()('conversation.assign', { ids: [lamp], to: team.dana, note: 'no, you' }).output;
    expect(told()).toMatchObject({ words: 'no, you' });
    byLena()('conversation.undo', { undo });
    expect(told()).toBeNull();
  });

  it('sees nothing of what they gave themselves', () => {
    byLena()('conversation.assign', { ids: [lamp], to: team.lena, note: 'mine' });
    expect(handedTo(workspace.reader, lamps, team.lena)).toBeNull();
  });
});

describe('what somebody leaves behind who leaves the team', () => {
  it('is still seen, can be handed over, and is nobody who could be given work', () => {
    toDana('');
    const names = (): readonly string[] =>
      teamOverview(workspace.reader, now).map(({ member }) => member.name);
    expect(names()).toEqual(['Dana', 'Lena', 'Omar']);
    workspace.db.run('UPDATE member SET gone_at = ? WHERE id = ?', [present, team.dana]);
    expect(teamOverview(workspace.reader, now)[0]).toMatchObject({
      open: 1,
      member: { name: 'Dana', gone: true },
    });
    expect(standingsOf(workspace.reader, now).find(({ member }) => member === team.dana)?.there).toBe(false);
    const done = byLena()('hand-over.accept', {
      ...{ member: team.dana, to: { kind: 'spread', edits: [] }, checks: null, note: 'has left us' },
    }).output;
    expect(done).toMatchObject({ ok: true, value: { conversations: 1 } });
    expect(names()).toEqual(['Lena', 'Omar']);
  });
});

describe('an agent', () => {
  it('neither balances nor hands over, and gives nobody the promises of another', () => {
    toDana('');
    const moves = [{ conversation: lamp, to: team.omar }];
    expect(workspace.run('balance.accept', { member: team.dana, moves, note: '' }).output).toEqual({
      ok: false,
      failure: { kind: 'leads-only' },
    });
    expect(
      workspace.run('hand-over.accept', {
        ...{ member: team.dana, to: { kind: 'one', member: team.omar }, checks: null, note: '' },
      }).output,
    ).toEqual({ ok: false, failure: { kind: 'leads-only' } });
  });
});

describe('a hand-over that is taken back', () => {
  it('leaves conversations, promises, checks and timers as they were', () => {
    toDana('');
    const promised = workspace.run('follow-up.promise', {
      conversation: lamp,
      followUp: { dueAt: present + 9, ifNoReply: false, every: null, why: 'call' },
    }).output;
    workspace.run('conversation.transfer', {
      ...{ ids: [lamp], to: team.omar, reason: 'knows lamps', checkAt: present + 1, returnAt: present + 2 },
    });
    const all = () =>
      workspace.reader.all<{ id: FollowUpId; owner_id: string; purpose: string }>(
        'SELECT id, owner_id, purpose FROM follow_up ORDER BY id',
      );
    const before = all();
    expect(before.map(({ purpose }) => purpose).sort()).toEqual(['check', 'promise', 'return']);
    const { output } = byLena()('hand-over.accept', {
      ...{ member: team.dana, to: { kind: 'one', member: team.lena }, checks: team.lena, note: '' },
    });
    if (!output.ok) throw new Error(output.failure.kind);
    expect(all().map(({ owner_id: owner }) => owner)).toEqual([team.lena, team.lena, team.lena]);
    expect(output.value).toMatchObject({ conversations: 0, followUps: 1, checks: 1, checksKept: 0 });
    byLena()('conversation.undo', { undo: output.value.undo });
    expect(all()).toEqual(before);
    expect(promised.ok).toBe(true);
  });
});
