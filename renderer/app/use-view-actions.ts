import { useTeam } from '#renderer/features/ownership/index.ts';
import { useAction, useNavigation } from '#renderer/workbench/index.ts';
import type { View } from '#shared/contract/conversations.ts';

const useViewAction = (view: Exclude<View, 'member'>, offered = true): void => {
  const { go } = useNavigation();
  const run = (): void => {
    go({ kind: 'view', view, account: null });
  };
  useAction(`view.${view}`, offered ? run : null);
};

/** Makes every queue reachable by its key and from the palette; who works alone has no team and nothing unowned. */
export const useViewActions = (): void => {
  const { go } = useNavigation();
  const { me, lead, alone } = useTeam();
  useViewAction('my-turn');
  useViewAction('waiting');
  useViewAction('unowned', !alone);
  useViewAction('snoozed');
  useViewAction('done');
  useViewAction('all');
  useViewAction('inbox');
  useViewAction('unread');
  useViewAction('drafts');
  useViewAction('problems');
  useAction('view.follow-ups', () => {
    go({ kind: 'follow-ups' });
  });
  useAction(
    'view.team',
    alone || !lead || me === null
      ? null
      : () => {
          go({ kind: 'member', member: me.id });
        },
  );
};
