import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Cursor } from '../../kit/channel.ts';
import { isOpen } from '../api/statuses.ts';
import type { Standing } from '../api/statuses.ts';
import type { TwilioKind } from '../kinds.ts';

/** Which list: what came to our number, or what left from it. */
export type ListName = 'in' | 'out';

const second = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(36 ** 7 - 1));

const walk = v.object({
  /** Where the next page begins; both null at the top. */
  page: v.nullable(v.pipe(v.string(), v.regex(/^\d{1,9}$/))),
  token: v.nullable(v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,300}$/))),
  /** What is older was here before the walk began; null for a walk through everything. */
  until: v.nullable(second),
  /** For a sweep: only what was sent on this day (UTC) or later is asked for. */
  since: v.nullable(v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/))),
});
/** A walk down the pages of a list that takes more than one pull. */
export type Walk = v.InferOutput<typeof walk>;

const entryLength = 18;

const listCursor = v.object({
  version: v.literal(1),
  channel: v.literal('twilio'),
  list: v.picklist(['in', 'out']),
  /** What is older than this second is here; what is newer is here if it is in `known`. */
  horizon: v.nullable(second),
  /** Messages since the horizon, and older ones of ours whose fate is open: see {@link Known}. */
  known: v.pipe(
    v.string(),
    v.maxLength(8_000),
    v.check((text) => text.length % entryLength === 0),
  ),
  walk: v.nullable(walk),
});
/** Where a list stands. */
export type ListCursor = v.InferOutput<typeof listCursor>;

/** Reads a saved cursor; null when there is none or it is of a kind we cannot read, which means from the beginning. */
export function readListCursor(cursor: Cursor | null, list: ListName): ListCursor | null {
  const read = v.safeParse(listCursor, cursor);
  return read.success && read.output.list === list ? read.output : null;
}

/** One message that is here: when it was sent (s UTC) and how it stood when last looked at. */
export type KnownEntry = { readonly at: number; readonly standing: Standing };

/** Messages that are here, by {@link printOf} of their names. */
export type Known = Map<string, KnownEntry>;

/** A message's name in ten letters: 60 bits of its hash tell some hundred apart. */
export const printOf = (sid: string): string =>
  createHash('sha256').update(sid).digest('base64url').slice(0, 10);

const isStanding = (letter: string): letter is Standing => ['s', 'd', 'r', 'f'].includes(letter);

/** Reads the entries of a cursor: ten letters of print, one of standing, seven of the second in base 36. */
export function readKnown(text: string): Known {
  const known: Known = new Map();
  for (let from = 0; from < text.length; from += entryLength) {
    const entry = text.slice(from, from + entryLength);
    const standing = entry.charAt(10);
    const at = Number.parseInt(entry.slice(11), 36);
    if (isStanding(standing) && Number.isSafeInteger(at)) known.set(entry.slice(0, 10), { at, standing });
  }
  return known;
}

const written = ([print, { at, standing }]: readonly [string, KnownEntry]): string =>
  `${print}${standing}${at.toString(36).padStart(7, '0')}`;

/** Dates have whole days as their filter and seconds as their form; a day back covers what was told late. */
const overlap = 24 * 60 * 60;
/** Twilio gives up after ten hours in its queue, and phones that are off come back within days. */
const followed = 3 * 24 * 60 * 60;
/** A cursor is saved with every batch, so it stays below 4,000 letters: so many entries since the horizon, and so many open ones before. */
const mostRecent = 120;
const mostOpen = 60;

/**
 * What of the known entries is kept, and the horizon that belongs to it: the last day, but no more than {@link mostRecent}. Where that cuts
 * within a second, the whole second goes, so that what is above the horizon is always complete; only a newest second that is too full by
 * itself stays cut, and then some of it is told again.
 */
export function pruned(
  kind: TwilioKind,
  known: Known,
  horizon: number | null,
): { readonly horizon: number | null; readonly known: string } {
  const entries = [...known].sort((a, b) => b[1].at - a[1].at);
  const newest = entries[0]?.[1].at;
  if (newest === undefined) return { horizon, known: '' };
  let edge = Math.max(horizon ?? 0, newest - overlap);
  let recent = entries.filter(([, { at }]) => at >= edge);
  const cut = recent[mostRecent]?.[1].at;
  if (cut !== undefined) {
    const above = recent.filter(([, { at }]) => at > cut);
    edge = above.length > 0 ? cut + 1 : cut;
    recent = above.length > 0 ? above : recent.slice(0, mostRecent);
  }
  const kept = new Set(recent.map(([print]) => print));
  const open = entries
    .filter(
      ([print, { at, standing }]) => !kept.has(print) && isOpen(kind, standing) && at > newest - followed,
    )
    .slice(0, mostOpen);
  return { horizon: edge, known: [...recent, ...open].map(written).join('') };
}
