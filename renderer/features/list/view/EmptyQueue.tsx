import {
  CircleCheckBig,
  Hourglass,
  Inbox,
  CircleUserRound,
  MoonStar,
  UserRoundCheck,
  MailOpen,
  PencilLine,
  Send,
  Sparkles,
  Sunset,
  type LucideIcon,
} from 'lucide-react';
import { Button, EmptyState, useWords } from '#renderer/ui/index.ts';
import { ActionButton, useNavigation } from '#renderer/workbench/index.ts';
import type { ListQuery, View } from '#shared/contract/conversations.ts';

const icons: Readonly<Record<View, LucideIcon>> = {
  'my-turn': Sparkles,
  waiting: Hourglass,
  unowned: UserRoundCheck,
  member: CircleUserRound,
  snoozed: MoonStar,
  inbox: Inbox,
  unread: MailOpen,
  drafts: PencilLine,
  problems: Send,
  done: CircleCheckBig,
  all: Inbox,
};

/** What an empty queue says: what it is for, and that nothing is missing. `name` is the member whose list it is. */
export const EmptyQueue = ({ query, name }: { readonly query: ListQuery; readonly name: string }) => {
  const words = useWords();
  const { go } = useNavigation();
  const everyAccount = (
    <Button
      onClick={() => {
        go({ kind: 'view', view: query.view, account: null });
      }}
    >
      {words('list.empty.every-account')}
    </Button>
  );
  const closeTheDay = <ActionButton id="day.close" icon={Sunset} form="words" />;
  const actions = query.account !== null ? everyAccount : query.view === 'my-turn' ? closeTheDay : undefined;
  return (
    <EmptyState
      icon={icons[query.view]}
      title={words(`list.empty.${query.view}.title`, { name })}
      actions={actions}
    >
      <p>{words(`list.empty.${query.view}`, { name })}</p>
    </EmptyState>
  );
};
