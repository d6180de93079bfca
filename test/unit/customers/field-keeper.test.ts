import { describe, expect, it } from 'vitest';
import { createFieldKeeper } from '#renderer/features/customer/model/field-keeper.ts';
import type { FieldSaved } from '#renderer/features/customer/model/field-keeper.ts';

/** A keeper with timers run by hand and an engine that holds one value with its revision. */
const makeKeeper = () => {
  const engine = { value: 'as it was', rev: 3, writtenAt: 0, saves: [] as string[], down: false };
  let timers: (() => void)[] = [];
  const keeper = createFieldKeeper({
    after: (_ms, run) => {
      timers.push(run);
      return () => {
        timers = timers.filter((one) => one !== run);
      };
    },
    save: async (_key, { value, seenRev, undo }): Promise<FieldSaved> => {
      await Promise.resolve();
      if (engine.down) return { kind: 'failed', failure: { kind: 'engine-gone' } };
      if (engine.writtenAt > seenRev) return { kind: 'changed', theirs: engine.value, rev: engine.rev };
      engine.saves.push(value);
      engine.value = value;
      engine.rev += 1;
      engine.writtenAt = engine.rev;
      return { kind: 'saved', rev: engine.rev, undo: undo ?? `edit ${String(engine.rev)}` };
    },
  });
  const somebodyWrites = (text: string): void => {
    engine.value = text;
    engine.rev += 1;
    engine.writtenAt = engine.rev;
  };
  const pause = async (): Promise<void> => {
    for (const run of timers.splice(0)) run();
    await new Promise((settled) => setImmediate(settled));
  };
  return { engine, keeper, somebodyWrites, pause };
};

describe('what is typed into a field', () => {
  it('is saved after a pause and when the field is left, as one edit that can be taken back', async () => {
    const { engine, keeper, pause } = makeKeeper();
    keeper.type('note', 'Lik', 3);
    await pause();
    keeper.type('note', 'Likes tea', 3);
    expect(await keeper.leave('note')).toEqual({ kind: 'edited', undo: 'edit 4' });
    expect(engine.saves).toEqual(['Lik', 'Likes tea']);
    keeper.arrived('note', 4);
    expect(keeper.shown('note').typed).toBe('Likes tea');
    keeper.arrived('note', 5);
    expect(keeper.shown('note').typed).toBeNull();
  });

  it('is not forgotten for what arrives while it is being saved, nor is the way back', async () => {
    const { keeper } = makeKeeper();
    keeper.type('note', 'Likes tea', 3);
    const left = keeper.leave('note');
    await Promise.resolve();
    // The page is drawn anew for something else, and then for the value that is being saved.
    keeper.arrived('note', 3);
    keeper.arrived('note', 4);
    expect(keeper.shown('note').typed).toBe('Likes tea');
    expect(await left).toEqual({ kind: 'edited', undo: 'edit 4' });
    keeper.arrived('note', 4);
    expect(keeper.shown('note').typed).toBeNull();
  });

  it('is kept beside what somebody else wrote meanwhile, until the person decides', async () => {
    const { engine, keeper, somebodyWrites } = makeKeeper();
    keeper.type('note', 'mine', 3);
    somebodyWrites('theirs');
    expect((await keeper.leave('note')).kind).toBe('nothing');
    expect(keeper.shown('note')).toEqual({ typed: 'mine', theirs: 'theirs' });
    keeper.arrived('note', 9);
    keeper.type('note', 'mine and more', 9);
    expect(keeper.shown('note')).toEqual({ typed: 'mine and more', theirs: 'theirs' });
    expect(engine.value).toBe('theirs');
    expect((await keeper.keepMine('note')).kind).toBe('edited');
    expect(engine.value).toBe('mine and more');
  });

  it('is dropped where the person takes what somebody else wrote', async () => {
    const { engine, keeper, somebodyWrites } = makeKeeper();
    keeper.type('note', 'mine', 3);
    somebodyWrites('theirs');
    await keeper.leave('note');
    keeper.drop('note');
    expect(keeper.shown('note')).toEqual({ typed: null, theirs: null });
    expect(engine.value).toBe('theirs');
  });

  it('is kept where the engine does not answer, and saved with the next try', async () => {
    const { engine, keeper } = makeKeeper();
    engine.down = true;
    keeper.type('note', 'mine', 3);
    expect(await keeper.leave('note')).toEqual({ kind: 'failed', failure: { kind: 'engine-gone' } });
    expect(keeper.shown('note').typed).toBe('mine');
    engine.down = false;
    expect((await keeper.leave('note')).kind).toBe('edited');
    expect(engine.value).toBe('mine');
  });

  it('is nothing for a field that was only looked at', async () => {
    const { engine, keeper } = makeKeeper();
    expect((await keeper.leave('note')).kind).toBe('nothing');
    expect(engine.saves).toEqual([]);
  });
});
