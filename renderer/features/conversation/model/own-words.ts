import type { TimelineItem } from '#shared/contract/conversations.ts';

/** The messages that a check ended with: in them the customer says that it is solved. A confirmation that was taken back counts no more. */
export const ownWords = (items: readonly TimelineItem[]): ReadonlySet<string> => {
  const found = new Set<string>();
  let last: string | null = null;
  for (const item of items) {
    if (item.kind !== 'event') continue;
    const { event, values } = item;
    if (event === 'check.confirmed' && typeof values['message'] === 'string') {
      last = values['message'];
      found.add(last);
    } else if (event === 'conversation.undone' && last !== null) {
      found.delete(last);
      last = null;
    } else if (event !== 'conversation.closed') last = null;
  }
  return found;
};

/** Events that take an open merge or split back, or have it begin anew. */
const closing: ReadonlySet<string> = new Set([
  'conversation.released',
  'conversation.absorbed',
  'conversation.rejoined',
]);

/** The keys of merges and splits that were taken back since: there is nothing to undo any more. */
export const takenBack = (items: readonly TimelineItem[]): ReadonlySet<string> => {
  const open = new Map<string, string>();
  const over = new Set<string>();
  for (const item of items) {
    if (item.kind !== 'event') continue;
    const { event, values, id } = item;
    const other = String(values['from'] ?? values['into'] ?? values['to'] ?? '');
    if (closing.has(event)) {
      const ended = open.get(other);
      if (ended !== undefined) over.add(ended);
      open.delete(other);
    }
    if (event === 'conversation.split' || event === 'conversation.absorbed') open.set(other, id);
  }
  return over;
};
