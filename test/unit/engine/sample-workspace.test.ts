import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
    { message: 'the sample is imported', withinMs: 15_000 },
  );
});

afterEach(async () => {
  await running.close();
});

const list = async () =>
  (await running.ask('conversation.list', { query: { view: 'all', account: null }, after: null, limit: 200 }))
    .rows;

describe('the sample workspace', () => {
  it('is ready with at least forty conversations and says that it is the sample', async () => {
    expect((await running.ask('app.state', {})).kind).toBe('ready');
    expect(running.engine.state()).toMatchObject({ workspace: 'sample' });
    expect((await list()).length).toBeGreaterThanOrEqual(40);
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
      { message: 'the customer wrote back', withinMs: 15_000 },
    );
  });
});
