import type { Batch, Cursor } from '../../kit/channel.ts';
import type { RawItem } from '../../kit/inbound.ts';
import { readCursor } from './cursor.ts';
import type { UpdatesCursor } from './cursor.ts';
import { itemsOf, movedBy } from './update-item.ts';
import type { Moved } from './update-item.ts';
import type { UpdateQueue } from './update-queue.ts';

/** "Incoming updates are stored on the server until the bot receives them, but not longer than 24 hours" (getting updates). */
const keptForMs = 24 * 60 * 60_000;

/** What is pulled, and how. */
type PullRequest = {
  readonly bot: string;
  readonly cursor: Cursor | null;
  readonly maxItems: number;
  readonly maxBytes: number;
  /** Whether the server is to be asked though a poll is under way that would have told. */
  readonly ask: boolean;
  readonly now: number;
};

/** The next batch: from what a poll has brought, or else from the server. */
export async function pullUpdates(
  queue: UpdateQueue,
  request: PullRequest,
  signal: AbortSignal,
): Promise<Batch> {
  const cursor = readCursor(request.cursor);
  queue.begin(cursor);
  let looked = !request.ask && queue.heardAt !== null;
  for (;;) {
    const hasNews = queue.after(cursor).length > 0;
    if (hasNews || (looked && !queue.hasMore)) return batchOf(queue, cursor, request);
    if (looked && !queue.canGoOn) await queue.commitTold(signal);
    else await queue.look(signal);
    looked = true;
  }
}

function batchOf(queue: UpdateQueue, cursor: UpdatesCursor | null, request: PullRequest): Batch {
  const told = queue.after(cursor);
  const heardAt = queue.heardAt ?? request.now;
  const items: RawItem[] = [];
  let moved: readonly Moved[] = cursor?.moved ?? [];
  let size = 0;
  let taken = 0;
  for (const update of told) {
    const next = movedBy(update, moved);
    const made = itemsOf(update, { bot: request.bot, heardAt, moved: next });
    size += made.reduce((sum, item) => sum + item.size, 0);
    const over = items.length + made.length > request.maxItems || size > request.maxBytes;
    if (over && taken > 0) break;
    items.push(...made);
    moved = next;
    taken += 1;
  }
  const last = told[taken - 1]?.update_id;
  const next: UpdatesCursor = {
    version: 1,
    offset: last === undefined ? (cursor?.offset ?? null) : last + 1,
    at: heardAt,
    moved: [...moved.map(([now, first]): [string, string] => [now, first])],
  };
  const isLate = cursor !== null && heardAt - cursor.at > keptForMs;
  return {
    items,
    changes: [],
    next,
    more: taken < told.length || queue.hasMore,
    onServer: null,
    remaining: null,
    gap: isLate ? { reason: 'expired-at-server', from: cursor.at } : null,
  };
}
