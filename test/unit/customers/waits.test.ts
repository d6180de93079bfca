import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianFirstAnswer, waitsOf } from '#shared/domain/waiting/waits.ts';
import type { Spoken } from '#shared/domain/waiting/waits.ts';

const said = (by: 'them' | 'us', at: number, conversation = 'one', automatic = false): Spoken => ({
  conversation,
  at,
  direction: by === 'them' ? 'in' : 'out',
  automatic,
});

describe('how long a customer waited', () => {
  it('runs from their first unanswered message to our answer', () => {
    expect(
      waitsOf([said('them', 10), said('them', 15), said('us', 40), said('them', 50), said('us', 55)]),
    ).toEqual([
      { conversation: 'one', since: 50, answeredAt: 55, first: false },
      { conversation: 'one', since: 10, answeredAt: 40, first: true },
    ]);
  });

  it('goes on while nobody answered', () => {
    expect(waitsOf([said('them', 10)])).toEqual([
      { conversation: 'one', since: 10, answeredAt: null, first: true },
    ]);
  });

  it('is neither begun nor ended by a machine', () => {
    expect(waitsOf([said('them', 5, 'one', true), said('them', 10), said('us', 20, 'one', true)])).toEqual([
      { conversation: 'one', since: 10, answeredAt: null, first: true },
    ]);
  });

  it('is nothing where we wrote first and they have not answered', () => {
    expect(waitsOf([said('us', 10)])).toEqual([]);
  });

  it('is each conversation’s own, newest first', () => {
    const waits = waitsOf([said('them', 10), said('them', 20, 'two'), said('us', 30), said('us', 90, 'two')]);
    expect(waits.map(({ conversation, since, answeredAt }) => [conversation, since, answeredAt])).toEqual([
      ['two', 20, 90],
      ['one', 10, 30],
    ]);
  });

  it('does not depend on the order in which messages are given', () => {
    const message = fc.record({
      conversation: fc.constantFrom('one', 'two'),
      at: fc.integer({ min: 0, max: 50 }),
      direction: fc.constantFrom('in' as const, 'out' as const),
      automatic: fc.boolean(),
    });
    const list = fc.uniqueArray(message, {
      selector: ({ conversation, at }) => `${conversation} ${String(at)}`,
    });
    fc.assert(
      fc.property(list, (messages) => {
        const waits = waitsOf(messages);
        expect(waitsOf([...messages].reverse())).toEqual(waits);
        for (const { since, answeredAt } of waits) expect(answeredAt ?? since).toBeGreaterThanOrEqual(since);
      }),
    );
  });
});

describe('the middle of the first answers', () => {
  it('leaves out later answers and what is not answered', () => {
    const waits = waitsOf([
      said('them', 0),
      said('us', 10),
      said('them', 20),
      said('us', 1_000),
      said('them', 0, 'two'),
      said('us', 30, 'two'),
      said('them', 0, 'three'),
    ]);
    expect(medianFirstAnswer(waits)).toBe(20);
    expect(medianFirstAnswer([])).toBeNull();
  });
});
