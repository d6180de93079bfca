import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlParams } from '#main/engine/store/driver.ts';
import { nextUploads, uploadSql } from '#main/engine/store/team/blobs.ts';
import { recentSql, recentlyKnown, teamProgress } from '#main/engine/store/team/progress.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { item } from '#test/support/store/letters.ts';
import { makeWorkspace } from '#test/support/store/workspace.ts';
import type { TestWorkspace } from '#test/support/store/workspace.ts';

describe('how far a device has come with its team', () => {
  let workspace: TestWorkspace;
  beforeAll(() => {
    workspace = makeWorkspace();
    const account = workspace.addAccount('support@shop.example');
    workspace.ingest({ account, items: [item({ id: 'before' })] });
  });
  afterAll(() => workspace.close());

  const join = () =>
    workspace.run('team.join', {
      team: { id: 'team', name: 'Acme', slug: 'acme' },
      member: 'member-dana' as MemberId,
      device: 'device',
    });

  it('is nothing for people alone, and begins with the newest for who joins', () => {
    expect(teamProgress(workspace.reader)).toBeNull();
    join();
    expect(teamProgress(workspace.reader)).toEqual({
      history: null,
      access: null,
      phase: 'recent',
      before: null,
      clockAhead: 0,
      erasedSeq: 0,
    });
  });

  it('is kept as it was told', () => {
    const before = { activeAt: 5, id: 'conversation' };
    workspace.run('team.progress', { phase: 'older', before });
    workspace.run('team.progress', { history: '1/2' });
    expect(teamProgress(workspace.reader)).toEqual({
      ...{ history: '1/2', access: null, phase: 'older', before },
      clockAhead: 0,
      erasedSeq: 0,
    });
  });

  it('has sources of before to upload as soon as the team has their message', () => {
    expect(nextUploads(workspace.reader, 10)).toEqual([]);
    workspace.db.run("INSERT INTO team_document (kind, id, version) SELECT 'message', id, 1 FROM message");
    const [upload] = nextUploads(workspace.reader, 10);
    expect(upload).toMatchObject({ part: '' });
    workspace.run('team.uploaded', upload === undefined ? [] : [upload]);
    expect(nextUploads(workspace.reader, 10)).toEqual([]);
  });

  it('knows what the team was last known to have, the newest first and each once', () => {
    const note = (id: string, version: number): void => {
      workspace.db.run(
        `INSERT INTO team_document (kind, id, version) VALUES ('customer', ?, ?)
         ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version`,
        [id, version],
      );
    };
    note('one', 1);
    note('two', 1);
    note('one', 2);
    const customers = recentlyKnown(workspace.reader, null, 10).filter(({ kind }) => kind === 'customer');
    expect(customers.map(({ id, version }) => [id, version])).toEqual([
      ['one', 2],
      ['two', 1],
    ]);
  });

  it('is forgotten by who leaves', () => {
    workspace.run('team.leave', {});
    expect(teamProgress(workspace.reader)).toBeNull();
    expect(recentlyKnown(workspace.reader, null, 10)).toEqual([]);
  });

  it('is listed along indexes, without sorting', () => {
    const plan = (sql: string, params: SqlParams): readonly string[] =>
      workspace.reader
        .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params)
        .map(({ detail }) => detail)
        .filter((detail) => detail.includes('TEMP B-TREE'));
    expect(plan(uploadSql, [10])).toEqual([]);
    expect(plan(recentSql, [10, 10])).toEqual([]);
  });
});
