import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageIdOf } from '#main/engine/ingest/identity.ts';
import { migrate } from '#main/engine/store/migrate.ts';
import { verify } from '#main/engine/store/verify.ts';
import type { AccountId, ConversationId, CustomerId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import type { Letter } from '#test/support/store/letters.ts';
import { rowsOf } from '#test/support/store/look.ts';
import { makeWorkspace, present } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

const day = 24 * 60 * 60 * 1_000;
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

const take = (...letters: readonly Letter[]): void => {
  workspace.ingest({ account, items: letters.map(item) });
};
const ids = (): readonly string[] =>
  workspace.reader.all<{ id: string }>('SELECT id FROM message ORDER BY at').map(({ id }) => id);
const knowsBoth = (): boolean =>
  workspace.reader.get("SELECT 1 AS yes FROM setting WHERE name = 'undated-ids'") !== undefined;

/** Takes a workspace back to how one of before has its keys, and brings it up to date. */
const comesFromBefore = (): void => {
  workspace.db.exec(`
UPDATE thread_subject SET key = substr(key, 5) || 'before';
UPDATE merge_move SET item = json_replace(item, '$[0]', substr(json_extract(item, '$[0]'), 5) || 'before')
  WHERE kind = 'thread_subject';
DROP TRIGGER undated_ids_in_team;
ALTER TABLE search_part DROP COLUMN merged;
DELETE FROM setting WHERE name = 'undated-ids';
PRAGMA user_version = 210;`);
  migrate(workspace.db, workspace.path);
};

describe('the id of a message', () => {
  it('grows from day to day, and is the same for each copy', () => {
    const at = (days: number): number => present - days * day;
    take(
      ...[3, 400, 0, 9_000, 40].map((days) => ({ id: `d${String(days)}`, at: at(days), dedupeAt: at(days) })),
    );
    expect(ids()).toEqual(ids().toSorted());
    expect(new Set(ids().map((id) => id.length))).toEqual(new Set([22]));
    take({ id: 'd3', key: 'a copy', at: at(3), dedupeAt: at(3) });
    expect(ids()).toHaveLength(5);
    expect(knowsBoth()).toBe(false);
  });

  it('has a day for every time that a mail can claim', () => {
    const idAt = (dedupeAt: number | null): string => messageIdOf('email', { dedupe: 'one', dedupeAt });
    expect(idAt(-1e15).slice(0, 4)).toBe('0000');
    expect(idAt(8.64e15).slice(0, 4)).toBe('ffff');
    expect(idAt(null)).toBe(messageIdOf('email', { dedupe: 'one' }));
    expect(new Set([null, 0, day, -1e15, 8.64e15].map(idAt)).size).toBe(4);
  });

  it('tells messages of one day apart by what they are', () => {
    take({ id: 'a', dedupeAt: present }, { id: 'b', dedupeAt: present });
    expect(new Set(ids()).size).toBe(2);
    expect(new Set(ids().map((id) => id.slice(0, 4))).size).toBe(1);
  });
});

describe('a workspace from before', () => {
  it('knows the messages that it has', () => {
    take({ id: 'a' });
    comesFromBefore();
    expect(knowsBoth()).toBe(true);
    take({ id: 'a', key: 'again', dedupeAt: present }, { id: 'b', dedupeAt: present });
    expect(workspace.reader.get('SELECT count(*) AS n FROM message')).toEqual({ n: 2 });
    expect(workspace.reader.get('SELECT count(*) AS n FROM location')).toEqual({ n: 3 });
  });

  it('does not take in again what was erased', () => {
    take({ id: 'a' });
    const [customer] = workspace.reader.all<{ id: CustomerId }>('SELECT id FROM customer');
    if (customer === undefined) throw new Error('nobody wrote');
    const asked = workspace.run('erasure.ask', { id: customer.id, typed: 'Ana Pereira', quarantine: [] });
    expect(asked.output).toMatchObject({ ok: true });
    for (let output = ''; output !== 'nothing';) {
      output = workspace.run('erasure.step', {}).output;
      if (output === 'pages') workspace.run('erasure.finish', {});
    }
    comesFromBefore();
    take({ id: 'a', key: 'again', dedupeAt: present });
    expect(workspace.reader.get('SELECT count(*) AS n FROM message')).toEqual({ n: 0 });
  });

  it('joins by subjects as before', () => {
    take({ id: 'a', subject: 'Broken lamp', at: present - 10 * day });
    comesFromBefore();
    take({ id: 'b', subject: 'AW: Broken lamp', at: present });
    expect(rowsOf(workspace)).toHaveLength(1);
  });

  it('takes a merge back with its subjects', () => {
    take(
      { id: 'a', subject: 'Broken lamp', at: present - day },
      { id: 'x', subject: 'Something else', at: present },
    );
    const { output } = workspace.run('conversation.merge', {
      ids: workspace.reader.all<{ id: ConversationId }>('SELECT id FROM conversation').map(({ id }) => id),
    });
    if (!output.ok) throw new Error('not merged');
    comesFromBefore();
    workspace.run('conversation.undo', { undo: output.value.undo });
    const subjects = workspace.reader.all('SELECT DISTINCT conversation_num FROM thread_subject');
    expect(subjects).toHaveLength(2);
  });

  it('looks for both in a team, where others may not be up to date', () => {
    workspace.db.run(
      `INSERT INTO team_link (one, team, name, slug, device, member, last_seq, joined_at, txn, applying)
       SELECT 1, 'team', 'Team', 'team', 'device', id, 0, 1, 1, 0 FROM member WHERE is_me = 1`,
    );
    expect(knowsBoth()).toBe(true);
    workspace.db.run('DELETE FROM team_link');
    expect(knowsBoth()).toBe(true);
  });
});
