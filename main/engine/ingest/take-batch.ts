import type { Batch } from '#main/channels/kit/channel.ts';
import { ownAddresses } from '../store/read/account.ts';
import type { ConnectedAccount, PulledStream } from '../store/read/account.ts';
import type { Arrival, Ingested } from '../actions/ingest/intake.ts';
import type { OutboxId } from '#shared/kit/brand.ts';
import type { Workspace } from '../workspace.ts';
import type { ParsedItem } from './parsed-item.ts';
import { putAway } from './put-away.ts';
import type { Put } from './put-away.ts';

/** One transaction takes some 25 ms with this many messages, so that what a person waits for waits no longer. */
const slice = 64;

const trustedAuthserv = (account: ConnectedAccount): string | null => {
  const value = account.settings['authserv'];
  return typeof value === 'string' && value !== '' ? value : null;
};

const parse = async (
  workspace: Workspace,
  account: ConnectedAccount,
  stream: PulledStream,
  batch: Batch,
): Promise<readonly ParsedItem[]> => {
  if (batch.items.length === 0) return [];
  const results = await workspace.parser.map(account.kind, batch.items, {
    own: ownAddresses(workspace.db, account.kind),
    streamRole: stream.role,
    trustedAuthserv: trustedAuthserv(account),
    now: workspace.clock.now(),
  });
  return batch.items.map(({ key, seen, answered, partial, size, bytes }, index) => {
    const result = results[index] ?? { kind: 'unreadable', key, reason: 'crashed' };
    return { key, seen, answered, partial, size, bytes, result };
  });
};

/**
 * A slice in the order in which it was written, as far as it is all messages: rows of the same time lie together then, and pages fill up.
 * What refers to a message stays behind it.
 */
export const inOrder = (items: readonly ParsedItem[]): readonly ParsedItem[] => {
  const at = ({ result }: ParsedItem): number => (result.kind === 'message' ? result.at : Number.NaN);
  if (items.some((item) => Number.isNaN(at(item)))) return items;
  return items.toSorted((one, other) => at(one) - at(other));
};

/** Whether a pull found everything as it is kept already, as most looks at a quiet account do: then there is nothing to write. */
export const bringsNothing = (stream: PulledStream, batch: Batch): boolean =>
  stream.importedAt !== null &&
  batch.items.length === 0 &&
  batch.changes.length === 0 &&
  !batch.more &&
  batch.gap === null &&
  (batch.onServer === null || batch.onServer === stream.onServer) &&
  (batch.remaining === null || batch.remaining === stream.remaining) &&
  JSON.stringify(batch.next) === JSON.stringify(stream.cursor);

/** What a pull brought, as far as it goes without the writer: understood, and where it is large its sources put away. */
export type ReadBatch = { readonly batch: Batch; readonly items: readonly ParsedItem[]; readonly put: Put };

const nothingPut: Put = new Map();

/** Whether a pull has many slices: then its sources are put away before, and the next one is read while they are taken in. */
export const isLarge = ({ items }: Batch): boolean => items.length > slice;

/** Understands what one pull brought. */
export const parseBatch = async (
  workspace: Workspace,
  account: ConnectedAccount,
  stream: PulledStream,
  batch: Batch,
): Promise<ReadBatch> => ({ batch, items: await parse(workspace, account, stream, batch), put: nothingPut });

/** Puts the sources of a large pull away. `before` is what pulls put away that may not be committed yet. */
export const putBatchAway = async (
  workspace: Workspace,
  account: ConnectedAccount,
  read: ReadBatch,
  before: readonly Put[],
): Promise<ReadBatch> => {
  if (!isLarge(read.batch)) return read;
  const whose = { account: account.id, channel: account.kind };
  return { ...read, ...(await putAway(workspace, whose, read.items, before)) };
};

/** Where a pull stands among those of one stream that are taken in one behind the other. */
export type PlaceInRun = { readonly isFirst: boolean; readonly isLast: boolean };

const alone: PlaceInRun = { isFirst: true, isLast: true };

/**
 * Commits what was read, a slice at a time; the cursor goes with the last slice, so that a crash in between pulls the rest again and
 * changes nothing by it.
 */
export const commitBatch = async (
  workspace: Workspace,
  account: ConnectedAccount,
  stream: PulledStream,
  { batch, items }: ReadBatch,
  run: PlaceInRun = alone,
): Promise<{ readonly arrived: readonly Arrival[] }> => {
  const arrived: Arrival[] = [];
  const live = stream.importedAt !== null && items.length <= slice;
  for (let from = 0; from === 0 || from < items.length; from += slice) {
    const last = from + slice >= items.length;
    const held = Math.max(0, items.length - from - slice);
    const taken: Ingested = await workspace.writer.run(
      'ingest.batch',
      {
        account: account.id,
        channel: account.kind,
        stream: stream.name,
        role: stream.role,
        own: ownAddresses(workspace.db, account.kind),
        items: live ? items : inOrder(items.slice(from, from + slice)),
        continues: from > 0 || !run.isFirst,
        followed: !last || !run.isLast,
        changes: last ? batch.changes : [],
        next: last ? batch.next : null,
        more: batch.more,
        onServer: batch.onServer,
        remaining: batch.remaining === null ? null : batch.remaining + held,
        gap: batch.gap,
      },
      live ? 'interactive' : 'background',
    );
    arrived.push(...taken.arrived);
    for (const echo of taken.echoes) {
      if (echo.vouched) await workspace.writer.run('outbox.echoed', { id: echo.clientId as OutboxId });
    }
  }
  return { arrived };
};

/** Reads and commits what one pull brought. */
export const takeBatch = async (
  workspace: Workspace,
  account: ConnectedAccount,
  stream: PulledStream,
  batch: Batch,
): Promise<void> => {
  const read = await parseBatch(workspace, account, stream, batch);
  await commitBatch(workspace, account, stream, await putBatchAway(workspace, account, read, []));
};
