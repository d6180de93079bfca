import { useCallback } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { refusalWords, useWords } from '#renderer/ui/index.ts';
import { useAction, useNavigation, useToasts } from '#renderer/workbench/index.ts';
import type { ConversationRow } from '#shared/contract/conversations.ts';
import type { ConversationId } from '#shared/kit/brand.ts';

type ConversationActions = {
  readonly resolve: (ids: readonly ConversationId[]) => Promise<boolean>;
  readonly reopen: (ids: readonly ConversationId[]) => Promise<boolean>;
  readonly setSeen: (ids: readonly ConversationId[], seen: boolean) => Promise<void>;
};

/** What can be done to conversations from a list, each with its words and its undo. */
const useConversationActions = (): ConversationActions => {
  const client = useEngine();
  const words = useWords();
  const { show } = useToasts();

  const refuse = useCallback(
    (failure: { readonly kind: string }) => {
      show({ text: refusalWords(words, failure), tone: 'bad' });
    },
    [show, words],
  );

  const undo = useCallback(
    async (key: string) => {
      const answer = await client.call('conversation.undo', { undo: key });
      if (answer.ok) show({ text: words('list.undone', { count: answer.value.done }) });
      else refuse(answer.failure);
    },
    [client, refuse, show, words],
  );

  const change = useCallback(
    async (what: 'resolve' | 'reopen', ids: readonly ConversationId[]) => {
      const answer = await client.call(`conversation.${what}`, { ids: [...ids] });
      if (!answer.ok) {
        refuse(answer.failure);
        return false;
      }
      const { done, undo: key } = answer.value;
      show({
        text: words(what === 'resolve' ? 'list.resolved' : 'list.reopened', { count: done }),
        undo: () => {
          void undo(key);
        },
      });
      return true;
    },
    [client, refuse, show, undo, words],
  );

  return {
    resolve: useCallback((ids) => change('resolve', ids), [change]),
    reopen: useCallback((ids) => change('reopen', ids), [change]),
    setSeen: useCallback(
      async (ids, seen) => {
        const answers = await Promise.all(ids.map((id) => client.call('conversation.seen', { id, seen })));
        const refused = answers.find((answer) => !answer.ok);
        if (refused?.ok === false) refuse(refused.failure);
      },
      [client, refuse],
    ),
  };
};

/** Before what the opened conversation says of itself: a list knows the selection and what comes next. */
const listRank = 1;

/**
 * Registers what can be done to conversations: to the `single` one where the keys are, or to all `targets` of a
 * selection. `onSettled` hears what was resolved or reopened.
 */
export const useTargetActions = ({
  targets,
  single,
  onSettled,
}: {
  readonly targets: readonly ConversationId[];
  readonly single: ConversationRow | null;
  readonly onSettled: (how: 'resolve' | 'reopen', ids: readonly ConversationId[]) => void;
}): void => {
  const act = useConversationActions();
  const { place, go } = useNavigation();
  const openedId = place.opened.kind === 'conversation' ? place.opened.id : null;
  const some = targets.length > 0;

  const settle = (how: 'resolve' | 'reopen'): void => {
    void act[how](targets).then((done) => {
      if (done) onSettled(how, targets);
    });
  };
  const toggleUnread = (): void => {
    const seen = single === null || (single.unread > 0 && openedId !== single.id);
    void act.setSeen(targets, seen);
    // What stays open would be seen again at once.
    if (!seen && openedId !== null && targets.includes(openedId)) go({ kind: 'close' });
  };

  useAction(
    'conversation.resolve',
    some && single?.status !== 'done'
      ? () => {
          settle('resolve');
        }
      : null,
    listRank,
  );
  useAction(
    'conversation.reopen',
    some && single?.status !== 'open'
      ? () => {
          settle('reopen');
        }
      : null,
    listRank,
  );
  useAction('conversation.toggle-unread', some ? toggleUnread : null, listRank);
};
