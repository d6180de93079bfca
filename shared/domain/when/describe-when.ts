import { dayMs, minuteMs, zoneOf } from '../business-hours/zone.ts';

/** Where and in which language a date is shown: `now` is ms UTC, `zone` an IANA zone, `locale` a BCP 47 tag. */
export type Shown = { readonly now: number; readonly zone: string; readonly locale: string };

type Unit = 'day' | 'hour' | 'minute';

/** How far off it is in its two largest units. Days are counted on the wall, so tomorrow at the same time is one day also when the clocks change. */
const distance = (at: number, { now, zone }: Shown): readonly (readonly [number, Unit])[] => {
  const { wallAt } = zoneOf(zone);
  const earlier = Math.min(at, now);
  const later = Math.max(at, now);
  const onWall = wallAt(later) - wallAt(earlier);
  const minutes = Math.round((onWall >= dayMs ? onWall : later - earlier) / minuteMs);
  const days = onWall >= dayMs ? Math.floor(minutes / 1_440) : 0;
  const hours = Math.floor((minutes - days * 1_440) / 60);
  const left: readonly (readonly [number, Unit])[] =
    days > 0
      ? [
          [days, 'day'],
          [hours, 'hour'],
        ]
      : [
          [hours, 'hour'],
          [minutes - hours * 60, 'minute'],
        ];
  const said = left.filter(([count]) => count > 0);
  return said.length === 0 ? [[0, 'minute']] : said;
};

const inWords = (at: number, shown: Shown): string => {
  const [[count, unit] = [0, 'minute'] as const, second] = distance(at, shown);
  const relative = new Intl.RelativeTimeFormat(shown.locale);
  if (at < shown.now) return relative.format(-count, unit);
  const first = relative.format(count, unit);
  if (second === undefined) return first;
  const more = new Intl.NumberFormat(shown.locale, { style: 'unit', unit: second[1], unitDisplay: 'long' });
  return `${first} ${more.format(second[0])}`;
};

/**
 * A date in full, to be shown before it is kept: "Friday 27 November 2026, 14:30 (in 4 days 21 hours)", in the
 * words and order of the locale. `readWhen` understands it again in English and German.
 */
export const describeWhen = (at: number, shown: Shown): string => {
  const date = new Intl.DateTimeFormat(shown.locale, {
    timeZone: shown.zone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  }).format(at);
  const time = new Intl.DateTimeFormat(shown.locale, {
    timeZone: shown.zone,
    timeStyle: 'short',
  }).format(at);
  return `${date}, ${time} (${inWords(at, shown)})`;
};
