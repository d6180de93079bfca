import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { en } from '#shared/messages/en.ts';
import { createWords } from '#shared/messages/format.ts';
import { formatSize } from '#shared/messages/sizes.ts';
import { createTimes } from '#shared/messages/times.ts';

const words = createWords('en-GB', en);

describe('words', () => {
  it('of every entry can be parsed', () => {
    for (const [key, pattern] of Object.entries(en)) {
      expect(() => new IntlMessageFormat(pattern, 'en', undefined, { ignoreTag: true }), key).not.toThrow();
    }
  });

  it('count in the reader’s grammar and figures', () => {
    expect(words('list.resolved', { count: 1 })).toBe('Resolved.');
    expect(words('list.resolved', { count: 1_200 })).toBe('1,200 conversations resolved.');
  });

  it('fall back to what the catalogue has when the engine sends something newer', () => {
    expect(words.of('refusal.from-tomorrow', { kind: 'from-tomorrow' }, 'refusal.unknown')).toBe(
      'That did not work (from-tomorrow).',
    );
  });
});

describe('times', () => {
  const times = createTimes('en-GB', 'Europe/Berlin');
  const now = Date.parse('2026-03-12T15:00:00Z');
  const minute = 60_000;
  const hour = 60 * minute;

  it('are a clock today, a word yesterday, a weekday this week and a date before', () => {
    expect(times.short(now - 2 * hour, now)).toBe('14:00');
    expect(times.short(now - 24 * hour, now)).toBe('yesterday');
    expect(times.short(now - 3 * 24 * hour, now)).toBe('Mon');
    expect(times.short(now - 30 * 24 * hour, now)).toBe('10 Feb');
    expect(times.short(Date.parse('2021-03-03T12:00:00Z'), now)).toBe('3 Mar 2021');
  });

  it('are minutes ago within the hour and say the day after that', () => {
    expect(times.words(now - 2 * minute, now)).toMatch(/^2 mins?\.? ago$/);
    expect(times.words(now - 3 * hour, now)).toBe('today 13:00');
    expect(times.words(now - 25 * hour, now)).toBe('yesterday 15:00');
  });

  it('follow the calendar over the short night of daylight saving', () => {
    const sunday = Date.parse('2026-03-29T10:00:00Z');
    expect(times.short(Date.parse('2026-03-28T10:00:00Z'), sunday)).toBe('yesterday');
  });

  it('say how long somebody waits by the largest unit', () => {
    // The abbreviations differ between versions of the Unicode locale data.
    expect(times.length(5 * minute)).toMatch(/^5 mins?$/);
    expect(times.length(30 * hour)).toMatch(/^30 hrs?$/);
    expect(times.length(72 * hour)).toBe('3 days');
  });
});

describe('sizes', () => {
  it('are short, in decimal units', () => {
    expect(formatSize(0, 'en')).toBe('0 bytes');
    expect(formatSize(1_440, 'en')).toBe('1.4 kB');
    expect(formatSize(25_000_000, 'en')).toBe('25 MB');
  });
});
