import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Allowance, connectDelay, raceDelay } from '#main/engine/team/backoff.ts';

const chance = fc.double({ min: 0, max: 0.999_999, noNaN: true });

describe('how long a device waits for its team’s database', () => {
  it('is a second at least and a minute at most, whatever happened before', () => {
    fc.assert(
      fc.property(fc.nat(10_000), chance, (failures, luck) => {
        const ms = connectDelay(failures, luck);
        expect(ms).toBeGreaterThanOrEqual(1_000);
        expect(ms).toBeLessThanOrEqual(60_000);
      }),
    );
  });

  it('grows with failures in a row, and is anything up to that', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7].map((failures) => connectDelay(failures, 0.999_999));
    expect(longest).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect([1, 5, 50].map((failures) => connectDelay(failures, 0))).toEqual([1_000, 1_000, 1_000]);
  });

  it('goes again at once after losing a race a few times, and then lets others through', () => {
    expect([1, 2, 3].map((losses) => raceDelay(losses, 0.999))).toEqual([0, 0, 0]);
    expect(raceDelay(4, 0.999)).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.nat(1_000), chance, (losses, luck) => {
        expect(raceDelay(losses, luck)).toBeLessThanOrEqual(5_000);
      }),
    );
  });

  it('lets somebody press “try now” again and again, and knocks once a second', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { minLength: 1, maxLength: 100 }), (pauses) => {
        const allowance = new Allowance(3);
        let now = 0;
        let tries = 0;
        for (const pause of pauses) {
          now += pause;
          now += allowance.take(now);
          tries += 1;
          expect(tries).toBeLessThanOrEqual(3 + Math.ceil(now / 1_000));
        }
      }),
    );
  });
});
