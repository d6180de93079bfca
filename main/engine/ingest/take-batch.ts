import type { Batch } from '#main/channels/kit/channel.ts';
import { ownAddresses } from '../store/read/account.ts';
import type { ConnectedAccount, PulledStream } from '../store/read/account.ts';
import type { Arrival, Ingested } from '../actions/ingest/intake.ts';
import type { OutboxId } from '#shared/kit/brand.ts';
import type { Workspace } from '../workspace.ts';
import type { ParsedItem } from './parsed-item.ts';

/** One transaction takes some 25 ms with this many messages, so that what a person waits for waits no longer. */
const slice = 64;
/** So many sources are put away in some 30 ms. */
const putAtOnce = 128;
const nothing = new Uint8Array();

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

/** Puts the sources of a pull of many slices away with one wait for the disk; those of a short pull go with their slice. */
const putAway = async (
  { writer }: Workspace,
  { id, kind }: ConnectedAccount,
  items: readonly ParsedItem[],
): Promise<readonly ParsedItem[]> => {
  const done: ParsedItem[] = [];
  for (let from = 0; from < items.length; from += putAtOnce) {
    const some = items.slice(from, from + putAtOnce);
    const sources = await writer.run(
      'ingest.sources',
      { account: id, channel: kind, items: some },
      'background',
    );
    done.push(...some.map((item, place) => ({ ...item, bytes: nothing, ...sources[place] })));
  }
  return done;
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

/**
 * Parses what one pull brought and commits it, a slice at a time; the cursor goes with the last slice, so that a crash
 * in between pulls the rest again and changes nothing by it.
 */
export const takeBatch = async (
  workspace: Workspace,
  account: ConnectedAccount,
  stream: PulledStream,
  batch: Batch,
): Promise<{ readonly arrived: readonly Arrival[] }> => {
  const read = await parse(workspace, account, stream, batch);
  const parsed = read.length <= slice ? read : await putAway(workspace, account, read);
  const arrived: Arrival[] = [];
  const live = stream.importedAt !== null && parsed.length <= slice;
  for (let from = 0; from === 0 || from < parsed.length; from += slice) {
    const last = from + slice >= parsed.length;
    const held = Math.max(0, parsed.length - from - slice);
    const taken: Ingested = await workspace.writer.run(
      'ingest.batch',
      {
        account: account.id,
        channel: account.kind,
        stream: stream.name,
        role: stream.role,
        own: ownAddresses(workspace.db, account.kind),
        items: live ? parsed : inOrder(parsed.slice(from, from + slice)),
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
