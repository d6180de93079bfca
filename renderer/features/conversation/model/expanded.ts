import type { TimelineItem } from '#shared/contract/conversations.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import { isSmall } from './event-values.ts';
import type { EventItem } from './event-values.ts';

/** Which messages are open. Decided once for each message, when it is first seen, and afterwards by the agent alone. */
export type Expanded = ReadonlyMap<MessageId, boolean>;

/** A message of the timeline. */
export type MessageItem = Extract<TimelineItem, { kind: 'message' }>;

const wantsAttention = (item: MessageItem): boolean =>
  !item.seen ||
  item.delivery?.kind === 'failed' ||
  item.delivery?.kind === 'unknown' ||
  item.delivery?.kind === 'queued';

/** Decides for messages that were not there before: the newest and those that want attention are open, others one line. */
export const expandNew = (before: Expanded, items: readonly TimelineItem[]): Expanded => {
  const messages = items.filter((item) => item.kind === 'message');
  const fresh = messages.filter((item) => !before.has(item.id));
  if (fresh.length === 0) return before;
  const newest = messages.at(-1);
  const after = new Map(before);
  for (const item of fresh) after.set(item.id, item === newest || wantsAttention(item));
  return after;
};

/** A run of one-line messages shorter than this is not worth folding. */
const shortestRun = 5;

/** What the timeline draws: an entry, small events that share a line, or a run of old messages behind one line. */
export type TimelineRow =
  | { readonly kind: 'item'; readonly item: TimelineItem }
  | { readonly kind: 'events'; readonly items: readonly EventItem[] }
  | { readonly kind: 'folded'; readonly key: string; readonly items: readonly TimelineItem[] };

const isQuiet = (item: TimelineItem, expanded: Expanded): boolean =>
  // A note was said like a message, and is never put away.
  item.kind === 'event' ? item.event !== 'note.added' : expanded.get(item.id) !== true;

/** Puts long runs of closed messages behind one line each; the first message and the last of a run stay visible. */
export const foldRuns = (
  items: readonly TimelineItem[],
  expanded: Expanded,
  opened: ReadonlySet<string>,
): readonly TimelineRow[] => {
  const rows: TimelineRow[] = [];
  let run: TimelineItem[] = [];
  const close = (): void => {
    const [first, ...inner] = run;
    const last = inner.pop();
    const key = first?.id ?? '';
    const messages = inner.filter((item) => item.kind === 'message').length;
    if (messages < shortestRun || opened.has(key) || first === undefined || last === undefined)
      rows.push(...run.map((item) => ({ kind: 'item' as const, item })));
    else
      rows.push(
        { kind: 'item', item: first },
        { kind: 'folded', key, items: inner },
        { kind: 'item', item: last },
      );
    run = [];
  };
  for (const item of items) {
    if (isQuiet(item, expanded)) run.push(item);
    else {
      close();
      rows.push({ kind: 'item', item });
    }
  }
  close();
  return rows;
};

/** Puts small events that follow each other on one line. */
export const joinSmall = (rows: readonly TimelineRow[]): readonly TimelineRow[] => {
  const joined: TimelineRow[] = [];
  for (const row of rows) {
    const last = joined.at(-1);
    if (row.kind !== 'item' || !isSmall(row.item)) joined.push(row);
    else if (last?.kind === 'events')
      joined[joined.length - 1] = { kind: 'events', items: [...last.items, row.item] };
    else joined.push({ kind: 'events', items: [row.item] });
  }
  return joined;
};
