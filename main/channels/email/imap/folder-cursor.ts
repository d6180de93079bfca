import * as v from 'valibot';
import type { Cursor } from '../../kit/channel.ts';
import type { UidRange } from './uid-set.ts';

const uid = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));
const digits = v.pipe(v.string(), v.regex(/^\d{1,20}$/));

const time = v.pipe(v.number(), v.integer(), v.minValue(0));

const folderProof = v.object({
  /** When the server's marks were last compared with what was told of them, and how long that is good for: ms UTC and ms. */
  at: time,
  every: time,
  /** When the messages themselves were last listed, ms UTC. */
  listedAt: time,
  /** UIDs of one block; the first block begins at UID 1. */
  width: v.pipe(uid, v.minValue(1)),
  /** What was compared, a digest for each block; empty where more has been told since. */
  blocks: v.pipe(v.array(v.pipe(v.string(), v.maxLength(16))), v.maxLength(1_024)),
});

/** What is known for certain of the marks in a folder; see docs/adr/0023-trusting-mod-sequences.md. */
export type FolderProof = v.InferOutput<typeof folderProof>;

const folderCursor = v.object({
  version: v.literal(1),
  /** The generation of the UIDs (RFC 9051 section 2.3.1.1). */
  uidValidity: digits,
  /** Every UID from here on is news. */
  uidNext: uid,
  /** HIGHESTMODSEQ of the state we know (RFC 7162), null where the server keeps none. */
  modseq: v.nullable(digits),
  /** Messages the folder held in that state. */
  exists: uid,
  /** UIDs still to be pulled, newest range first; the first import is one range from 1 up. */
  gaps: v.pipe(v.array(v.object({ low: uid, high: uid })), v.maxLength(1_000)),
  /** When the numbering changed lately, in ms UTC; bounds how often a whole folder is read again. */
  renumbered: v.pipe(v.array(v.number()), v.maxLength(100)),
  proof: v.optional(v.nullable(folderProof), null),
});

/** Where a folder stands; the state and the gaps change together with the messages they describe. */
export type FolderCursor = v.InferOutput<typeof folderCursor>;

/** A folder as the server has it now. `uidNext` is known even where the server does not say it. */
export type FolderState = {
  readonly uidValidity: string;
  readonly uidNext: number;
  readonly modseq: string | null;
  readonly exists: number;
};

/** Reads a saved cursor; null when there is none or it is of a kind we cannot read, which means from the beginning. */
export function readFolderCursor(cursor: Cursor | null): FolderCursor | null {
  const result = v.safeParse(folderCursor, cursor);
  return result.success ? result.output : null;
}

/** The range of all UIDs a state holds, as the gaps of a cursor that has pulled nothing. */
export const everything = (state: FolderState): UidRange[] =>
  state.uidNext > 1 ? [{ low: 1, high: state.uidNext - 1 }] : [];

// More than this many separate gaps means a client that is always interrupted; joining them costs a re-read, never a loss.
const mostGaps = 50;

/** Adds the UIDs between two states as the newest gap. */
export function withNews(gaps: readonly UidRange[], from: number, to: number): UidRange[] {
  if (to <= from) return [...gaps];
  const [newest, ...older] = gaps;
  const all =
    newest?.high === from - 1
      ? [{ low: newest.low, high: to - 1 }, ...older]
      : [{ low: from, high: to - 1 }, ...gaps];
  if (all.length <= mostGaps) return all;
  const kept = all.slice(0, mostGaps - 1);
  const joined = all.slice(mostGaps - 1);
  return [...kept, { low: joined.at(-1)?.low ?? 1, high: joined[0]?.high ?? 1 }];
}

/** The gaps that are left when everything from `lowest` up in the newest gap has been pulled. */
export function withoutNewest(gaps: readonly UidRange[], lowest: number): UidRange[] {
  const [newest, ...older] = gaps;
  if (newest === undefined) return [];
  return lowest <= newest.low ? older : [{ low: newest.low, high: lowest - 1 }, ...older];
}

/** The key of a message within its folder. */
export const keyOf = (uidValidity: string, uidOfMessage: number): string =>
  `${uidValidity}:${String(uidOfMessage)}`;

/** The beginning of every key of one generation. */
export const prefixOf = (uidValidity: string): string => `${uidValidity}:`;

/** Takes a key apart; null when it is not one of ours. */
export function readKey(key: string): { readonly uidValidity: string; readonly uid: number } | null {
  const match = /^(\d{1,20}):(\d{1,10})$/.exec(key);
  return match?.[1] === undefined ? null : { uidValidity: match[1], uid: Number(match[2]) };
}
