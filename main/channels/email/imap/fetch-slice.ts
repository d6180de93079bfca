import type { FetchMessageObject, ImapFlow } from 'imapflow';
import type { RawItem } from '../../kit/inbound.ts';
import { keyOf } from './folder-cursor.ts';
import type { FolderState } from './folder-cursor.ts';
import { searchUids } from './folder-state.ts';
import { isRefusedCommand } from './imap-failures.ts';
import { clipUids, countUids, formatUidSet, hasUid, listUids, newestUids } from './uid-set.ts';
import type { UidRange, UidSet } from './uid-set.ts';

/** What a session remembers about a folder between two pulls; losing it costs a search, nothing else. */
export type FolderMemory = {
  /** The UIDs that exist between `low` and `high`. */
  known: { readonly low: number; readonly high: number; readonly set: UidSet } | null;
  /** Bytes of an average message here, for the size of the next slice. */
  averageSize: number;
  /** Seen and answered by UID as last told, where the server has no mod-sequences. */
  readonly flags: Map<number, number>;
  /** When flags were compared without mod-sequences, and when the folder was opened last; by the monotonic clock, in ms. */
  flagsAt: number;
  openedAt: number;
  /** Whether comparing all marks has begun and is to go on with the next pull. */
  proving: boolean;
  /** What the connection that listens has read of the newest, oldest first, until a pull takes it. */
  heard: readonly News[];
};

/** A memory of nothing. */
export const noMemory = (): FolderMemory => ({
  known: null,
  averageSize: 30_000,
  flags: new Map(),
  flagsAt: -Infinity,
  openedAt: -Infinity,
  proving: false,
  heard: [],
});

/** All messages from a UID on, newest first, as they were when the server told of some. */
export type News = {
  readonly uidValidity: string;
  readonly from: number;
  /** The UID behind the last of them. */
  readonly next: number;
  /** How many there are; drafts are among them, and not among the items. */
  readonly count: number;
  readonly items: readonly RawItem[];
};

/** Only the first MiB of a message is pulled at first: all text of nearly every mail, and no video. */
const firstBytes = 1024 * 1024;

/** The newest part of a gap. `lowest` is the UID down to which the gap is done. */
export type Slice = {
  readonly items: readonly RawItem[];
  readonly lowest: number;
  readonly withheld: boolean;
};

/** How many messages the limits allow, by the size of an average message. */
const mostOf = (limits: SliceLimits, memory: FolderMemory): number =>
  Math.min(
    limits.maxItems,
    Math.max(1, Math.floor(limits.maxBytes / Math.min(memory.averageSize, firstBytes))),
  );

/** What one slice may bring. */
type SliceLimits = { readonly maxItems: number; readonly maxBytes: number };

/**
 * The newest messages of a folder of which nothing is known but how many it holds, by their places: which numbers there are would
 * have to be searched for first. Null where the server does not give exactly what there must be, and numbers have to tell.
 */
export async function fetchLast(
  client: ImapFlow,
  { uidValidity, uidNext, exists }: FolderState,
  limits: SliceLimits,
  memory: FolderMemory,
): Promise<(Slice & { readonly fetched: number }) | null> {
  const first = Math.max(1, exists - mostOf(limits, memory) + 1);
  const rows = new NewestRows(limits.maxBytes * 2);
  let isAsExpected = true;
  try {
    for await (const row of client.fetch(`${String(first)}:${String(exists)}`, wanted)) {
      isAsExpected = row.uid < uidNext && rows.add(row) && isAsExpected;
    }
  } catch (error) {
    if (!isRefusedCommand(error)) throw error;
    return null;
  }
  if (!isAsExpected || (rows.cut === null && rows.size !== exists - first + 1)) return null;
  memory.averageSize = (memory.averageSize + rows.averageSize * 3) / 4;
  const lowest = first === 1 ? 1 : rows.lowest;
  return { items: rows.items(uidValidity), lowest: rows.cut ?? lowest, withheld: false, fetched: rows.size };
}

/** What one answer of the server may hold in memory while it is read. */
const mostHeld = 16 * 1024 * 1024;

/** All messages from a UID on in the folder that is open; null where they are too large to be had at once. */
export async function fetchNews(client: ImapFlow, uidValidity: string, from: number): Promise<News | null> {
  const rows = new NewestRows(mostHeld);
  let next = from;
  for await (const row of client.fetch(`${String(from)}:*`, wanted, { uid: true })) {
    // "from:*" also names the last message where that is before it (RFC 9051 section 6.4.8).
    if (row.uid < from || !rows.add(row)) continue;
    next = Math.max(next, row.uid + 1);
  }
  if (rows.cut !== null) return null;
  return { uidValidity, from, next, count: rows.size, items: rows.items(uidValidity) };
}

// A range this narrow is fetched as it is; a search first would only add a round trip.
const narrow = 64;

/** The UIDs that exist in a gap, from memory or by a search. */
async function uidsOf(client: ImapFlow, gap: UidRange, memory: FolderMemory): Promise<UidSet> {
  const { known } = memory;
  if (known !== null && known.low <= gap.low && gap.high <= known.high)
    return clipUids(known.set, gap.low, gap.high);
  if (gap.high - gap.low < narrow) return [gap];
  const set = await searchUids(client, gap.low, gap.high);
  memory.known = { low: gap.low, high: gap.high, set };
  return set;
}

/** Fetches the newest messages of a gap, at most `maxItems` and about `maxBytes`, newest first. */
export async function fetchSlice(
  client: ImapFlow,
  uidValidity: string,
  gap: UidRange,
  limits: SliceLimits,
  memory: FolderMemory,
): Promise<Slice> {
  const set = await uidsOf(client, gap, memory);
  const asked = newestUids(set, mostOf(limits, memory));
  if (countUids(asked) === 0) return { items: [], lowest: gap.low, withheld: false };

  const rows = new NewestRows(limits.maxBytes * 2);
  let refused = false;
  try {
    for await (const row of client.fetch(formatUidSet(asked), wanted, { uid: true })) {
      if (hasUid(asked, row.uid)) rows.add(row);
    }
  } catch (error) {
    // Exchange refuses a whole FETCH for one message that it cannot convert; the others are then asked for one by one.
    if (!isRefusedCommand(error)) throw error;
    refused = true;
  }
  const missing = rows.cut === null ? countUids(asked) - rows.size : 0;
  const withheld = missing > 0 && (await fetchSingly(client, asked, rows, refused));
  memory.averageSize = (memory.averageSize + rows.averageSize * 3) / 4;
  const lowestAsked = asked[0]?.low ?? gap.low;
  const done = lowestAsked === (set[0]?.low ?? gap.low) ? gap.low : lowestAsked;
  return { items: rows.items(uidValidity), lowest: rows.cut ?? done, withheld };
}

const wanted = {
  uid: true,
  flags: true,
  internalDate: true,
  size: true,
  source: { maxLength: firstBytes },
} as const;

// One message that cannot be read is a fault of that message; a hundred are a fault of the server, told on the next pull.
const mostSingly = 100;

/** Asks again, one by one, for messages that exist and were not given; answers whether some are still withheld. */
async function fetchSingly(
  client: ImapFlow,
  asked: UidSet,
  rows: NewestRows,
  refused: boolean,
): Promise<boolean> {
  const low = asked[0]?.low ?? 1;
  const high = asked.at(-1)?.high ?? 0;
  const there = await searchUids(client, low, high);
  const absent = listUids(there, 10_000).filter((uid) => hasUid(asked, uid) && !rows.has(uid));
  if (absent.length > mostSingly && !refused) throw new Error('the server holds messages back');
  let withheld = false;
  for (const uid of absent) {
    try {
      const row = await client.fetchOne(String(uid), wanted, { uid: true });
      if (row === false || row === undefined || !rows.add(row)) withheld = true;
    } catch (error) {
      if (!isRefusedCommand(error)) throw error;
      withheld = true;
    }
  }
  return withheld;
}

/** Rows as they arrive, oldest first; when they grow too large the oldest are let go, to be fetched again by the next slice. */
class NewestRows {
  /** The lowest UID kept once something was let go, or null. */
  cut: number | null = null;
  private bytes = 0;
  private count = 0;
  private total = 0;
  private readonly most: number;
  private readonly rows = new Map<number, FetchMessageObject & { readonly source: Buffer }>();

  constructor(most: number) {
    this.most = most;
  }

  get size(): number {
    return this.rows.size;
  }

  get lowest(): number {
    return Math.min(...this.rows.keys());
  }

  get averageSize(): number {
    return this.count === 0 ? 0 : this.total / this.count;
  }

  has(uid: number): boolean {
    return this.rows.has(uid);
  }

  /** Takes a row; false when it has no body, as news about flags that come in between. */
  add(row: FetchMessageObject): boolean {
    const { source } = row;
    if (source === undefined) return false;
    if (this.rows.has(row.uid)) return true;
    this.rows.set(row.uid, Object.assign(row, { source }));
    this.bytes += source.length;
    this.total += source.length;
    this.count += 1;
    while (this.bytes > this.most && this.rows.size > 1) this.dropLowest();
    return true;
  }

  items(uidValidity: string): readonly RawItem[] {
    return (
      [...this.rows.values()]
        .filter((row) => this.cut === null || row.uid >= this.cut)
        .sort((a, b) => b.uid - a.uid)
        // A draft is nobody's message yet; Gmail's All Mail holds them among the others.
        .filter((row) => row.flags?.has('\\Draft') !== true)
        .map((row) => itemOf(uidValidity, row))
    );
  }

  private dropLowest(): void {
    const { lowest } = this;
    this.bytes -= this.rows.get(lowest)?.source.length ?? 0;
    this.rows.delete(lowest);
    this.cut = this.lowest;
  }
}

function itemOf(uidValidity: string, row: FetchMessageObject & { readonly source: Buffer }): RawItem {
  // RFC822.SIZE is a guess on some servers (Exchange); the bytes themselves are not.
  const partial = row.source.length >= firstBytes;
  const received = row.internalDate === undefined ? NaN : new Date(row.internalDate).getTime();
  return {
    key: keyOf(uidValidity, row.uid),
    bytes: row.source,
    partial,
    size: partial ? Math.max(row.size ?? 0, row.source.length) : row.source.length,
    receivedAt: Number.isNaN(received) ? null : received,
    seen: row.flags?.has('\\Seen') ?? false,
    answered: row.flags?.has('\\Answered') ?? false,
  };
}
