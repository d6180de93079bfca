import { useCallback } from 'react';
import type { ReactNode } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { useChanges, useOwnershipActions, useResolve } from '#renderer/features/ownership/index.ts';
import type { OwnershipDeed } from '#renderer/features/ownership/index.ts';
import { useAction, useNavigation } from '#renderer/workbench/index.ts';
import type { ConversationRow } from '#shared/contract/conversations.ts';
import type { ConversationId } from '#shared/kit/brand.ts';

/** What was done to conversations of a list. */
export type Deed = OwnershipDeed | 'resolve' | 'reopen';

/** Before what the opened conversation says of itself: a list knows the selection and what comes next. */
const listRank = 1;

const useSeenOrNot = (): ((ids: readonly ConversationId[], seen: boolean) => Promise<void>) => {
  const client = useEngine();
  const { refuse } = useChanges();
  return useCallback(
    async (ids, seen) => {
      const answers = await Promise.all(ids.map((id) => client.call('conversation.seen', { id, seen })));
      const refused = answers.find((answer) => !answer.ok);
      if (refused?.ok === false) refuse(refused.failure);
    },
    [client, refuse],
  );
};

/**
 * Registers what can be done to conversations: to the `single` one where the keys are, or to all `targets` of a
 * selection. `onSettled` hears what was done. Draw the answer's `dialog` somewhere on the screen.
 */
export const useTargetActions = ({
  targets,
  single,
  onSettled,
}: {
  readonly targets: readonly ConversationId[];
  readonly single: ConversationRow | null;
  readonly onSettled: (how: Deed, ids: readonly ConversationId[]) => void;
}): { readonly dialog: ReactNode } => {
  const { resolve, reopen } = useResolve();
  const setSeen = useSeenOrNot();
  const { place, go } = useNavigation();
  const openedId = place.opened.kind === 'conversation' ? place.opened.id : null;
  const some = targets.length > 0;
  const { dialog } = useOwnershipActions({ targets, single, rank: listRank, onDone: onSettled });

  const settle = (how: 'resolve' | 'reopen') => (): void => {
    void (how === 'resolve' ? resolve : reopen)(targets).then((done) => {
      if (done) onSettled(how, targets);
    });
  };
  const toggleUnread = (): void => {
    const seen = single === null || (single.unread > 0 && openedId !== single.id);
    void setSeen(targets, seen);
    // What stays open would be seen again at once.
    if (!seen && openedId !== null && targets.includes(openedId)) go({ kind: 'close' });
  };

  const open = single === null || single.status === 'open';
  useAction('conversation.resolve', some && open ? settle('resolve') : null, listRank);
  useAction('conversation.reopen', some && (single === null || !open) ? settle('reopen') : null, listRank);
  useAction('conversation.toggle-unread', some ? toggleUnread : null, listRank);
  return { dialog };
};
