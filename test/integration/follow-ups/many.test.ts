import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openReader } from '#main/engine/store/driver.ts';
import { deriveKeys } from '#main/engine/store/keys.ts';
import { workspaceFiles } from '#main/engine/workspace-files.ts';
import type { FollowUpId } from '#shared/kit/brand.ts';
import { spentOn } from '#test/support/cpu-time.ts';
import type { TestEngine } from '#test/support/engine.ts';
import { eventually } from '#test/support/eventually.ts';
import { startSteward } from '#test/support/faults/steward-process.ts';
import { keyHex, openHere, workspaceOf } from '#test/support/faults/truth.ts';
import { promiseMany } from '#test/support/promised.ts';
import { makeTempDirectory } from '#test/support/temp.ts';

const count = 500;
const hour = 3_600_000;
let running: TestEngine | null = null;
let folder = '';
let databaseKey: Uint8Array = new Uint8Array();

/** A workspace in which 500 promises fell due while nobody was there. */
const prepare = async (): Promise<void> => {
  folder = makeTempDirectory('many').path;
  const engine = await openHere(folder, { reminders: 'off' });
  const workspace = workspaceOf(engine);
  databaseKey = deriveKeys(workspace.root).database;
  await promiseMany({ engine, workspace }, count, Date.now() - hour);
  await engine.close();
};

const begin = async (options: Parameters<typeof openHere>[1] = {}): Promise<TestEngine> => {
  running = await openHere(folder, options);
  return running;
};

afterEach(async () => {
  await running?.close();
  running = null;
  rmSync(folder, { recursive: true, force: true });
});

const fellDue = (engine: TestEngine) =>
  workspaceOf(engine).db.get<{ events: number; once: number }>(
    `SELECT count(*) AS events, count(DISTINCT json_extract(payload, '$.id')) AS once
     FROM event WHERE kind = 'follow-up.fell-due'`,
  );

describe('five hundred follow-ups that fell due while the application was off', () => {
  it('come up once each, are one notice and a list, and let everybody pass', async () => {
    await prepare();
    const engine = await begin();
    const passed: number[] = [];
    const isDone = async (): Promise<boolean> => {
      // A list and a click, as a person makes them meanwhile; the click waits for one slice at most.
      const before = fellDue(engine)?.events ?? 0;
      const { rows } = await engine.ask('conversation.list', {
        query: { view: 'inbox', account: null },
        after: null,
        limit: 50,
      });
      expect(rows).toHaveLength(50);
      await engine.ask('app.setPreferences', { change: { undoSeconds: 5 } });
      const after = fellDue(engine)?.events ?? 0;
      passed.push(after - before);
      return after === count;
    };
    await eventually(isDone, { message: 'all have come up', withinMs: 60_000, everyMs: 1 });
    await eventually(() => engine.record.notices.length > 0, { message: 'the digest is shown' });
    expect(Math.max(...passed)).toBeLessThanOrEqual(100);
    expect(engine.record.notices).toMatchObject([
      { kind: 'follow-ups', conversation: null, title: '500 follow-ups are due' },
    ]);
    expect(fellDue(engine)).toEqual({ events: count, once: count });
    expect(await engine.ask('follow-up.counts', {})).toEqual({ mine: count, due: count, missed: count });
    const page = await engine.ask('follow-up.missed', { after: null, limit: 50 });
    expect(page.rows).toHaveLength(50);
    expect(page.next).not.toBeNull();
  });

  it('cost a slice of fifty less than half a second of processor time', async () => {
    await prepare();
    const engine = await begin({ reminders: 'off', traffic: 'off' });
    const { writer, db } = workspaceOf(engine);
    const due = db
      .all<{ id: FollowUpId }>('SELECT id FROM follow_up ORDER BY id LIMIT 50')
      .map(({ id }) => ({ id, late: true, unchecked: false }));
    const { made, cpuMs } = spentOn(() => writer.run('follow-up.fallDue', { now: Date.now(), due }));
    // The writer begins in a later turn; what it does then is counted by itself.
    const before = process.cpuUsage();
    expect((await made).fallen).toHaveLength(50);
    const { user, system } = process.cpuUsage(before);
    expect(cpuMs + (user + system) / 1_000).toBeLessThan(500);
  });

  it('come up once each although the application is killed in the middle, again and again', async () => {
    await prepare();
    const db = openReader({ path: join(folder, workspaceFiles.database), key: databaseKey });
    const told = (): number =>
      db.get<{ n: number }>("SELECT count(*) AS n FROM event WHERE kind = 'follow-up.fell-due'")?.n ?? 0;
    const left: number[] = [];
    for (let kill = 0; kill < 3 && told() < count; kill += 1) {
      const before = told();
      const watching = startSteward(['sync', '--watch', '--workspace', folder], { keyHex });
      await eventually(() => told() > before, {
        message: `more come up: ${watching.err()}`,
        withinMs: 60_000,
        everyMs: 1,
      });
      watching.kill();
      expect((await watching.ended).signal).toBe('SIGKILL');
      left.push(count - told());
    }
    db.close();
    expect(left[0]).toBeGreaterThan(0);
    const engine = await begin();
    await eventually(() => fellDue(engine)?.events === count, {
      message: 'all have come up',
      withinMs: 60_000,
    });
    expect(fellDue(engine)).toEqual({ events: count, once: count });
    expect(await engine.ask('follow-up.counts', {})).toEqual({ mine: count, due: count, missed: count });
  });
});
