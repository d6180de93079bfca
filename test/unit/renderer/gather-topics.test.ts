import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gatherTopics, roundMs } from '#renderer/engine-client/gather-topics.ts';
import type { Topic } from '#shared/contract/events.ts';

describe('what the engine tells of changes', () => {
  let told: (readonly Topic[])[];
  let add: (topics: readonly Topic[]) => void;
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
    ({ add, stop } = gatherTopics((topics) => told.push(topics)));
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });

  it('is heard at once after a quiet while', () => {
    add([{ topic: 'lists' }]);
    expect(told).toEqual([[{ topic: 'lists' }]]);
    vi.advanceTimersByTime(roundMs);
    add([{ topic: 'accounts' }]);
    expect(told).toHaveLength(2);
  });

  it('is heard once a round while it goes on, each topic once, and nothing of it is lost', () => {
    add([{ topic: 'lists' }]);
    for (let n = 0; n < 5; n += 1) add([{ topic: 'lists' }, { topic: 'accounts' }]);
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(roundMs);
    expect(told.slice(1)).toEqual([[{ topic: 'lists' }, { topic: 'accounts' }]]);
    add([{ topic: 'outbox' }]);
    expect(told).toHaveLength(2);
    vi.advanceTimersByTime(roundMs);
    expect(told.slice(2)).toEqual([[{ topic: 'outbox' }]]);
    vi.advanceTimersByTime(10 * roundMs);
    expect(told).toHaveLength(3);
  });
});
