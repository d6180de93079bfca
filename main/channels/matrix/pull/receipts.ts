import type { StreamChange } from '../../kit/channel.ts';
import type { RawItem } from '../../kit/inbound.ts';
import { field, textField } from '../api/events.ts';
import { encodeItem } from '../map/raw-item.ts';
import { keyOf } from './items.ts';
import type { Memory } from './memory.ts';

/** What receipts of a room come to: items for those of others, changes where another program of ours has read. */
export type Receipts = { readonly items: readonly RawItem[]; readonly changes: readonly StreamChange[] };

/** In a large room everybody reads; so many of one answer are taken, and the next one tells the rest anew. */
const mostReaders = 30;

type Receipt = {
  readonly event: string;
  readonly reader: string;
  readonly at: number;
  readonly upTo: boolean;
  readonly own: boolean;
};

/** The entries of `m.receipt` events (client-server API, "Receipts"). Those for one thread say nothing of what is outside it. */
function receiptsIn(ephemeral: readonly unknown[], own: string): readonly Receipt[] {
  const found: Receipt[] = [];
  for (const event of ephemeral) {
    if (textField(event, 'type') !== 'm.receipt') continue;
    const content = field(event, 'content');
    for (const [id, kinds] of typeof content === 'object' && content !== null
      ? Object.entries(content)
      : []) {
      for (const kind of ['m.read', 'm.read.private']) {
        const readers: unknown = field(kinds, kind);
        if (typeof readers !== 'object' || readers === null) continue;
        for (const [reader, facts] of Object.entries(readers)) {
          const at = field(facts, 'ts');
          const thread = textField(facts, 'thread_id');
          found.push({
            event: id,
            reader,
            at: typeof at === 'number' ? at : 0,
            upTo: thread === null || thread === 'main',
            own: reader === own,
          });
        }
      }
    }
  }
  return found;
}

/** Reads the receipts of one room out of a sync. */
export function readReceipts(
  room: string,
  ephemeral: readonly unknown[],
  own: string,
  memory: Memory,
): Receipts {
  const all = receiptsIn(ephemeral, own);
  const items = all
    .filter((receipt) => !receipt.own)
    .toSorted((one, other) => other.at - one.at)
    .slice(0, mostReaders)
    .map(({ event, reader, at, upTo }): RawItem => {
      const bytes = encodeItem({
        steward: 'matrix-receipt',
        room,
        event,
        reader: { name: '', address: reader },
        at,
        upTo,
      });
      return {
        key: `${keyOf(room, event)} ${reader}`,
        bytes,
        partial: false,
        size: bytes.byteLength,
        receivedAt: at,
        seen: true,
        answered: false,
      };
    });
  const changes = all.filter((receipt) => receipt.own).flatMap((receipt) => readByUs(room, receipt, memory));
  return { items, changes };
}

/** What is unread here up to what we have read elsewhere is read. */
function readByUs(room: string, { event, at, upTo }: Receipt, memory: Memory): readonly StreamChange[] {
  if (upTo) memory.readAt.set(room, Math.max(at, memory.readAt.get(room) ?? 0));
  const unread = memory.unread.get(room) ?? [];
  const place = unread.indexOf(keyOf(room, event));
  if (place < 0) return [];
  const read = upTo ? unread.slice(0, place + 1) : unread.slice(place, place + 1);
  memory.unread.set(
    room,
    unread.filter((key) => !read.includes(key)),
  );
  return read.map((key) => ({ kind: 'flags', key, seen: true, answered: false }));
}
