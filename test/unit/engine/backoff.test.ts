import { describe, expect, it } from 'vitest';
import { retryDelay } from '#main/engine/ingest/backoff.ts';

describe('the wait before an account is tried again', () => {
  it('starts at five seconds and ends at five minutes while the network is away', () => {
    const waits = [1, 2, 3, 4, 20].map((failures) => retryDelay('no-answer', failures, 0.5));
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 300_000]);
  });

  it('is never under five seconds, so that no account logs in more often', () => {
    expect(retryDelay('connection-refused', 1, 0)).toBe(5_000);
  });

  it('is long where only a person can help, and never for ever', () => {
    expect(retryDelay('password-refused', 1, 0.5)).toBe(60_000);
    expect(retryDelay('password-refused', 50, 0.5)).toBe(1_800_000);
  });

  it('honours the time that a server asks for', () => {
    expect(retryDelay('rate-limited', 1, 0.5, 900_000)).toBe(900_000);
  });

  it('spreads clients that failed together', () => {
    expect(retryDelay('no-answer', 4, 0)).toBe(30_000);
    expect(retryDelay('no-answer', 4, 0.999)).toBeGreaterThan(49_000);
  });
});
