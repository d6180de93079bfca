import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { defaultSchedule } from '#shared/domain/business-hours/schedule.ts';
import type { Repeat } from '#shared/domain/when/conditions.ts';
import { describeWhen } from '#shared/domain/when/describe-when.ts';
import type { Here } from '#shared/domain/when/moment.ts';
import { readWhen } from '#shared/domain/when/read-when.ts';
import { nextRepeat } from '#shared/domain/when/repeats.ts';
import { whenSuggestions } from '#shared/domain/when/suggestions.ts';
import { en } from '#shared/messages/en.ts';

const local = (zone: string, text: string): number => DateTime.fromISO(text, { zone }).toMillis();

const shown = (zone: string, at: number): string =>
  DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm');

/** Wednesday, 25 November 2026, 11:20 in the zone. */
const here = (zone: string, more: Partial<Here> = {}): Here => ({
  now: local(zone, '2026-11-25T11:20'),
  zone,
  locale: 'en-GB',
  ...more,
});

/** What was read, in the form "2026-11-26 09:00", with what else was said. */
const read = (text: string, at: Here): string => {
  const when = readWhen(text, at);
  if (when.kind === 'not-understood') return when.kind;
  if (when.kind === 'past') return `past ${shown(at.zone, when.at)}`;
  const { repeat, ifNoReply, rest } = when;
  return [
    shown(at.zone, when.at),
    ...(ifNoReply ? ['if no reply'] : []),
    ...(repeat === null ? [] : [`every ${repeat.every} ${repeat.unit}`]),
    ...(rest === undefined ? [] : [`“${rest}”`]),
  ].join(', ');
};

const words: readonly (readonly [string, string])[] = [
  // A day and a time.
  ['tomorrow 9', '2026-11-26 09:00'],
  ['tom 9am', '2026-11-26 09:00'],
  ['Tomorrow, 9 o’clock', '2026-11-26 09:00'],
  ['tomorrow', '2026-11-26 09:00'],
  ['tomorrow at noon', '2026-11-26 12:00'],
  ['first thing tomorrow', '2026-11-26 09:00'],
  ['tomorrow 24:00', '2026-11-27 00:00'],
  ['day after tomorrow 8pm', '2026-11-27 20:00'],
  ['9 am friday', '2026-11-27 09:00'],
  ['12 am friday', '2026-11-27 00:00'],
  ['12 pm friday', '2026-11-27 12:00'],
  ['14:30 friday', '2026-11-27 14:30'],
  ['monday morning', '2026-11-30 09:00'],
  ['monday afternoon at 3', '2026-11-30 15:00'],
  ['monday in the afternoon', '2026-11-30 14:00'],
  ['by friday', '2026-11-27 09:00'],
  ['morgen 9', '2026-11-26 09:00'],
  ['Morgen früh', '2026-11-26 09:00'],
  ['morgen mittag', '2026-11-26 12:00'],
  ['morgen um halb drei', '2026-11-26 14:30'],
  ['übermorgen 10 Uhr', '2026-11-27 10:00'],
  ['uebermorgen 10.30 uhr', '2026-11-27 10:30'],
  ['Montag Morgen', '2026-11-30 09:00'],
  ['samstag abend um 8', '2026-11-28 20:00'],
  ['um 9 am freitag', '2026-11-27 09:00'],
  ['um 12 am freitag', '2026-11-27 12:00'],
  ['bis freitag 12 uhr', '2026-11-27 12:00'],
  // A time alone is the next time the clock shows it.
  ['9', '2026-11-26 09:00'],
  ['14', '2026-11-25 14:00'],
  ['5', '2026-11-25 17:00'],
  ['03:30', '2026-11-26 03:30'],
  ['14.30', '2026-11-25 14:30'],
  ['1430', '2026-11-25 14:30'],
  ['9:30am', '2026-11-26 09:30'],
  ['at 8pm', '2026-11-25 20:00'],
  ['20 uhr', '2026-11-25 20:00'],
  ['half past 9', '2026-11-26 09:30'],
  ['halb zehn', '2026-11-26 09:30'],
  ['noon', '2026-11-25 12:00'],
  ['midnight', '2026-11-26 00:00'],
  ['this evening', '2026-11-25 18:00'],
  ['tonight', '2026-11-25 20:00'],
  ['tonight at 9', '2026-11-25 21:00'],
  ['heute abend', '2026-11-25 18:00'],
  ['end of day', '2026-11-25 17:00'],
  ['eod', '2026-11-25 17:00'],
  ['feierabend', '2026-11-25 17:00'],
  ['end of day tomorrow', '2026-11-26 17:00'],
  ['today', '2026-11-25 14:30'],
  ['later today', '2026-11-25 14:30'],
  ['später', '2026-11-25 14:30'],
  // How far off.
  ['in 2 hours', '2026-11-25 13:20'],
  ['2h', '2026-11-25 13:20'],
  ['90 min', '2026-11-25 12:50'],
  ['1h30', '2026-11-25 12:50'],
  ['1h 30m', '2026-11-25 12:50'],
  ['in 1.5 hours', '2026-11-25 12:50'],
  ['half an hour', '2026-11-25 11:50'],
  ['in 1 day 4 hours', '2026-11-26 15:20'],
  ['2 hours from now', '2026-11-25 13:20'],
  ['3d', '2026-11-28 09:00'],
  ['in 3 days at 14:30', '2026-11-28 14:30'],
  ['in 2 days morning', '2026-11-27 09:00'],
  ['in two weeks', '2026-12-09 09:00'],
  ['a week', '2026-12-02 09:00'],
  ['in a month', '2026-12-25 09:00'],
  ['in 3 working days', '2026-11-30 09:00'],
  ['5 business days at 16:00', '2026-12-02 16:00'],
  ['next working day', '2026-11-26 09:00'],
  ['in 2 Stunden', '2026-11-25 13:20'],
  ['in einer halben Stunde', '2026-11-25 11:50'],
  ['in anderthalb stunden', '2026-11-25 12:50'],
  ['in 3 Tagen um 14:30', '2026-11-28 14:30'],
  ['in drei werktagen', '2026-11-30 09:00'],
  ['nächsten Arbeitstag', '2026-11-26 09:00'],
  // Weekdays and weeks.
  ['friday', '2026-11-27 09:00'],
  ['this friday', '2026-11-27 09:00'],
  ['next friday', '2026-12-04 09:00'],
  ['nächsten Freitag', '2026-11-27 09:00'],
  ['naechsten freitag', '2026-11-27 09:00'],
  ['übernächsten freitag', '2026-12-04 09:00'],
  ['wednesday', '2026-12-02 09:00'],
  ['wednesday 15:00', '2026-11-25 15:00'],
  ['wednesday 9', '2026-12-02 09:00'],
  ['next week', '2026-11-30 09:00'],
  ['next week tuesday', '2026-12-01 09:00'],
  ['tuesday next week at 11', '2026-12-01 11:00'],
  ['nächste Woche Dienstag', '2026-12-01 09:00'],
  ['friday in two weeks', '2026-12-11 09:00'],
  ['3 weeks from monday', '2026-12-21 09:00'],
  ['freitag in 2 wochen', '2026-12-11 09:00'],
  ['next month', '2026-12-01 09:00'],
  ['weekend', '2026-11-28 09:00'],
  ['end of week', '2026-11-27 17:00'],
  ['ende der woche', '2026-11-27 17:00'],
  ['end of month', '2026-11-30 17:00'],
  // Dates.
  ['24.12. 10:00', '2026-12-24 10:00'],
  ['24.12.', '2026-12-24 09:00'],
  ['24.12', '2026-12-24 09:00'],
  ['24.12.26 um 9', '2026-12-24 09:00'],
  ['24.12.2027', '2027-12-24 09:00'],
  ['2026-12-24', '2026-12-24 09:00'],
  ['2026-12-24 10:00', '2026-12-24 10:00'],
  ['2026-12-24T10:00', '2026-12-24 10:00'],
  ['dec 24 at 10', '2026-12-24 10:00'],
  ['at 10 on dec 24', '2026-12-24 10:00'],
  ['24 dec', '2026-12-24 09:00'],
  ['24th of December 2026', '2026-12-24 09:00'],
  ['December 24th, 2027 3pm', '2027-12-24 15:00'],
  ['Thursday, 24 December 2026, 10:00', '2026-12-24 10:00'],
  ['24. Dezember 9 Uhr', '2026-12-24 09:00'],
  ['3. jänner', '2027-01-03 09:00'],
  ['1.2.', '2027-02-01 09:00'],
  ['may 3', '2027-05-03 09:00'],
  ['feb 29', '2028-02-29 09:00'],
  ['24/12', '2026-12-24 09:00'],
  ['12/24', '2026-12-24 09:00'],
  ['3/4/2027', '2027-04-03 09:00'],
  ['the 3rd', '2026-12-03 09:00'],
  ['on the 24th at 4pm', '2026-12-24 16:00'],
  ['am 3. um 10', '2026-12-03 10:00'],
  // If no reply.
  ['next friday if no reply', '2026-12-04 09:00, if no reply'],
  ['fri 14:30 if nobody answers', '2026-11-27 14:30, if no reply'],
  ['if no reply in 3 days', '2026-11-28 09:00, if no reply'],
  ['if they don’t answer by friday', '2026-11-27 09:00, if no reply'],
  ["if he hasn't replied by monday 10", '2026-11-30 10:00, if no reply'],
  ['unless they reply by mon 10', '2026-11-30 10:00, if no reply'],
  ['2d if still no answer', '2026-11-27 09:00, if no reply'],
  ['tomorrow if unanswered', '2026-11-26 09:00, if no reply'],
  ['nächsten freitag falls keine antwort', '2026-11-27 09:00, if no reply'],
  ['nur falls keine Antwort kommt morgen 9', '2026-11-26 09:00, if no reply'],
  ['wenn er nicht antwortet in 3 tagen', '2026-11-28 09:00, if no reply'],
  ['falls bis freitag niemand antwortet', '2026-11-27 09:00, if no reply'],
  ['falls der Kunde bis Freitag 14 Uhr nicht antwortet', '2026-11-27 14:00, if no reply'],
  ['wenn sich bis montag niemand meldet', '2026-11-30 09:00, if no reply'],
  // Again and again.
  ['every 2 days until answered', '2026-11-27 09:00, if no reply, every 2 day'],
  ['every 4 hours until they reply', '2026-11-25 15:20, if no reply, every 4 hour'],
  ['every monday at 10', '2026-11-30 10:00, every 1 week'],
  ['every other day 8am', '2026-11-27 08:00, every 2 day'],
  ['every working day at 9', '2026-11-26 09:00, every 1 working-day'],
  ['daily at 14', '2026-11-25 14:00, every 1 day'],
  ['daily at 9', '2026-11-26 09:00, every 1 day'],
  ['weekly', '2026-12-02 09:00, every 1 week'],
  ['monthly', '2026-12-25 09:00, every 1 month'],
  ['tomorrow 10, then every week', '2026-11-26 10:00, every 1 week'],
  ['alle 2 Tage bis zur Antwort', '2026-11-27 09:00, if no reply, every 2 day'],
  ['jeden Montag um 10 bis er antwortet', '2026-11-30 10:00, if no reply, every 1 week'],
  ['täglich um 9 bis beantwortet', '2026-11-26 09:00, if no reply, every 1 day'],
  // With other words around.
  ['tomorrow 9 call him', '2026-11-26 09:00, “call him”'],
  ['call Him tomorrow at 9', '2026-11-26 09:00, “call Him”'],
  ['remind me friday to send the offer', '2026-11-27 09:00, “send the offer”'],
  ['call 3 people tomorrow', '2026-11-26 09:00, “call 3 people”'],
  ['call back at 15:00', '2026-11-25 15:00, “call back”'],
  // Over, and named beyond doubt.
  ['today 9', 'past 2026-11-25 09:00'],
  ['this morning', 'past 2026-11-25 09:00'],
  ['heute morgen', 'past 2026-11-25 09:00'],
  ['2020-01-01', 'past 2020-01-01 09:00'],
  ['in 0 minutes', 'past 2026-11-25 11:20'],
  // Better asked again than guessed.
  ['', 'not-understood'],
  ['hello', 'not-understood'],
  ['if no reply', 'not-understood'],
  ['31.2.', 'not-understood'],
  ['29. Februar 2027', 'not-understood'],
  ['2026-02-30', 'not-understood'],
  ['tomorrow 25:00', 'not-understood'],
  ['tomorrow 9:75', 'not-understood'],
  ['tomorrow at 25', 'not-understood'],
  ['call 0171 234 at 9', 'not-understood'],
  ['9999 years', 'not-understood'],
  ['lundi 30 novembre 2026, 08:20', 'not-understood'],
];

describe('a time in words', () => {
  describe.each(['Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])('in %s', (zone) => {
    it.each(words)('“%s” is %s', (text, expected) => {
      expect(read(text, here(zone))).toBe(expected);
    });
  });

  it('is reckoned in the zone that was asked for, whatever the zone of the machine', () => {
    const now = Date.parse('2026-11-25T23:30:00Z');
    const at = (zone: string): string => read('tomorrow 9', { now, zone });
    expect(at('Europe/Berlin')).toBe('2026-11-27 09:00');
    expect(at('America/New_York')).toBe('2026-11-26 09:00');
    expect(at('Pacific/Auckland')).toBe('2026-11-27 09:00');
  });

  it('is read as the locale writes it', () => {
    expect(read('3/4/2027', here('Europe/Berlin', { locale: 'en-US' }))).toBe('2027-03-04 09:00');
    expect(read('2:30', here('Europe/Berlin', { locale: 'en-US' }))).toBe('2026-11-25 14:30');
    expect(read('2:30', here('Europe/Berlin', { locale: 'de' }))).toBe('2026-11-26 02:30');
    expect(read('do 14 uhr', here('Europe/Berlin', { locale: 'de' }))).toBe('2026-11-26 14:00');
  });

  it('follows the working day and the holidays of the schedule', () => {
    const schedule = { ...defaultSchedule('Europe/Berlin'), holidays: ['2026-11-26'] };
    const early = here('Europe/Berlin', { dayStart: 7 * 60 + 30, dayEnd: 16 * 60, schedule });
    expect(read('tomorrow', early)).toBe('2026-11-26 07:30');
    expect(read('end of day', early)).toBe('2026-11-25 16:00');
    expect(read('in 3 working days', early)).toBe('2026-12-01 07:30');
    expect(read('next working day', early)).toBe('2026-11-27 07:30');
  });

  it('“next friday” on a Friday is a week later, “friday” with a time ahead is today', () => {
    const friday = here('Europe/Berlin', { now: local('Europe/Berlin', '2026-11-27T11:20') });
    expect(read('next friday', friday)).toBe('2026-12-04 09:00');
    expect(read('friday', friday)).toBe('2026-12-04 09:00');
    expect(read('friday 15:00', friday)).toBe('2026-11-27 15:00');
    expect(read('end of week', friday)).toBe('2026-11-27 17:00');
  });

  it('“later today” late at night is over', () => {
    const night = here('Europe/Berlin', { now: local('Europe/Berlin', '2026-11-25T23:30') });
    expect(read('later today', night)).toBe('past 2026-11-25 23:30');
    expect(read('end of day', night)).toBe('2026-11-26 17:00');
  });

  it('never throws, and answers with a time ahead or none, whatever is written', () => {
    const piece = fc.constantFrom(
      ...words.map(([text]) => text).flatMap((text) => [text, ...text.split(' ')]),
      ' ',
      ',',
      '.',
      ':',
      '0',
      '99',
      '(',
      'ß',
      '明日',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(' ')),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('en-GB', 'en-US', 'de'), (said, locale) => {
        const now = here('Europe/Berlin');
        const when = readWhen(said, { ...now, locale });
        if (when.kind === 'when') expect(when.at).toBeGreaterThan(now.now);
        if (when.kind === 'past') expect(when.at).toBeLessThanOrEqual(now.now);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('around a change of daylight saving', () => {
  it.each<[string, string, string, string]>([
    // The clock skips 02:00 to 03:00 in Berlin and New York.
    ['Europe/Berlin', '2026-03-28T12:00', 'tomorrow 02:30', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '2026-03-28T12:00', 'tomorrow 9', '2026-03-29T07:00:00Z'],
    ['Europe/Berlin', '2026-03-28T12:00', 'in 24 hours', '2026-03-29T11:00:00Z'],
    ['Europe/Berlin', '2026-03-28T12:00', 'in 1 day 1 hour', '2026-03-29T11:00:00Z'],
    ['Europe/Berlin', '2026-03-29T01:30', 'in 1 hour', '2026-03-29T01:30:00Z'],
    ['America/New_York', '2026-03-07T12:00', 'tomorrow 02:30', '2026-03-08T07:00:00Z'],
    ['America/New_York', '2026-03-07T12:00', 'tomorrow 9am', '2026-03-08T13:00:00Z'],
    // The clock shows 02:00 to 03:00 twice in Berlin, 01:00 to 02:00 in New York: the first counts.
    ['Europe/Berlin', '2026-10-24T12:00', 'tomorrow 02:30', '2026-10-25T00:30:00Z'],
    ['Europe/Berlin', '2026-10-24T12:00', 'morgen 9', '2026-10-25T08:00:00Z'],
    ['Europe/Berlin', '2026-10-24T12:00', 'in 24 hours', '2026-10-25T10:00:00Z'],
    ['America/New_York', '2026-10-31T12:00', 'tomorrow 01:30', '2026-11-01T05:30:00Z'],
    ['America/New_York', '2026-10-31T12:00', 'in 2 days', '2026-11-02T14:00:00Z'],
    // Half an hour on Lord Howe; at midnight in Cairo, so that Friday begins at 01:00.
    ['Australia/Lord_Howe', '2026-10-03T12:00', 'tomorrow 02:15', '2026-10-03T15:30:00Z'],
    ['Africa/Cairo', '2026-04-23T12:00', 'midnight', '2026-04-23T22:00:00Z'],
  ])('in %s on %s, “%s” is %s', (zone, now, text, expected) => {
    const when = readWhen(text, { now: local(zone, now), zone, locale: 'en-GB' });
    expect(when.kind === 'when' && new Date(when.at).toISOString()).toBe(expected.replace('Z', '.000Z'));
  });
});

describe('a date shown back', () => {
  const zone = 'Europe/Berlin';
  const now = local(zone, '2026-11-22T17:30');

  it('is written in full, in the words of the locale', () => {
    const at = local(zone, '2026-11-27T14:30');
    expect(describeWhen(at, { now, zone, locale: 'en-GB' })).toMatch(
      /^Friday,? 27 November 2026, 14:30 \(in 4 days 21 hours\)$/u,
    );
    expect(describeWhen(at, { now, zone, locale: 'de' })).toBe(
      'Freitag, 27. November 2026, 14:30 (in 4 Tagen 21 Stunden)',
    );
  });

  it.each<[string, string]>([
    ['2026-11-22T17:30', '(in 0 minutes)'],
    ['2026-11-22T17:31', '(in 1 minute)'],
    ['2026-11-22T19:00', '(in 1 hour 30 minutes)'],
    ['2026-11-23T17:30', '(in 1 day)'],
    ['2026-11-23T17:29', '(in 23 hours 59 minutes)'],
    ['2026-11-20T17:30', '(2 days ago)'],
  ])('says how far off %s is: %s', (at, expected) => {
    expect(describeWhen(local(zone, at), { now, zone, locale: 'en-GB' })).toContain(expected);
  });

  it('counts tomorrow at the same time as one day also when the clocks change', () => {
    const before = local(zone, '2026-03-28T09:00');
    const after = local(zone, '2026-03-29T09:00');
    expect(describeWhen(after, { now: before, zone, locale: 'en-GB' })).toContain('(in 1 day)');
  });

  it('is understood again as the same minute, in English and German and in every zone', () => {
    const firstOfTwo = (name: string, at: number): number => {
      const wall = DateTime.fromMillis(at, { zone: name });
      return Math.min(...wall.getPossibleOffsets().map((one) => one.toMillis()));
    };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 * 366 * 1_440 }),
        fc.constantFrom('en-GB', 'en-US', 'de', 'de-AT'),
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo'),
        (minutes, locale, name) => {
          const at = now + minutes * 60_000;
          const when = readWhen(describeWhen(at, { now, zone: name, locale }), { now, zone: name, locale });
          expect(when).toEqual({ kind: 'when', at: firstOfTwo(name, at), ifNoReply: false, repeat: null });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('suggestions', () => {
  const zone = 'Europe/Berlin';
  const listed = (now: string, more: Partial<Here> = {}): readonly string[] =>
    whenSuggestions({ now: local(zone, now), zone, ...more }).map(({ id, at }) => `${id} ${shown(zone, at)}`);

  it('are the usual times, soonest first', () => {
    expect(listed('2026-11-25T11:20')).toEqual([
      'later-today 2026-11-25 14:30',
      'tomorrow-morning 2026-11-26 09:00',
      'in-two-days 2026-11-27 09:00',
      'next-week 2026-11-30 09:00',
      'in-a-month 2026-12-25 09:00',
    ]);
  });

  it('leave out what is over and what would come twice', () => {
    expect(listed('2026-11-22T23:00')).toEqual([
      'tomorrow-morning 2026-11-23 09:00',
      'in-two-days 2026-11-24 09:00',
      'in-a-month 2026-12-22 09:00',
    ]);
  });

  it('end the day when the working day ends, and know short months', () => {
    expect(listed('2027-01-31T15:10', { dayStart: 8 * 60 })).toEqual([
      'later-today 2027-01-31 17:00',
      'tomorrow-morning 2027-02-01 08:00',
      'in-two-days 2027-02-02 08:00',
      'in-a-month 2027-02-28 08:00',
    ]);
  });

  it('have words', () => {
    for (const { id } of whenSuggestions(here(zone))) expect(en).toHaveProperty([`when.suggestion.${id}`]);
  });
});

describe('something that repeats', () => {
  const zone = 'Europe/Berlin';
  it.each<[Repeat, string, string, string]>([
    // Missed times are left out, and the time on the clock stays over the change.
    [{ every: 1, unit: 'day' }, '2026-03-27T09:00', '2026-03-28T10:00', '2026-03-29 09:00'],
    [{ every: 2, unit: 'day' }, '2026-11-25T09:00', '2026-11-25T09:00', '2026-11-27 09:00'],
    [{ every: 2, unit: 'day' }, '2026-11-25T09:00', '2026-12-02T08:00', '2026-12-03 09:00'],
    [{ every: 1, unit: 'week' }, '2026-10-19T10:00', '2026-10-20T00:00', '2026-10-26 10:00'],
    [{ every: 1, unit: 'month' }, '2027-01-31T09:00', '2027-02-01T00:00', '2027-02-28 09:00'],
    [{ every: 1, unit: 'month' }, '2027-01-31T09:00', '2027-03-01T00:00', '2027-03-31 09:00'],
    [{ every: 3, unit: 'month' }, '2026-11-25T09:00', '2036-11-25T09:00', '2037-02-25 09:00'],
    [{ every: 1, unit: 'working-day' }, '2026-11-27T09:00', '2026-11-27T12:00', '2026-11-30 09:00'],
    [{ every: 2, unit: 'working-day' }, '2026-11-25T09:00', '2026-12-25T12:00', '2026-12-29 09:00'],
    [{ every: 4, unit: 'hour' }, '2026-11-25T09:00', '2026-11-25T22:00', '2026-11-26 01:00'],
  ])('%o, last due %s, comes after %s at %s', (repeat, last, now, expected) => {
    const next = nextRepeat(repeat, local(zone, last), { now: local(zone, now), zone });
    expect(next === null ? null : shown(zone, next)).toBe(expected);
  });

  it('ends when no working day is left', () => {
    const schedule = {
      ...defaultSchedule(zone),
      days: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] },
    };
    const now = local(zone, '2026-11-25T11:20');
    expect(nextRepeat({ every: 1, unit: 'working-day' }, now, { now, zone, schedule })).toBeNull();
  });
});
