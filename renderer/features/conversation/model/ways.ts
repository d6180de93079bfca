import type { Correspondent } from '#shared/domain/message.ts';
import type { MessageItem, TimelineRow } from './expanded.ts';

/** From here on the conversation goes another way: by another channel, with this address of the other side. */
export type WayRow = {
  readonly kind: 'way';
  readonly key: string;
  readonly channel: string;
  readonly other: Correspondent | null;
};

const otherSide = ({ direction, from, to }: MessageItem): Correspondent | null =>
  direction === 'in' ? from : (to[0] ?? null);

const messagesOf = (row: TimelineRow): readonly MessageItem[] => {
  const items = row.kind === 'item' ? [row.item] : row.items;
  return items.filter((item) => item.kind === 'message');
};

const goesSeveralWays = (rows: readonly TimelineRow[]): boolean =>
  new Set(rows.flatMap(messagesOf).map(({ channel }) => channel)).size > 1;

/** Puts a line before every row that begins by another channel than what was said before it. */
export const withWays = (rows: readonly TimelineRow[]): readonly (TimelineRow | WayRow)[] => {
  if (!goesSeveralWays(rows)) return rows;
  let channel: string | null = null;
  return rows.flatMap((row): readonly (TimelineRow | WayRow)[] => {
    const messages = messagesOf(row);
    const [first] = messages;
    const before = channel;
    channel = messages.at(-1)?.channel ?? channel;
    if (first === undefined || before === null || first.channel === before) return [row];
    return [{ kind: 'way', key: first.id, channel: first.channel, other: otherSide(first) }, row];
  });
};
