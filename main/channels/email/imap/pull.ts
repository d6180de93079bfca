import type { ImapFlow } from 'imapflow';
import type { Clock } from '#shared/kit/ports.ts';
import type { Batch, Cursor, StreamChange } from '../../kit/channel.ts';
import type { RawItem } from '../../kit/inbound.ts';
import { ChannelError, failure } from '../../kit/failure.ts';
import { fetchLast, fetchSlice } from './fetch-slice.ts';
import type { FolderMemory, News, Slice } from './fetch-slice.ts';
import { readChanges, whatIsPresent } from './folder-changes.ts';
import { everything, prefixOf, readFolderCursor, withNews, withoutNewest } from './folder-cursor.ts';
import type { FolderCursor, FolderProof, FolderState } from './folder-cursor.ts';
import { withoutProofOf } from './folder-proof.ts';
import { openFolder } from './folder-state.ts';
import { clipUids, countUids } from './uid-set.ts';

/** What to pull. */
export type PullRequest = {
  readonly stream: string;
  readonly cursor: Cursor | null;
  readonly limits: { readonly maxItems: number; readonly maxBytes: number; readonly check: boolean };
  readonly clock: Clock;
  /** The server, for failures. */
  readonly where: string;
};

// During an import the folder is opened again only after this long: news may wait five seconds, ten thousand slices may not.
const betweenLooks = 5_000;
const hour = 3_600_000;
// Three new numberings within an hour mean a server that will never settle; reading everything again would go on for ever.
const mostRenumberings = 3;

/** Brings one folder forward by one slice: first what happened to what is here, then news, then older mail downwards. */
export async function pullFolder(
  client: ImapFlow,
  request: PullRequest,
  memory: FolderMemory,
): Promise<Batch> {
  const before = readFolderCursor(request.cursor);
  const now = request.clock.monotonic();
  const news = memory.heard;
  memory.heard = [];
  const heard = before === null || request.limits.check ? null : takeHeard(before, news);
  if (heard !== null) return heard;
  if (before !== null && canGoOn(client, before, request, memory, now)) {
    return pullGaps(client, before, [], request, memory);
  }
  const state = await openFolder(client, request.stream, before?.uidNext ?? 0);
  memory.openedAt = now;
  if (before === null) return pullFirst(client, state, request, memory);
  if (state.uidValidity !== before.uidValidity) {
    forget(memory);
    const changes: StreamChange[] = [{ kind: 'renumbered', prefix: prefixOf(state.uidValidity) }];
    const next = cursorOf(state, everything(state), countRenumbering(before, request), null);
    return pullGaps(client, next, changes, request, memory);
  }
  if (state.uidNext < before.uidNext) return startOver(client, before, state, request, memory);
  const look = { check: request.limits.check, now: request.clock.now(), elapsed: now };
  const { changes, proof, isWhole } = await readChanges(client, before, state, memory, look);
  const gaps = withNews(before.gaps, before.uidNext, state.uidNext);
  const next = cursorOf(state, gaps, before.renumbered, proof);
  const batch = await pullGaps(client, next, changes, request, memory);
  return isWhole ? batch : { ...batch, more: true };
}

/**
 * What the connection that listens has read already, where it begins where the cursor ends. There is more: how the folder stands otherwise
 * is asked with the next pull, from the same mod-sequence.
 */
function takeHeard(before: FolderCursor, heard: readonly News[]): Batch | null {
  if (before.gaps.length > 0) return null;
  let next = before;
  let items: readonly RawItem[] = [];
  for (const news of heard) {
    if (news.uidValidity !== next.uidValidity || news.from !== next.uidNext) continue;
    items = [...news.items, ...items];
    next = {
      ...next,
      uidNext: news.next,
      exists: next.exists + news.count,
      proof: withoutProofOf(next.proof, [], { low: news.from, high: news.next - 1 }),
    };
  }
  if (next === before) return null;
  return { items, changes: [], next, more: true, onServer: next.exists, remaining: 0, gap: null };
}

/** The newest of a folder that was never pulled. */
async function pullFirst(
  client: ImapFlow,
  state: FolderState,
  request: PullRequest,
  memory: FolderMemory,
): Promise<Batch> {
  const cursor = cursorOf(state, everything(state), [], null);
  const slice = state.exists === 0 ? null : await fetchLast(client, state, request.limits, memory);
  if (slice === null) return pullGaps(client, cursor, [], request, memory);
  const gaps = withoutNewest(cursor.gaps, slice.lowest);
  return {
    ...batchOf({ ...cursor, gaps }, [], slice),
    // What there is less what came; drafts that are left out came too.
    remaining: gaps.length === 0 ? 0 : state.exists - slice.fetched,
  };
}

/** UIDNEXT went back under the same UIDVALIDITY: a restored backup. UIDs may name other messages now, so all are read again. */
async function startOver(
  client: ImapFlow,
  before: FolderCursor,
  state: FolderState,
  request: PullRequest,
  memory: FolderMemory,
): Promise<Batch> {
  forget(memory);
  const renumbered = countRenumbering(before, request);
  const changes = [await whatIsPresent(client, state)];
  const next = cursorOf(state, everything(state), renumbered, null);
  return pullGaps(client, next, changes, request, memory);
}

const forget = (memory: FolderMemory): void => {
  memory.known = null;
  memory.flags.clear();
  memory.proving = false;
  memory.heard = [];
};

const cursorOf = (
  state: FolderState,
  gaps: FolderCursor['gaps'],
  renumbered: readonly number[],
  proof: FolderProof | null,
): FolderCursor => ({
  version: 1,
  ...state,
  gaps,
  renumbered: [...renumbered],
  proof,
});

function canGoOn(
  client: ImapFlow,
  before: FolderCursor,
  request: PullRequest,
  memory: FolderMemory,
  now: number,
): boolean {
  return (
    before.gaps.length > 0 &&
    !request.limits.check &&
    now - memory.openedAt < betweenLooks &&
    client.mailbox !== false &&
    client.mailbox.path === request.stream &&
    String(client.mailbox.uidValidity) === before.uidValidity
  );
}

function countRenumbering(before: FolderCursor, request: PullRequest): readonly number[] {
  const now = request.clock.now();
  const recent = before.renumbered.filter((at) => at <= now && now - at < hour);
  if (recent.length >= mostRenumberings) {
    throw new ChannelError(failure('protocol', request.where, { said: 'UIDVALIDITY' }));
  }
  return [...recent, now];
}

async function pullGaps(
  client: ImapFlow,
  cursor: FolderCursor,
  changes: readonly StreamChange[],
  request: PullRequest,
  memory: FolderMemory,
): Promise<Batch> {
  let gaps = cursor.gaps;
  let slice: Slice = { items: [], lowest: 0, withheld: false };
  // Ranges without messages are passed over, but only so many in one call.
  for (let tries = 0; tries < 20 && slice.items.length === 0 && !slice.withheld; tries += 1) {
    const newest = gaps[0];
    if (newest === undefined) break;
    slice = await fetchSlice(client, cursor.uidValidity, newest, request.limits, memory);
    gaps = withoutNewest(gaps, slice.lowest);
  }
  return { ...batchOf({ ...cursor, gaps }, changes, slice), remaining: countRemaining(gaps, memory) };
}

const batchOf = (
  next: FolderCursor,
  changes: readonly StreamChange[],
  { items, withheld }: Slice,
): Omit<Batch, 'remaining'> => ({
  items,
  changes,
  next,
  more: next.gaps.length > 0,
  onServer: next.exists,
  gap: withheld ? { reason: 'withheld-by-server', from: null } : null,
});

/** Messages still to be pulled, where that is known without asking. */
function countRemaining(gaps: FolderCursor['gaps'], memory: FolderMemory): number | null {
  let sum = 0;
  for (const gap of gaps) {
    const { known } = memory;
    if (known !== null && known.low <= gap.low && gap.high <= known.high) {
      sum += countUids(clipUids(known.set, gap.low, gap.high));
    } else if (gap.high - gap.low < 64) sum += gap.high - gap.low + 1;
    else return null;
  }
  return sum;
}
