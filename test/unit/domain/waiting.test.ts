import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answered,
  heard,
  nobodyWaits,
  together,
  turnOf,
  waitingSince,
} from '#shared/domain/waiting/waiting.ts';
import type { Waiting } from '#shared/domain/waiting/waiting.ts';

type Said = { readonly by: 'them' | 'us'; readonly at: number };

const told = (said: readonly Said[]): Waiting =>
  said.reduce(
    (waiting, { by, at }) => (by === 'them' ? heard(waiting, at) : answered(waiting, at)),
    nobodyWaits,
  );

describe('whose turn it is', () => {
  it('is nobody’s before anybody has spoken', () => {
    expect(turnOf(nobodyWaits)).toBe('none');
    expect(waitingSince(nobodyWaits)).toBeNull();
  });

  it('is ours from the customer’s first unanswered message on, however often they write again', () => {
    const waiting = told([
      { by: 'us', at: 1 },
      { by: 'them', at: 5 },
      { by: 'them', at: 9 },
    ]);
    expect(turnOf(waiting)).toBe('ours');
    expect(waitingSince(waiting)).toBe(5);
  });

  it('is theirs once we have answered', () => {
    expect(
      turnOf(
        told([
          { by: 'them', at: 5 },
          { by: 'us', at: 6 },
        ]),
      ),
    ).toBe('theirs');
  });

  it('stays ours for what they wrote after the answer, even if the answer becomes known later', () => {
    const waiting = told([
      { by: 'them', at: 5 },
      { by: 'them', at: 10 },
      { by: 'us', at: 8 },
    ]);
    expect(waitingSince(waiting)).toBe(10);
  });

  const history = fc.uniqueArray(
    fc.record({ by: fc.constantFrom('them' as const, 'us' as const), at: fc.integer({ min: 1, max: 60 }) }),
    { selector: ({ at }) => at, maxLength: 30 },
  );

  it('does not depend on the order in which messages become known', () => {
    fc.assert(
      fc.property(history, fc.func(fc.integer()), (said, key) => {
        const shuffled = [...said].sort((a, b) => key(a.at) - key(b.at));
        expect(told(shuffled)).toEqual(told([...said].sort((a, b) => a.at - b.at)));
      }),
    );
  });

  it('is the same for two halves put together as for the whole', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 30 }), (said, cut) => {
        expect(together(told(said.slice(0, cut)), told(said.slice(cut)))).toEqual(told(said));
      }),
    );
  });

  it('keeps a bounded number of times for a sender that never stops', () => {
    const waiting = told(Array.from({ length: 1_000 }, (_, at): Said => ({ by: 'them', at: at + 1 })));
    expect(waiting.unanswered.length).toBeLessThanOrEqual(64);
    expect(waitingSince(waiting)).toBe(1);
  });
});
