import {
  CircleCheckBig,
  Hourglass,
  Inbox,
  MailOpen,
  PencilLine,
  Send,
  Sparkles,
  type LucideIcon,
} from 'lucide-react';
import { Button, EmptyState, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';
import type { ListQuery, View } from '#shared/contract/conversations.ts';

const icons: Readonly<Record<View, LucideIcon>> = {
  'my-turn': Sparkles,
  waiting: Hourglass,
  inbox: Inbox,
  unread: MailOpen,
  drafts: PencilLine,
  problems: Send,
  done: CircleCheckBig,
  all: Inbox,
};

/** What an empty queue says: what it is for, and that nothing is missing. */
export const EmptyQueue = ({ query }: { readonly query: ListQuery }) => {
  const words = useWords();
  const { go } = useNavigation();
  return (
    <EmptyState
      icon={icons[query.view]}
      title={words(`list.empty.${query.view}.title`)}
      {...(query.account === null
        ? {}
        : {
            actions: (
              <Button
                onClick={() => {
                  go({ kind: 'view', view: query.view, account: null });
                }}
              >
                {words('list.empty.every-account')}
              </Button>
            ),
          })}
    >
      <p>{words(`list.empty.${query.view}`)}</p>
    </EmptyState>
  );
};
