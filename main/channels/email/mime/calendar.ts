import ICAL from 'ical.js';
import { readAddresses } from './addresses.ts';
import type { CalendarPart, CalendarTime, MailAddress } from './mail-types.ts';

const longestLine = 1000;
const longestDescription = 10_000;

/** What Outlook calls zones, for those seen most in mail (Unicode CLDR windowsZones, territory 001). */
const windowsZones: Readonly<Record<string, string>> = {
  'w. europe standard time': 'Europe/Berlin',
  'romance standard time': 'Europe/Paris',
  'central europe standard time': 'Europe/Budapest',
  'central european standard time': 'Europe/Warsaw',
  'gmt standard time': 'Europe/London',
  'greenwich standard time': 'Atlantic/Reykjavik',
  'gtb standard time': 'Europe/Bucharest',
  'fle standard time': 'Europe/Kyiv',
  'e. europe standard time': 'Europe/Chisinau',
  'russian standard time': 'Europe/Moscow',
  'turkey standard time': 'Europe/Istanbul',
  'israel standard time': 'Asia/Jerusalem',
  'eastern standard time': 'America/New_York',
  'central standard time': 'America/Chicago',
  'mountain standard time': 'America/Denver',
  'us mountain standard time': 'America/Phoenix',
  'pacific standard time': 'America/Los_Angeles',
  'alaskan standard time': 'America/Anchorage',
  'hawaiian standard time': 'Pacific/Honolulu',
  'atlantic standard time': 'America/Halifax',
  'e. south america standard time': 'America/Sao_Paulo',
  'argentina standard time': 'America/Buenos_Aires',
  'central standard time (mexico)': 'America/Mexico_City',
  'south africa standard time': 'Africa/Johannesburg',
  'egypt standard time': 'Africa/Cairo',
  'arab standard time': 'Asia/Riyadh',
  'arabian standard time': 'Asia/Dubai',
  'india standard time': 'Asia/Kolkata',
  'se asia standard time': 'Asia/Bangkok',
  'china standard time': 'Asia/Shanghai',
  'singapore standard time': 'Asia/Singapore',
  'tokyo standard time': 'Asia/Tokyo',
  'korea standard time': 'Asia/Seoul',
  'aus eastern standard time': 'Australia/Sydney',
  'e. australia standard time': 'Australia/Brisbane',
  'cen. australia standard time': 'Australia/Adelaide',
  'w. australia standard time': 'Australia/Perth',
  'new zealand standard time': 'Pacific/Auckland',
  utc: 'UTC',
};

function oneLine(value: unknown, max: number): string {
  return typeof value === 'string'
    ? value
        .slice(0, max)
        .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
        .trim()
    : '';
}

function manyLines(value: unknown): string {
  return typeof value === 'string'
    ? value
        .slice(0, longestDescription)
        .replace(/\r\n?/g, '\n')
        .replace(/[^\P{Cc}\n\t]/gu, '')
        .trim()
    : '';
}

/** Milliseconds from UTC of a named zone at an instant, or null for a name the platform does not know. */
function zoneOffset(zone: string, at: number): number | null {
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      timeZoneName: 'longOffset',
    }).formatToParts(at);
    const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
    const match = /^GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name);
    if (!match) return null;
    const minutes = Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
    return (match[1] === '-' ? -minutes : minutes) * 60_000;
  } catch {
    return null;
  }
}

function timeOf(property: ICAL.Property | null): CalendarTime | null {
  const value: unknown = property?.getFirstValue();
  if (!property || !(value instanceof ICAL.Time)) return null;
  const { year, month, day, hour, minute, second } = value;
  const utc = Date.UTC(year, month - 1, day, hour, minute, second);
  if (!Number.isFinite(utc)) return null;
  const local = new Date(utc).toISOString().slice(0, 19);
  if (value.isDate) return { kind: 'day', day: local.slice(0, 10) };
  if (value.toString().endsWith('Z')) return { kind: 'instant', at: utc };
  const tzid = oneLine(property.getParameter('tzid'), 200);
  const zone =
    windowsZones[tzid.toLowerCase()] ?? tzid.replace(/^\/[^/]+\/(?:[^/]+\/)?(?=[A-Z][a-z]+\/)/, '');
  const offset = zone === '' ? null : zoneOffset(zone, utc);
  if (offset === null) return { kind: 'floating', local };
  // The offset at the local time read as UTC may be that of the other side of a clock change: look again at the result.
  return { kind: 'instant', at: utc - (zoneOffset(zone, utc - offset) ?? offset) };
}

function organiserOf(property: ICAL.Property | null): MailAddress | null {
  if (!property) return null;
  const written = oneLine(property.getFirstValue(), longestLine).replace(/^mailto:/i, '');
  const [mailbox] = readAddresses(`<${written.replace(/[<>]/g, '')}>`, 1).addresses;
  const name = oneLine(property.getParameter('cn'), 300);
  return mailbox?.address.includes('@') === true
    ? { name, address: mailbox.address }
    : name === ''
      ? null
      : { name, address: '' };
}

/**
 * The first event (or task) of a calendar part (RFC 5545) as plain text; recurrences are not expanded and time zone rules
 * in the part are not run, because both may be written to never end. Null when it is no calendar.
 */
export function readCalendar(text: string, methodParam: string | null): CalendarPart | null {
  try {
    const parsed: unknown = ICAL.parse(text);
    if (!Array.isArray(parsed)) return null;
    const calendar = new ICAL.Component(parsed);
    const component = calendar.getFirstSubcomponent('vevent') ?? calendar.getFirstSubcomponent('vtodo');
    if (!component) return null;
    const method = oneLine(calendar.getFirstPropertyValue('method') ?? methodParam, 50).toUpperCase();
    const uid = oneLine(component.getFirstPropertyValue('uid'), longestLine);
    return {
      method: method === '' ? null : method,
      uid: uid === '' ? null : uid,
      summary: oneLine(component.getFirstPropertyValue('summary'), longestLine),
      description: manyLines(component.getFirstPropertyValue('description')),
      start: timeOf(component.getFirstProperty('dtstart')),
      end: timeOf(component.getFirstProperty('dtend') ?? component.getFirstProperty('due')),
      location: oneLine(component.getFirstPropertyValue('location'), longestLine),
      organiser: organiserOf(component.getFirstProperty('organizer')),
    };
  } catch {
    return null;
  }
}
