import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActionInput, ActionName } from '#main/engine/actions/actions.ts';
import type { IngestBatch } from '#main/engine/actions/ingest/intake.ts';
import { runAction } from '#main/engine/actions/run-action.ts';
import type { ActionResult } from '#main/engine/actions/run-action.ts';
import { CommitGroup } from '#main/engine/writer/commit-group.ts';
import type { AccountId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { makeWorkspace } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

let workspace: TestWorkspace;
let account: AccountId;
let group: CommitGroup;

beforeEach(() => {
  workspace = makeWorkspace();
  account = workspace.addAccount('support@shop.example');
  group = new CommitGroup(workspace.db);
});

afterEach(() => {
  workspace.close();
});

const run = <Name extends ActionName>(name: Name, input: ActionInput<Name>): ActionResult<Name> =>
  group.run(name, input, (joins) => runAction(workspace.environment, name, input, joins));

/** Takes in a slice of a run of pulls with one message; the last one of a pull has its cursor. */
const slice = (
  id: string,
  given: Pick<IngestBatch, 'continues' | 'followed'> & { readonly cursor: number | null },
) =>
  run('ingest.batch', {
    account,
    channel: 'email',
    stream: 'INBOX',
    role: 'inbox',
    own: ['support@shop.example'],
    items: [item({ id })],
    changes: [],
    continues: given.continues,
    followed: given.followed,
    next: given.cursor === null ? null : { at: given.cursor },
    more: true,
    onServer: null,
    remaining: null,
    gap: null,
  });
const first = { continues: false, followed: true, cursor: null };
const middle = { continues: true, followed: true, cursor: null };
/** The last slice of a pull behind which another one of the same run comes. */
const pulled = { continues: true, followed: true, cursor: 1 };
const last = { continues: true, followed: false, cursor: 2 };

/** What another connection sees. */
const seen = (): readonly string[] =>
  workspace.reader
    .all<{ name: string }>('SELECT external_id AS name FROM message ORDER BY external_id')
    .map(({ name }) => name.replace('@mail.example', ''));
const cursor = (): unknown =>
  workspace.reader.get("SELECT cursor FROM stream WHERE name = 'INBOX' AND cursor IS NOT NULL");
const names = ({ topics }: Pick<ActionResult<ActionName>, 'topics'>) => topics.map(({ topic }) => topic);

/** Makes the next commit fail: at its end a row refers to nothing. */
const spoilCommit = (): void => {
  workspace.db.exec('PRAGMA defer_foreign_keys = ON');
  workspace.db.run("INSERT INTO message_text (seq, text) VALUES (-1, 'of no message')");
};

describe('slices of a pull and steps of the index', () => {
  it('are committed with what comes behind them, and told of then', () => {
    expect(names(slice('a', first))).toEqual([]);
    expect(names(slice('b', middle))).toEqual([]);
    expect(seen()).toEqual([]);
    expect(names(slice('c', last))).toEqual(expect.arrayContaining(['lists', 'customers', 'index']));
    expect(seen()).toEqual(['a', 'b', 'c']);
  });

  it('are told of once each', () => {
    slice('a', first);
    const told = names(slice('b', last));
    expect(told.filter((topic) => topic === 'lists')).toHaveLength(1);
  });

  it('are committed with what a person does, whose own commit it is too', () => {
    slice('a', first);
    run('member.rename', { name: 'Dana Doe' });
    expect(seen()).toEqual(['a']);
    expect(workspace.reader.get('SELECT name FROM member WHERE is_me = 1')).toEqual({ name: 'Dana Doe' });
  });

  it('are committed by themselves when nothing comes', () => {
    slice('a', first);
    expect(names({ topics: group.settle() })).toContain('lists');
    expect(seen()).toEqual(['a']);
    expect(group.settle()).toEqual([]);
  });

  it('wait for few others', () => {
    slice('a', first);
    for (let n = 0; n < 20; n += 1) slice(`b${String(n)}`, middle);
    expect(seen().length).toBeGreaterThan(10);
    expect(seen().length).toBeLessThan(21);
  });

  it('of several pulls are committed together, each with its cursor', () => {
    slice('a', first);
    slice('b', pulled);
    expect(seen()).toEqual([]);
    expect(cursor()).toBeUndefined();
    slice('c', middle);
    slice('d', last);
    expect(seen()).toEqual(['a', 'b', 'c', 'd']);
    expect(cursor()).toEqual({ cursor: '{"at":2}' });
  });

  it('of the index wait for the slices between them', () => {
    slice('a', first);
    slice('b', last);
    const left = () => workspace.reader.get('SELECT count(*) AS n FROM message WHERE indexed = 0');
    expect(run('search.index', { limit: 2 }).output.indexed).toBe(2);
    expect(left()).toEqual({ n: 2 });
    slice('c', { continues: false, followed: false, cursor: 3 });
    expect(left()).toEqual({ n: 1 });
    while (run('search.index', { limit: 2 }).output.more);
    expect(names({ topics: group.settle() })).toContain('index');
    expect(left()).toEqual({ n: 0 });
  });
});

describe('what fails', () => {
  const broken = (): never => {
    workspace.db.run("UPDATE member SET name = 'Nobody'");
    throw new Error('broken');
  };
  const isNobody = (): boolean =>
    workspace.reader.get("SELECT 1 AS yes FROM member WHERE name = 'Nobody'") !== undefined;

  it('of a person takes itself back and nothing that waited', () => {
    slice('a', first);
    const failing = (): never => workspace.db.transaction(broken);
    expect(() => group.run('member.rename', { name: 'Nobody' }, failing)).toThrow('broken');
    expect(seen()).toEqual(['a']);
    expect(names(run('member.rename', { name: 'Dana Doe' }))).toContain('lists');
    slice('b', last);
    expect(seen()).toEqual(['a', 'b']);
    expect(isNobody()).toBe(false);
  });

  it('of the same kind takes what waited with it, and the rest of that pull is refused', () => {
    slice('a', first);
    const failing = (): never => workspace.db.joined(broken, () => true);
    expect(() => group.run('search.index', { limit: 1 }, failing)).toThrow('broken');
    expect(() => slice('b', last)).toThrow('broken');
    expect(seen()).toEqual([]);
    expect(cursor()).toBeUndefined();
    expect(isNobody()).toBe(false);
  });

  it('at the commit takes back what waited, and the rest of that pull is refused', () => {
    slice('a', first);
    spoilCommit();
    expect(() => group.settle()).toThrow();
    expect(() => slice('b', last)).toThrow();
    expect(seen()).toEqual([]);
    expect(cursor()).toBeUndefined();
  });

  it('takes back the cursors of a run too, and the rest of the run is refused', () => {
    slice('a', first);
    slice('b', pulled);
    spoilCommit();
    expect(() => group.settle()).toThrow();
    expect(() => slice('c', middle)).toThrow();
    expect(() => slice('d', last)).toThrow();
    expect(seen()).toEqual([]);
    expect(cursor()).toBeUndefined();
  });

  it('with what a person does is no different', () => {
    slice('a', first);
    spoilCommit();
    expect(() => run('member.rename', { name: 'Dana Doe' })).toThrow();
    expect(() => slice('b', middle)).toThrow();
    expect(() => slice('c', last)).toThrow();
    expect(seen()).toEqual([]);
  });

  it('is forgotten when the pull begins anew', () => {
    slice('a', first);
    spoilCommit();
    expect(() => group.settle()).toThrow();
    slice('a', first);
    slice('b', last);
    expect(seen()).toEqual(['a', 'b']);
    expect(cursor()).toBeDefined();
  });

  it('leaves the pulls alone that were committed before', () => {
    slice('a', first);
    slice('b', middle);
    group.settle();
    run('search.index', { limit: 1 });
    spoilCommit();
    expect(() => group.settle()).toThrow();
    slice('c', last);
    expect(seen()).toEqual(['a', 'b', 'c']);
  });
});
