import { describe, expect, it } from 'vitest';
import { Pace, pollEvery } from '#main/channels/kit/polling.ts';

const minute = 60_000;
const intervals = { lively: 10_000, quiet: 25_000 };

/** When an account is looked at within `until` ms, by a clock that goes only while we wait; `stirs` are the times at which somebody speaks. */
const looksUntil = async (until: number, stirs: readonly number[] = []): Promise<readonly number[]> => {
  let now = 0;
  const looks: number[] = [];
  const end = new AbortController();
  const pace = new Pace(intervals, { monotonic: () => now });
  const left = [...stirs];
  const wait = (ms: number, signal: AbortSignal): Promise<void> => {
    const to = now + ms;
    while (left[0] !== undefined && left[0] < to) {
      now = left.shift() ?? now;
      pace.stir();
    }
    now = to;
    if (now >= until) end.abort(new Error('enough'));
    return signal.aborted ? Promise.reject(new Error('enough')) : Promise.resolve();
  };
  await expect(pollEvery(pace, () => looks.push(now), end.signal, wait)).rejects.toThrow('enough');
  return looks;
};

describe('how often an account is looked at that tells nothing by itself', () => {
  it('is the quiet interval while nothing is said', async () => {
    expect(await looksUntil(80_000)).toEqual([0, 25_000, 50_000, 75_000]);
  });

  it('is the lively one from when somebody speaks', async () => {
    expect(await looksUntil(60_000, [26_000])).toEqual([0, 25_000, 35_000, 45_000, 55_000]);
  });

  it('is the quiet one again ten minutes after the last word', async () => {
    const looks = await looksUntil(12 * minute, [1, minute]);
    const lively = looks.filter((look) => look > 0 && look < 11 * minute);
    expect(lively).toEqual(lively.map((_, place) => (place + 1) * 10_000));
    const [first = 0, second = 0] = looks.filter((look) => look >= 11 * minute);
    expect(second - first).toBe(25_000);
  });
});
