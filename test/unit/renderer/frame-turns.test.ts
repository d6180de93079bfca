import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFrameTurns, stillMs, turnMs } from '#renderer/features/conversation/model/frame-turns.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Turns whose frames note that they were begun. */
const turns = () => {
  const begun: string[] = [];
  const made = createFrameTurns();
  return { ...made, begun, want: (name: string) => made.ask(() => begun.push(name)) };
};

/** Some frames of a timeline that is scrolled by so many px in each. */
const scroll = ({ scrolled }: ReturnType<typeof turns>, px: number, frames: number): void => {
  for (let n = 1; n <= frames; n += 1) {
    vi.advanceTimersByTime(16);
    scrolled(n * px, n * 16);
  }
};

describe('the frames of messages', () => {
  it('are drawn one after the other, the first at once', () => {
    const { begun, want } = turns();
    for (const name of ['one', 'two', 'three']) want(name);
    expect(begun).toEqual(['one']);
    vi.advanceTimersByTime(turnMs);
    expect(begun).toEqual(['one', 'two']);
    vi.advanceTimersByTime(turnMs);
    expect(begun).toEqual(['one', 'two', 'three']);
  });

  it('are drawn while one reads on', () => {
    const timeline = turns();
    scroll(timeline, 20, 4);
    timeline.want('read');
    timeline.want('next');
    scroll(timeline, 20, 10);
    expect(timeline.begun).toEqual(['read', 'next']);
  });

  it('wait while they fly past, and only those that are still wanted are drawn when it rests', () => {
    const timeline = turns();
    scroll(timeline, 100, 4);
    const takeBack = timeline.want('passed');
    timeline.want('reached');
    scroll(timeline, 100, 20);
    takeBack();
    expect(timeline.begun).toEqual([]);
    vi.advanceTimersByTime(stillMs);
    expect(timeline.begun).toEqual(['reached']);
  });

  it('are drawn at once where one leap ends', () => {
    const timeline = turns();
    scroll(timeline, 9_000, 1);
    timeline.want('there');
    expect(timeline.begun).toEqual(['there']);
  });

  it('that wait are not drawn any more when the timeline goes', () => {
    const { begun, want, stop } = turns();
    want('one');
    want('two');
    stop();
    vi.advanceTimersByTime(1_000);
    expect(begun).toEqual(['one']);
  });
});
