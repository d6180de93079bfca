import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verify } from '#main/engine/store/verify.ts';
import type { AccountId, ConversationId, MessageId, OutboxId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import type { Letter } from '#test/support/store/letters.ts';
import { grouping, onlyRow, rowsOf } from '#test/support/store/look.ts';
import { queueDraft, startDraft } from '#test/support/store/team.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const minute = 60_000;

let workspace: TestWorkspace;
let account: AccountId;

const arrive = (letters: readonly Letter[], more = false): void => {
  workspace.ingest({ account, items: letters.map(item), more });
};

const messageOf = (text: string): MessageId => {
  const row = workspace.reader.get<{ id: MessageId }>(
    'SELECT m.id FROM message m JOIN message_text t ON t.seq = m.seq WHERE t.text = ?',
    [`Words of ${text}`],
  );
  if (row === undefined) throw new Error(`no message ${text}`);
  return row.id;
};

const conversationOf = (text: string): ConversationId => {
  const row = workspace.reader.get<{ id: ConversationId }>(
    'SELECT c.id FROM conversation c JOIN message m ON m.conversation_num = c.num WHERE m.id = ?',
    [messageOf(text)],
  );
  if (row === undefined) throw new Error(`no conversation of ${text}`);
  return row.id;
};

const split = (id: ConversationId, ...texts: readonly string[]): string => {
  const { output } = workspace.run('conversation.split', { id, messages: texts.map(messageOf) });
  if (!output.ok) throw new Error(output.failure.kind);
  return output.value.undo;
};

const merge = (...texts: readonly string[]): string => {
  const { output } = workspace.run('conversation.merge', { ids: texts.map(conversationOf) });
  if (!output.ok) throw new Error(output.failure.kind);
  return output.value.undo;
};

const undo = (key: string) => workspace.run('conversation.undo', { undo: key }).output;

const problems = () => {
  workspace.run('search.index', { limit: 200 });
  return verify(workspace.reader, workspace.vault, { everyNthBlob: 1 }).problems;
};

beforeEach(() => {
  workspace = makeWorkspace();
  account = workspace.addAccount('support@shop.example');
});

afterEach(() => {
  expect(problems()).toEqual([]);
  workspace.close();
});

describe.each([
  ['comes in', false],
  ['is found by an import', true],
])('after a split, a mail that %s', (_how, importing) => {
  beforeEach(() => {
    arrive([
      { id: 'a', at: present - 9 * minute },
      { id: 'b', parents: ['a'], at: present - 8 * minute },
      { id: 'c', parents: ['a', 'b'], at: present - 7 * minute },
    ]);
    split(onlyRow(workspace).id, 'b');
  });

  it('and names both goes to the nearest that it answers, and does not tie them together', () => {
    arrive([{ id: 'd', parents: ['a', 'b'] }], importing);
    arrive([{ id: 'e', parents: ['b', 'c'] }], importing);
    expect(grouping(workspace)).toEqual(['Words of a Words of c Words of e', 'Words of b Words of d']);
  });

  it('and answers by its subject alone does not tie them together either', () => {
    arrive([{ id: 'd', subject: 'Re: An order' }], importing);
    expect(rowsOf(workspace)).toHaveLength(2);
  });

  it('and names what became part of one of them does not tie them together', () => {
    arrive([{ id: 'x', subject: 'Another matter', at: present - 20 * minute }]);
    merge('a', 'x');
    arrive([{ id: 'd', parents: ['x', 'b'] }], importing);
    expect(grouping(workspace)).toEqual(['Words of a Words of c Words of x', 'Words of b Words of d']);
  });
});

describe('a merge that is taken back', () => {
  beforeEach(() => {
    arrive([
      { id: 'a', at: present - 9 * minute },
      { id: 'b', at: present - 8 * minute, subject: 'Broken lamp' },
    ]);
  });

  it('loses no message, and keeps the two apart from then on', () => {
    const key = merge('a', 'b');
    arrive([{ id: 'c', parents: ['b'], at: present - 5 * minute }]);
    expect(undo(key)).toEqual({ ok: true, value: { done: 1 } });
    arrive([{ id: 'd', parents: ['a', 'b'] }]);
    expect(grouping(workspace)).toEqual(['Words of a Words of c', 'Words of b Words of d']);
  });

  it('does not leave a customer who wrote meanwhile in a closed conversation', () => {
    workspace.run('conversation.resolve', { ids: [conversationOf('a')] });
    const key = merge('a', 'b');
    arrive([{ id: 'c', parents: ['a'] }]);
    undo(key);
    expect(rowsOf(workspace, 'my-turn')).toHaveLength(2);
  });

  it('takes along what was answered meanwhile, so that nobody waits for an answer that they had', () => {
    const draft = startDraft(workspace.run, account, conversationOf('b'), {
      id: 'draft',
      html: '<p>Hello</p>',
    });
    const outbox = 'outbox' as OutboxId;
    queueDraft(workspace.run, account, draft, { outbox, at: present });
    const key = merge('a', 'b');
    workspace.run('outbox.step', { id: outbox, step: { kind: 'sent', externalId: null } });
    undo(key);
    expect(rowsOf(workspace, 'my-turn').map(({ id }) => id)).toEqual([conversationOf('a')]);
    expect(rowsOf(workspace, 'waiting').map(({ id }) => id)).toEqual([conversationOf('b')]);
  });

  it('works again and again', () => {
    for (let round = 0; round < 12; round += 1) {
      expect(undo(merge('a', 'b'))).toEqual({ ok: true, value: { done: 1 } });
    }
    expect(rowsOf(workspace)).toHaveLength(2);
  });

  it('is refused with an old key, and while the whole is part of another', () => {
    const first = merge('a', 'b');
    undo(first);
    const second = merge('a', 'b');
    expect(undo(first)).toMatchObject({ ok: false, failure: { kind: 'stale' } });
    arrive([{ id: 'x', subject: 'Another matter', at: present - 20 * minute }]);
    const outer = merge('a', 'x');
    expect(undo(second)).toMatchObject({ ok: false, failure: { kind: 'stale' } });
    undo(outer);
    undo(second);
    expect(rowsOf(workspace)).toHaveLength(3);
  });

  it('gives both their drafts back, unless the two were written on as one', () => {
    const texts = () =>
      workspace.reader.all<{ html: string }>('SELECT html FROM draft ORDER BY html').map(({ html }) => html);
    startDraft(workspace.run, account, conversationOf('a'), { id: 'one', html: '<p>1</p>' });
    startDraft(workspace.run, account, conversationOf('b'), { id: 'two', html: '<p>2</p>' });
    undo(merge('a', 'b'));
    expect(texts()).toEqual(['<p>1</p>', '<p>2</p>']);
    const key = merge('a', 'b');
    startDraft(workspace.run, account, conversationOf('a'), {
      id: 'one',
      html: '<p>1</p><p></p><p>2</p> and 3',
    });
    undo(key);
    expect(texts()).toEqual(['<p>1</p><p></p><p>2</p> and 3']);
  });
});

describe('a split', () => {
  beforeEach(() => {
    arrive([
      { id: 'a', at: present - 9 * minute },
      { id: 'b', parents: ['a'], at: present - 8 * minute },
    ]);
  });

  it('that is taken back after more came brings all of it together, under the first conversation', () => {
    const { id } = onlyRow(workspace);
    const key = split(id, 'a');
    arrive([{ id: 'c', parents: ['a'] }]);
    expect(undo(key)).toEqual({ ok: true, value: { done: 1 } });
    expect(onlyRow(workspace)).toMatchObject({ id, messages: 3, turn: 'ours' });
  });

  it('leaves no conversation without a message', () => {
    const { id } = onlyRow(workspace);
    const all = ['a', 'b'].map(messageOf);
    expect(workspace.run('conversation.split', { id, messages: all }).output).toMatchObject({
      failure: { kind: 'nothing-left' },
    });
  });

  it('of a message that a merge had brought takes the wait for it along', () => {
    arrive([{ id: 'x', subject: 'Another matter', at: present - 20 * minute }]);
    merge('a', 'x');
    split(conversationOf('a'), 'x');
    expect(rowsOf(workspace).map(({ waitingSince }) => waitingSince)).toEqual([
      present - 9 * minute,
      present - 20 * minute,
    ]);
  });
});
