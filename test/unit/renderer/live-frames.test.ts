import { describe, expect, it } from 'vitest';
import { createLiveFrames } from '#renderer/features/conversation/model/live-frames.ts';

/** Frames by number; those that were let go are noted. */
const frames = (limit: number, busy: ReadonlySet<number> = new Set()) => {
  const gone: number[] = [];
  const made = Array.from({ length: 9 }, (_, n) => ({
    mayGo: () => !busy.has(n),
    letGo: () => {
      gone.push(n);
    },
  }));
  const live = createLiveFrames(limit);
  const of = (n: number) => made[n] ?? { mayGo: () => true, letGo: () => undefined };
  return {
    gone,
    near: (n: number) => live.near(of(n)),
    away: (n: number) => live.away(of(n)),
    remove: (n: number) => live.gone(of(n)),
  };
};

describe('the frames of a long conversation', () => {
  it('are let go when there are too many, the one that was near longest ago first', () => {
    const { gone, near, away } = frames(2);
    for (const n of [0, 1, 2, 3]) {
      near(n);
      away(n);
    }
    expect(gone).toEqual([0, 1]);
    near(2);
    away(2);
    near(4);
    expect(gone).toEqual([0, 1, 3]);
  });

  it('stay while they are near, however many they are', () => {
    const { gone, near, away } = frames(2);
    for (const n of [0, 1, 2, 3]) near(n);
    expect(gone).toEqual([]);
    away(1);
    expect(gone).toEqual([1]);
  });

  it('stay while somebody reads in them with the keys', () => {
    const { gone, near, away } = frames(1, new Set([0]));
    for (const n of [0, 1, 2]) {
      near(n);
      away(n);
    }
    expect(gone).toEqual([1, 2]);
  });

  it('make room when their message goes', () => {
    const { gone, near, away, remove } = frames(2);
    near(0);
    remove(0);
    for (const n of [1, 2]) {
      near(n);
      away(n);
    }
    expect(gone).toEqual([]);
  });
});
