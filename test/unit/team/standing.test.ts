import { describe, expect, it } from 'vitest';
import {
  goesOnAfterMs,
  holds,
  readTold,
  standingFrom,
  verdictOf,
} from '#main/engine/team/collector/standing.ts';
import type { LineState, Standing } from '#main/engine/team/collector/standing.ts';

const asked = { monotonic: 1_000, wall: 500_000 };
const later = (ms: number, wall = ms) => ({ monotonic: asked.monotonic + ms, wall: asked.wall + wall });

const told = (kind: 'mine' | 'other' | 'not-kept', leftMs = 20_000): Standing => {
  const [one] = readTold([
    {
      ...{ account: 'a', kind, locked: true, leftMs, since: 0 },
      ...(kind === 'other' ? { member: 'Ana', device: 'Ana’s desk' } : { member: null, device: null }),
    },
  ]);
  if (one === undefined) throw new Error('nothing was told');
  return standingFrom(one, asked);
};

const there: LineState = { kind: 'there' };
const away: LineState = { kind: 'away', since: 400_000, sinceMonotonic: 0 };

describe('the promise that nobody else reads', () => {
  it('holds from before it was asked for, and a little less than the server said', () => {
    expect(holds(told('mine'), later(19_000))).toBe(true);
    expect(holds(told('mine'), later(19_600))).toBe(false);
  });

  it('is stretched neither by a sleep of the machine nor by a clock that was set back', () => {
    // In a sleep the wall goes on and the other clock does not.
    expect(holds(told('mine'), later(1_000, 3_600_000))).toBe(false);
    expect(holds(told('mine'), later(25_000, -3_600_000))).toBe(false);
  });
});

describe('who reads', () => {
  it('is the device that the team’s database says', () => {
    expect(verdictOf({ one: true }, told('mine'), there, later(5_000))).toEqual({ kind: 'reads' });
    expect(verdictOf({ one: false }, told('other'), there, later(5_000))).toEqual({
      kind: 'waits',
      health: { kind: 'elsewhere', member: 'Ana', device: 'Ana’s desk' },
    });
    expect(verdictOf({ one: false }, null, there, later(0)).kind).toBe('waits');
  });

  it('stops at the moment when the promise ends, where the database is there', () => {
    for (const one of [true, false]) {
      expect(verdictOf({ one }, told('mine'), there, later(20_001)).kind).toBe('waits');
    }
  });

  it('goes on while the database is away: without end where several do no harm, else until its lock could be another’s', () => {
    for (const one of [true, false]) {
      expect(verdictOf({ one }, told('mine'), away, later(5_000))).toEqual({
        kind: 'reads-alone',
        since: 400_000,
      });
    }
    expect(verdictOf({ one: false }, told('mine'), away, later(3_600_000)).kind).toBe('reads-alone');
    expect(verdictOf({ one: true }, told('mine'), away, later(20_001))).toEqual({
      kind: 'waits',
      health: { kind: 'team-away', since: 400_000 },
    });
  });

  it('does not begin elsewhere while the database is away', () => {
    for (const one of [true, false]) {
      expect(verdictOf({ one }, told('other'), away, later(3_600_000)).kind).toBe('waits');
    }
  });

  it('begins after half a minute where nobody could be asked since the start and several do no harm', () => {
    const soon = { monotonic: goesOnAfterMs - 1, wall: 0 };
    const then = { monotonic: goesOnAfterMs, wall: 0 };
    expect(verdictOf({ one: false }, null, away, soon).kind).toBe('waits');
    expect(verdictOf({ one: false }, null, away, then).kind).toBe('reads-alone');
    expect(verdictOf({ one: true }, null, away, then)).toEqual({
      kind: 'waits',
      health: { kind: 'team-away', since: 400_000 },
    });
  });
});
