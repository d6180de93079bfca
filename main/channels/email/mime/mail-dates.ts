const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Hours from UTC of the zone names RFC 5322 section 4.3 knows, and those mailers still write. */
const zoneHours: Readonly<Record<string, number>> = {
  ut: 0,
  utc: 0,
  gmt: 0,
  z: 0,
  wet: 0,
  west: 1,
  bst: 1,
  cet: 1,
  met: 1,
  mez: 1,
  cest: 2,
  mest: 2,
  mesz: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  ist: 5.5,
  jst: 9,
  kst: 9,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
};

/** Mail is younger than 1970 and a date past this year is a broken clock. */
const latestYear = 2100;

function offsetMinutes(zone: string): number {
  const numeric = /^([+-])(\d{1,2}):?(\d{2})$/.exec(zone);
  if (numeric) {
    const minutes = Number(numeric[2]) * 60 + Number(numeric[3]);
    if (minutes > 15 * 60) return 0;
    return numeric[1] === '-' ? -minutes : minutes;
  }
  return (zoneHours[zone.toLowerCase()] ?? 0) * 60;
}

function fullYear(written: string): number {
  const year = Number(written);
  if (written.length >= 4) return year;
  // RFC 5322 section 4.3: two digits below 50 are 2000-2049, other two and all three digits count from 1900.
  return written.length === 2 && year < 50 ? 2000 + year : 1900 + year;
}

function instant(
  year: number,
  month: number,
  day: number,
  clock: readonly number[],
  offset: number,
): number | null {
  const [hour = 0, minute = 0, second = 0] = clock;
  if (year < 1970 || year > latestYear || month < 0 || day < 1 || day > 31) return null;
  if (hour > 24 || minute > 59 || second > 61) return null;
  const at = Date.UTC(year, month, day, hour, minute, Math.min(second, 59)) - offset * 60_000;
  return Number.isFinite(at) ? at : null;
}

const clockPattern = String.raw`(?:,?\s+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d{1,9})?\s*([ap]m)?)?`;
const zonePattern = String.raw`(?:\s*([+-]\d{1,2}:?\d{2}|[a-z]{1,5}))?`;
const dayFirst = new RegExp(
  String.raw`(\d{1,2})[\s./-]+([a-z]{3})[a-z]{0,6}\.?,?[\s./-]+(\d{2,4})${clockPattern}${zonePattern}`,
  'i',
);
const iso = new RegExp(
  String.raw`(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:t|\s+)?(?:(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d{1,9})?)?\s*(z|[+-]\d{1,2}:?\d{2})?`,
  'i',
);
const asctime =
  /([a-z]{3})[a-z]{0,6}\s+(\d{1,2}),?\s+(?:(\d{1,2}):(\d{2})(?::(\d{2}))?\s+)?(?:([a-z]{1,5}|[+-]\d{4})\s+)?(\d{4})/i;

function clockOf(
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  half?: string,
): readonly number[] {
  let hours = Number(hour ?? 0);
  if (half !== undefined) hours = (hours % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  return [hours, Number(minute ?? 0), Number(second ?? 0)];
}

/**
 * Milliseconds UTC of a Date value (RFC 5322 section 3.3, its obsolete forms, asctime and ISO 8601), or null when it
 * makes no sense or lies outside 1970-2100.
 */
export function readMailDate(value: string | null): number | null {
  if (value === null) return null;
  const line = value
    .slice(0, 200)
    .replace(/\([^()]{0,100}\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 100);
  const rfc = dayFirst.exec(line);
  if (rfc) {
    const month = months.indexOf((rfc[2] ?? '').toLowerCase());
    const clock = clockOf(rfc[4], rfc[5], rfc[6], rfc[7]);
    if (month !== -1)
      return instant(fullYear(rfc[3] ?? ''), month, Number(rfc[1]), clock, offsetMinutes(rfc[8] ?? ''));
  }
  const isoDate = iso.exec(line);
  if (isoDate) {
    const clock = clockOf(isoDate[4], isoDate[5], isoDate[6]);
    return instant(
      Number(isoDate[1]),
      Number(isoDate[2]) - 1,
      Number(isoDate[3]),
      clock,
      offsetMinutes(isoDate[7] ?? ''),
    );
  }
  const unix = asctime.exec(line);
  if (unix) {
    const month = months.indexOf((unix[1] ?? '').toLowerCase());
    if (month === -1) return null;
    return instant(
      Number(unix[7]),
      month,
      Number(unix[2]),
      clockOf(unix[3], unix[4], unix[5]),
      offsetMinutes(unix[6] ?? ''),
    );
  }
  return null;
}

/** The date of the topmost Received header that has one (RFC 5321 section 4.4: behind the last semicolon): the hop nearest to us. */
export function newestReceived(received: readonly string[]): number | null {
  for (const value of received) {
    const semicolon = value.lastIndexOf(';');
    const at = semicolon === -1 ? null : readMailDate(value.slice(semicolon + 1));
    if (at !== null) return at;
  }
  return null;
}
