import type { ConversationId } from '#shared/kit/brand.ts';

/** Conversations chosen for one action on all of them, and where a range begins. */
export type Selection = {
  readonly ids: ReadonlySet<ConversationId>;
  readonly anchor: ConversationId | null;
};

/** Nothing chosen. */
export const noSelection: Selection = { ids: new Set(), anchor: null };

/** With one more or one less. */
export const toggled = (selection: Selection, id: ConversationId): Selection => {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id };
};

/** With everything between the anchor and a row, as the list has them now; without an anchor the row alone. */
export const extended = (
  selection: Selection,
  order: readonly ConversationId[],
  to: ConversationId,
  from: ConversationId | null,
): Selection => {
  const anchor = selection.anchor ?? from ?? to;
  const start = order.indexOf(anchor);
  const end = order.indexOf(to);
  if (start < 0 || end < 0) return { ids: new Set([...selection.ids, to]), anchor };
  return { ids: new Set(order.slice(Math.min(start, end), Math.max(start, end) + 1)), anchor };
};
