import type { ConversationId } from '#shared/kit/brand.ts';

/** What dragged conversations are called among what a pointer may carry; nothing from outside is ever of this kind. */
const carried = 'application/x-steward-conversations';

/** How many are being dragged in this window: what a drag carries is readable only once it is dropped. */
let underway = 0;

/** Puts conversations into a drag, with `words` for what is dropped on a text. */
export const carry = (transfer: DataTransfer, ids: readonly ConversationId[], words: string): void => {
  transfer.effectAllowed = 'move';
  underway = ids.length;
  transfer.setData(carried, JSON.stringify(ids));
  transfer.setData('text/plain', words);
};

/** How many conversations were taken up by the last drag of this window. */
export const dragged = (): number => underway;

/** Whether a drag carries conversations. What exactly is readable only once it is dropped. */
export const carries = (transfer: DataTransfer | null): boolean => transfer?.types.includes(carried) ?? false;

/** The conversations that were dropped. */
export const dropped = (transfer: DataTransfer): readonly ConversationId[] => {
  const json = transfer.getData(carried);
  if (json === '') return [];
  const ids: unknown = JSON.parse(json);
  return Array.isArray(ids)
    ? ids.filter((id) => typeof id === 'string').map((id) => id as ConversationId)
    : [];
};
