import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verify } from '#main/engine/store/verify.ts';
import { editOf, startEngine } from '#test/support/engine.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';

let running: TestEngine;

beforeEach(async () => {
  running = await startEngine({ kind: 'sample', key: { kind: 'in-memory' } });
  await eventually(
    async () => {
      const { accounts } = await running.ask('account.list', {});
      return accounts[0]?.health.kind === 'listening';
    },
    { message: 'the sample is imported', withinMs: 60_000 },
  );
});

afterEach(async () => {
  await running.close();
});

const list = async () =>
  (await running.ask('conversation.list', { query: { view: 'all', account: null }, after: null, limit: 200 }))
    .rows;

/** The team's doings follow the import. */
const cared = () =>
  eventually(async () => (await running.ask('conversation.counts', {})).views.snoozed === 3, {
    message: 'the team has done its share',
  });

describe('the sample workspace', () => {
  it('shows its accounts beside the list as everywhere else, without their folders', async () => {
    const { accounts } = await running.ask('account.list', {});
    expect(accounts[0]?.streams.length).toBeGreaterThan(0);
    const heads = await running.ask('account.heads', {});
    expect(heads.accounts).toEqual(accounts.map(({ streams: _, ...head }) => head));
  });

  it('is ready with at least forty conversations and says that it is the sample', async () => {
    expect((await running.ask('app.state', {})).kind).toBe('ready');
    expect(running.engine.state()).toMatchObject({ workspace: 'sample' });
    expect((await list()).length).toBeGreaterThanOrEqual(40);
  });

  it('has a team of four, one of them away, whose customers wait with the substitute', async () => {
    await cared();
    const { members } = await running.ask('team.overview', {});
    expect(members.map(({ member }) => member.name)).toEqual(['Dana', 'Ana Ruiz', 'Omar Aziz', 'Priya Nair']);
    expect(members.map(({ member }) => member.away?.substitute?.name ?? null)).toEqual([
      null,
      'Omar Aziz',
      null,
      null,
    ]);
    expect((await list()).filter(({ coveredFor }) => coveredFor?.name === 'Ana Ruiz')).not.toEqual([]);
  });

  it('has a good morning of work: my turn, promises, checks, sleep and tags', async () => {
    await cared();
    const { views } = await running.ask('conversation.counts', {});
    expect(views['my-turn']).toBeGreaterThanOrEqual(5);
    expect(views.unowned).toBeGreaterThanOrEqual(5);
    expect(views.snoozed).toBe(3);
    const { rows } = await running.ask('follow-up.list', { of: { kind: 'mine' }, after: null, limit: 50 });
    const now = Date.now();
    expect(rows.filter(({ purpose, dueAt }) => purpose === 'check' && dueAt < now)).toHaveLength(1);
    expect(rows.filter(({ purpose, dueAt }) => purpose === 'promise' && dueAt < now)).toHaveLength(1);
    expect(rows.filter(({ conversation }) => conversation.status === 'resolved')).toHaveLength(1);
    expect(rows.filter(({ ifNoReply }) => ifNoReply).length).toBeGreaterThanOrEqual(2);
  });

  it('breaks no rule: nothing of it is refused, and its events tell the rows', async () => {
    await cared();
    const workspace = running.engine.workspace();
    if (workspace === null) throw new Error('the sample is not open');
    const again = await workspace.writer.run('sample.care', {});
    const already = new Set(['owned', 'not-owner', 'already-owner']);
    expect(again.refused.filter(({ kind }) => !already.has(kind))).toEqual([]);
    expect(verify(workspace.db, workspace.vault, { everyNthBlob: 1 }).problems).toEqual([]);
  });

  it('sends an answer after its undo window, and the customer writes back into the same conversation', async () => {
    await running.ask('app.setPreferences', { change: { undoSeconds: 0 } });
    const [row] = (
      await running.ask('conversation.list', {
        query: { view: 'my-turn', account: null },
        after: null,
        limit: 1,
      })
    ).rows;
    if (row === undefined) throw new Error('nobody waits in the sample');
    const draft = await running.ask('draft.start', {
      conversation: row.id,
      message: null,
      mode: 'reply',
      account: null,
    });
    expect(draft.to.map(({ address }) => address)).toEqual([row.customer.address]);
    expect(draft.subject).toMatch(/^Re: /);
    await running.ask('draft.save', {
      id: draft.id,
      edit: editOf(draft, { html: '<p>We will <b>look</b> into it.</p>' }),
    });
    const { rev } = await running.ask('conversation.get', { id: row.id });
    const sent = await running.ask('draft.send', { id: draft.id, seenRev: rev, resolve: false });
    expect(sent.conversation).toBe(row.id);
    await eventually(
      async () => {
        const { items } = await running.ask('conversation.timeline', { id: row.id, before: null, limit: 50 });
        return items.some((item) => item.kind === 'message' && item.delivery?.kind === 'sent');
      },
      { message: 'the answer was sent' },
    );
    await eventually(
      async () => {
        const detail = await running.ask('conversation.get', { id: row.id });
        return detail.messages === row.messages + 2;
      },
      { message: 'the customer wrote back', withinMs: 60_000 },
    );
  });
});
