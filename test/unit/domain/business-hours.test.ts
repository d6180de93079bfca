import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import {
  addBusinessTime,
  addWorkingDays,
  businessTimeBetween,
  isOpenAt,
  nextOpening,
} from '#shared/domain/business-hours/business-time.ts';
import { checkSchedule, defaultSchedule, weekdays } from '#shared/domain/business-hours/schedule.ts';
import type { Hours, Schedule, Weekday } from '#shared/domain/business-hours/schedule.ts';
import { dayMs, minuteMs, zoneOf } from '#shared/domain/business-hours/zone.ts';

const hour = 60 * minuteMs;

/** A local time as ms UTC, by luxon. */
const local = (zone: string, text: string): number => {
  const at = DateTime.fromISO(text, { zone });
  expect(at.isValid, `${text} in ${zone}`).toBe(true);
  return at.toMillis();
};

/** ms UTC as a local time with its offset, by luxon. */
const shown = (zone: string, at: number): string =>
  DateTime.fromMillis(at, { zone }).toISO({ suppressMilliseconds: true, suppressSeconds: true }) ?? 'invalid';

const valueOf = <Value>(
  result: { readonly ok: true; readonly value: Value } | { readonly ok: false },
): Value => {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result.value;
};

const everyDay = (...hours: readonly Hours[]): Schedule['days'] => ({
  mon: hours,
  tue: hours,
  wed: hours,
  thu: hours,
  fri: hours,
  sat: hours,
  sun: hours,
});

const nine = { from: 9 * 60, to: 17 * 60 };
const allDay = { from: 0, to: 24 * 60 };

/** Zones with hours and half hours of daylight saving, without any, at noon's far side, and with the change at midnight. */
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Africa/Cairo',
  'America/Asuncion',
  'America/Santiago',
  'Asia/Kathmandu',
  'Pacific/Apia',
] as const;

/** Around the changes of daylight saving in these zones, and where Apia left out a whole day. */
const turns = [
  '2011-12-28',
  '2023-04-26',
  '2023-10-24',
  '2024-03-21',
  '2024-10-04',
  '2026-03-07',
  '2026-03-27',
  '2026-04-03',
  '2026-04-22',
  '2026-09-04',
  '2026-09-25',
  '2026-10-02',
  '2026-10-23',
  '2026-10-28',
  '2026-10-31',
];

describe('local time', () => {
  it.each(zones)('agrees with another library in %s, every quarter of an hour around each change', (name) => {
    const zone = zoneOf(name);
    for (const turn of turns) {
      const start = Date.parse(`${turn}T00:00:00Z`);
      for (let at = start; at < start + 6 * dayMs; at += 15 * minuteMs) {
        const wall = DateTime.fromMillis(at, { zone: name })
          .setZone('utc', { keepLocalTime: true })
          .toMillis();
        expect(zone.wallAt(at)).toBe(wall);
      }
    }
  });

  it.each(zones)(
    'in %s is turned into the first moment at which the clock shows it or has passed it',
    (name) => {
      const zone = zoneOf(name);
      for (const turn of turns) {
        const start = Date.parse(`${turn}T00:00:00Z`);
        let latest = Number.NEGATIVE_INFINITY;
        for (let at = start; at < start + 6 * dayMs; at += 15 * minuteMs) {
          const wall = DateTime.fromMillis(at, { zone: name })
            .setZone('utc', { keepLocalTime: true })
            .toMillis();
          if (latest === Number.NEGATIVE_INFINITY) latest = wall - 15 * minuteMs;
          // Every wall time that was reached only now: one normally, none while an hour repeats, many after a gap.
          for (let passed = latest + 15 * minuteMs; passed <= wall; passed += 15 * minuteMs)
            expect(shown(name, zone.momentOf(passed))).toBe(shown(name, at));
          latest = Math.max(latest, wall);
        }
      }
    },
  );
});

describe('business time in five zones', () => {
  // Worked out by hand on a calendar of each place; the offsets show on which side of the change the answer lies.
  it.each<[string, string, number, string]>([
    // Friday afternoon into Monday, over the night in which the clocks go forward, and back.
    ['Europe/Berlin', '2026-03-27T16:00', 2, '2026-03-30T10:00+02:00'],
    ['Europe/Berlin', '2026-10-23T16:00', 2, '2026-10-26T10:00+01:00'],
    ['America/New_York', '2026-03-06T16:30', 8, '2026-03-09T16:30-04:00'],
    ['America/New_York', '2026-10-30T16:30', 8, '2026-11-02T16:30-05:00'],
    ['Asia/Kolkata', '2026-03-27T16:00', 2, '2026-03-30T10:00+05:30'],
    ['Asia/Kolkata', '2026-03-29T03:15', 1.5, '2026-03-30T10:30+05:30'],
    ['Australia/Lord_Howe', '2026-04-03T16:00', 2, '2026-04-06T10:00+10:30'],
    ['Australia/Lord_Howe', '2026-10-02T16:00', 2, '2026-10-05T10:00+11:00'],
    ['Pacific/Auckland', '2026-04-03T16:00', 2, '2026-04-06T10:00+12:00'],
    ['Pacific/Auckland', '2026-09-25T16:00', 2, '2026-09-28T10:00+13:00'],
    ['Africa/Cairo', '2026-04-23T16:00', 2, '2026-04-24T10:00+03:00'],
    ['Africa/Cairo', '2026-10-29T16:00', 2, '2026-10-30T10:00+02:00'],
    ['America/Asuncion', '2024-10-04T16:00', 2, '2024-10-07T10:00-03:00'],
    // A full working week is forty hours wherever it is.
    ['Europe/Berlin', '2026-03-25T12:00', 40, '2026-04-01T12:00+02:00'],
    // Closing time is the end of the day just used up, not the next morning.
    ['Europe/Berlin', '2026-11-23T09:00', 8, '2026-11-23T17:00+01:00'],
  ])('in %s from %s, %d hours end at %s', (zone, from, hours, end) => {
    const schedule = defaultSchedule(zone);
    const start = local(zone, from);
    const at = valueOf(addBusinessTime(schedule, start, hours * hour));
    expect(shown(zone, at)).toBe(end);
    expect(businessTimeBetween(schedule, start, at)).toBe(hours * hour);
  });

  it.each<[string, string, number]>([
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Asia/Kolkata', '2026-03-29', 24],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Pacific/Auckland', '2026-04-05', 25],
    ['Pacific/Auckland', '2026-09-27', 23],
    ['Africa/Cairo', '2026-04-24', 23],
    ['Africa/Cairo', '2026-10-29', 25],
    ['America/Asuncion', '2024-10-06', 23],
    ['America/Asuncion', '2024-03-23', 25],
  ])('in %s the whole of %s has %d hours', (zone, date, hours) => {
    const schedule = { ...defaultSchedule(zone), days: everyDay(allDay) };
    const day = DateTime.fromISO(date, { zone });
    const end = day.plus({ days: 1 }).startOf('day').toMillis();
    expect(businessTimeBetween(schedule, day.startOf('day').toMillis(), end)).toBe(hours * hour);
  });
});

describe('opening hours', () => {
  const zone = 'Europe/Berlin';
  const office = defaultSchedule(zone);

  it('are open from the first minute and closed at the last', () => {
    expect(isOpenAt(office, local(zone, '2026-11-23T08:59:59.999'))).toBe(false);
    expect(isOpenAt(office, local(zone, '2026-11-23T09:00'))).toBe(true);
    expect(isOpenAt(office, local(zone, '2026-11-23T16:59:59.999'))).toBe(true);
    expect(isOpenAt(office, local(zone, '2026-11-23T17:00'))).toBe(false);
  });

  it('open next on Monday when it is the weekend, and now when it is open', () => {
    expect(shown(zone, valueOf(nextOpening(office, local(zone, '2026-11-21T12:00'))))).toBe(
      '2026-11-23T09:00+01:00',
    );
    const noon = local(zone, '2026-11-23T12:34:56.789');
    expect(valueOf(nextOpening(office, noon))).toBe(noon);
  });

  it('stay closed on a holiday and shorter on a shortened day', () => {
    const christmas: Schedule = {
      ...office,
      holidays: ['2026-12-25', '2027-01-01'],
      shortened: [{ date: '2026-12-24', hours: [{ from: 9 * 60, to: 12 * 60 }] }],
    };
    const start = local(zone, '2026-12-24T11:00');
    expect(shown(zone, valueOf(addBusinessTime(christmas, start, 2 * hour)))).toBe('2026-12-28T10:00+01:00');
    expect(isOpenAt(christmas, local(zone, '2026-12-24T13:00'))).toBe(false);
    expect(isOpenAt(christmas, local(zone, '2026-12-25T10:00'))).toBe(false);
  });

  it('pause at lunch', () => {
    const withLunch: Schedule = {
      ...office,
      days: everyDay({ from: 13 * 60, to: 17 * 60 }, { from: 9 * 60, to: 12 * 60 }),
    };
    const start = local(zone, '2026-11-23T11:30');
    expect(shown(zone, valueOf(addBusinessTime(withLunch, start, hour)))).toBe('2026-11-23T13:30+01:00');
  });

  it('that run over midnight belong to the day on which they start', () => {
    const night: Schedule = {
      ...office,
      days: everyDay({ from: 22 * 60, to: 6 * 60 }),
      holidays: ['2026-12-25'],
    };
    // The night that began on the 24th goes on; the one of the 25th never starts.
    expect(isOpenAt(night, local(zone, '2026-12-25T05:59'))).toBe(true);
    expect(isOpenAt(night, local(zone, '2026-12-25T23:00'))).toBe(false);
    expect(isOpenAt(night, local(zone, '2026-12-26T05:00'))).toBe(false);
    expect(isOpenAt(night, local(zone, '2026-12-26T22:00'))).toBe(true);
    // In the night of 25 October an hour comes twice.
    const evening = local(zone, '2026-10-24T22:00');
    expect(businessTimeBetween(night, evening, evening + 12 * hour)).toBe(9 * hour);
  });

  it('that overlap count once', () => {
    const double: Schedule = { ...office, days: everyDay(nine, { from: 8 * 60, to: 10 * 60 }, nine) };
    const midnight = local(zone, '2026-11-23T00:00');
    expect(businessTimeBetween(double, midnight, midnight + dayMs)).toBe(9 * hour);
  });

  it('in the hour that the clocks skip open after it, and close at the first of two equal times', () => {
    const early: Schedule = { ...office, days: everyDay({ from: 150, to: 240 }) };
    expect(shown(zone, valueOf(nextOpening(early, local(zone, '2026-03-29T00:00'))))).toBe(
      '2026-03-29T03:00+02:00',
    );
    const half: Schedule = { ...office, days: everyDay({ from: 0, to: 150 }) };
    const midnight = local(zone, '2026-10-25T00:00');
    expect(businessTimeBetween(half, midnight, midnight + 12 * hour)).toBe(150 * minuteMs);
  });

  it('are those of an office in the zone of the system unless set', () => {
    const schedule = defaultSchedule();
    expect(schedule.zone).toBe(new Intl.DateTimeFormat().resolvedOptions().timeZone);
    expect(schedule.days.mon).toEqual([nine]);
    expect(schedule.days.sat).toEqual([]);
    expect(checkSchedule(schedule).ok).toBe(true);
  });
});

describe('a schedule', () => {
  const office = defaultSchedule('Europe/Berlin');

  it.each<[string, Schedule, object]>([
    ['an unknown zone', { ...office, zone: 'Mars/Olympus' }, { kind: 'unknown-zone', zone: 'Mars/Olympus' }],
    ['no hours on any day', { ...office, days: everyDay() }, { kind: 'never-open' }],
    [
      'a day that does not exist',
      { ...office, holidays: ['2026-02-30'] },
      { kind: 'bad-date', date: '2026-02-30' },
    ],
    [
      'hours without length',
      { ...office, days: { ...office.days, wed: [{ from: 60, to: 60 }] } },
      { kind: 'bad-hours', on: 'wed' },
    ],
    [
      'hours outside the day',
      { ...office, shortened: [{ date: '2026-12-24', hours: [{ from: 0, to: 1_441 }] }] },
      { kind: 'bad-hours', on: '2026-12-24' },
    ],
  ])('with %s is refused', (_, schedule, failure) => {
    expect(checkSchedule(schedule)).toEqual({ ok: false, failure });
  });

  it('that never opens refuses every reckoning and ends it', () => {
    const never: Schedule = { ...office, days: everyDay() };
    const at = Date.UTC(2026, 10, 22);
    const refused = { ok: false, failure: { kind: 'never-open' } };
    expect(addBusinessTime(never, at, hour)).toEqual(refused);
    expect(nextOpening(never, at)).toEqual(refused);
    expect(addWorkingDays(never, at, 3)).toEqual(refused);
    expect(isOpenAt(never, at)).toBe(false);
    expect(businessTimeBetween(never, at, at + 1_000 * dayMs)).toBe(0);
  });

  it('whose holidays leave nothing for ten years counts as never open, and one with nine years of them opens again', () => {
    const daysFrom = (date: string, days: number): readonly string[] =>
      Array.from({ length: days }, (_, index) =>
        DateTime.fromISO(date, { zone: 'utc' }).plus({ days: index }).toFormat('yyyy-MM-dd'),
      );
    const at = Date.UTC(2027, 0, 4, 12);
    const closed: Schedule = { ...office, holidays: daysFrom('2027-01-01', 11 * 366) };
    expect(addBusinessTime(closed, at, hour)).toEqual({ ok: false, failure: { kind: 'never-open' } });
    const sabbatical: Schedule = { ...office, holidays: daysFrom('2027-01-01', 9 * 365 + 2) };
    expect(shown('Europe/Berlin', valueOf(nextOpening(sabbatical, at)))).toBe('2036-01-01T09:00+01:00');
  });

  it('refuses what lies more than a hundred years ahead', () => {
    const tooFar = { ok: false, failure: { kind: 'too-far' } };
    const at = Date.UTC(2026, 10, 22);
    expect(addBusinessTime(office, at, 101 * 366 * 8 * hour)).toEqual(tooFar);
    expect(addBusinessTime(office, at, Number.POSITIVE_INFINITY)).toEqual(tooFar);
    expect(addWorkingDays(office, at, 1_000_000)).toEqual(tooFar);
  });
});

describe('working days later', () => {
  it.each<[string, string, number, string]>([
    ['Europe/Berlin', '2026-03-26T10:15', 3, '2026-03-31T10:15+02:00'],
    ['America/New_York', '2026-10-30T10:15', 3, '2026-11-04T10:15-05:00'],
    ['Asia/Kolkata', '2026-11-20T16:45', 3, '2026-11-25T16:45+05:30'],
    ['Australia/Lord_Howe', '2026-10-02T11:00', 1, '2026-10-05T11:00+11:00'],
    ['Pacific/Auckland', '2026-04-02T11:00', 3, '2026-04-07T11:00+12:00'],
    ['Africa/Cairo', '2026-04-22T11:00', 2, '2026-04-24T11:00+03:00'],
    // From a weekend the first working day is Monday.
    ['Europe/Berlin', '2026-11-21T11:00', 1, '2026-11-23T11:00+01:00'],
    // Before and after hours it is brought into the hours of the day it falls on.
    ['Europe/Berlin', '2026-11-23T06:00', 3, '2026-11-26T09:00+01:00'],
    ['Europe/Berlin', '2026-11-23T23:00', 3, '2026-11-26T17:00+01:00'],
    ['Europe/Berlin', '2026-11-21T23:00', 0, '2026-11-23T09:00+01:00'],
  ])('in %s, %s and %d of them are %s', (zone, from, days, end) => {
    expect(shown(zone, valueOf(addWorkingDays(defaultSchedule(zone), local(zone, from), days)))).toBe(end);
  });

  it('leave out holidays', () => {
    const schedule = { ...defaultSchedule('Europe/Berlin'), holidays: ['2026-12-25', '2027-01-01'] };
    const start = local('Europe/Berlin', '2026-12-23T10:00');
    expect(shown('Europe/Berlin', valueOf(addWorkingDays(schedule, start, 3)))).toBe(
      '2026-12-29T10:00+01:00',
    );
  });
});

/** The hours of a local day, given as its midnight on the wall. */
const hoursOf = (schedule: Schedule, midnight: number): readonly Hours[] => {
  const date = DateTime.fromMillis(midnight, { zone: 'utc' });
  const iso = date.toFormat('yyyy-MM-dd');
  if (schedule.holidays.includes(iso)) return [];
  const weekday = weekdays[date.weekday - 1] ?? 'mon';
  return schedule.shortened?.find((one) => one.date === iso)?.hours ?? schedule.days[weekday];
};

/**
 * The oracle: walks minute by minute with luxon's clock. Hours have begun once the clock has ever shown their start
 * or more, and have ended once it has ever shown their end. The walk begins earlier by more than any hour repeated.
 */
const openMinutes = (schedule: Schedule, from: number, until: number): readonly boolean[] => {
  const byDay = new Map<number, readonly Hours[]>();
  let highest = Number.NEGATIVE_INFINITY;
  const open: boolean[] = [];
  for (let at = from - 4 * hour; at < until; at += minuteMs) {
    const now = DateTime.fromMillis(at, { zone: schedule.zone });
    highest = Math.max(highest, at + now.offset * minuteMs);
    if (at < from) continue;
    const midnight = Math.floor(highest / dayMs) * dayMs;
    open.push(
      [midnight - dayMs, midnight].some((day) => {
        const hours = byDay.get(day) ?? hoursOf(schedule, day);
        byDay.set(day, hours);
        return hours.some(
          ({ from: start, to }) =>
            day + start * minuteMs <= highest && highest < day + (to > start ? to : to + 1_440) * minuteMs,
        );
      }),
    );
  }
  return open;
};

describe('against a walk minute by minute', () => {
  const anyHours = fc
    .tuple(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 0, max: 1_440 }))
    .filter(([from, to]) => from !== to)
    .map(([from, to]): Hours => ({ from, to }));
  const anyDays: fc.Arbitrary<Record<Weekday, readonly Hours[]>> = fc
    .tuple(...weekdays.map(() => fc.array(anyHours, { maxLength: 3 })))
    .map(([mon = [], tue = [], wed = [], thu = [], fri = [], sat = [], sun = []]) => ({
      mon,
      tue,
      wed,
      thu,
      fri,
      sat,
      sun,
    }));
  const cases = fc
    .record({
      zone: fc.constantFrom(...zones),
      days: anyDays,
      turn: fc.constantFrom(...turns),
      startMinute: fc.integer({ min: 0, max: 2 * 1_440 }),
      length: fc.integer({ min: 1, max: 2 * 1_440 }),
      holiday: fc.integer({ min: 0, max: 5 }),
      shortened: fc.tuple(fc.integer({ min: 0, max: 5 }), fc.array(anyHours, { maxLength: 2 })),
    })
    .map(({ zone, days, turn, startMinute, length, holiday, shortened: [shortDay, hours] }) => {
      const dateOf = (day: number): string =>
        DateTime.fromISO(turn, { zone: 'utc' }).plus({ days: day }).toFormat('yyyy-MM-dd');
      const from = Date.parse(`${turn}T00:00:00Z`) + startMinute * minuteMs;
      const schedule: Schedule = {
        zone,
        days,
        holidays: [dateOf(holiday)],
        shortened: [{ date: dateOf(shortDay), hours }],
      };
      return { schedule, from, until: from + length * minuteMs };
    });

  it('the same minutes are open, in every zone, on days when the clocks change, on holidays and over midnight', () => {
    fc.assert(
      fc.property(cases, ({ schedule, from, until }) => {
        const open = openMinutes(schedule, from, until);
        const count = open.filter(Boolean).length;
        expect(businessTimeBetween(schedule, from, until)).toBe(count * minuteMs);
        for (let minute = 0; minute < open.length; minute += 37)
          expect(isOpenAt(schedule, from + minute * minuteMs)).toBe(open[minute]);
        const first = open.indexOf(true);
        if (first === -1) return;
        expect(nextOpening(schedule, from)).toEqual({ ok: true, value: from + first * minuteMs });
        const last = open.lastIndexOf(true);
        expect(addBusinessTime(schedule, from, count * minuteMs)).toEqual({
          ok: true,
          value: from + (last + 1) * minuteMs,
        });
      }),
      { numRuns: 200 },
    );
  });

  it('adding time and measuring it agree to the millisecond', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 200 * hour }), ({ schedule, from }, ms) => {
        const end = addBusinessTime(schedule, from, ms);
        if (!end.ok) return;
        expect(businessTimeBetween(schedule, from, end.value)).toBe(ms);
        expect(businessTimeBetween(schedule, from, end.value - 1)).toBe(ms - 1);
      }),
    );
  });
});
