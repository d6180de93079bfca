import type { ConversationId } from '#shared/kit/brand.ts';

/** What dragged conversations are called among what a pointer may carry; nothing from outside is ever of this kind. */
const carried = 'application/x-steward-conversations';

/** Puts conversations into a drag, with `words` for what is dropped on a text. */
export const carry = (transfer: DataTransfer, ids: readonly ConversationId[], words: string): void => {
  transfer.effectAllowed = 'move';
  transfer.setData(carried, JSON.stringify(ids));
  transfer.setData('text/plain', words);
};

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
