import { Mail, PanelRight, X } from 'lucide-react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { IconButton, useWords } from '#renderer/ui/index.ts';
import {
  ActionButton,
  useAction,
  useCustomerPanel,
  useSubject,
  useToasts,
  useWho,
} from '#renderer/workbench/index.ts';
import { useChanges, useOwnershipActions, useResolve } from '#renderer/features/ownership/index.ts';
import { PresenceLine } from '#renderer/features/team/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import { HeadActions } from './HeadActions.tsx';
import { Standing } from './Standing.tsx';
import { Tags } from './Tags.tsx';
import './conversation-head.css';

/** Marks the open conversation as unread, and leaves it: staying on it would mark it as read again. */
const useToggleUnread = (detail: ConversationDetail, onClose: () => void): (() => void) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const changes = useChanges();
  return () => {
    const seen = detail.unread > 0;
    void engine.call('conversation.seen', { id: detail.id, seen }).then((answer) => {
      if (!answer.ok) changes.refuse(answer.failure);
      else if (!seen) {
        toasts.show({ text: words('conversation.marked-unread') });
        onClose();
      }
    });
  };
};

/** What can be done with the open conversation, by its keys and its buttons. */
const useHeadRuns = (detail: ConversationDetail, onSplit: (() => void) | null) => {
  const { resolve, reopen } = useResolve();
  const { dialog, runs } = useOwnershipActions({ targets: [detail.id], single: detail });
  const whole = {
    ...runs,
    resolve:
      detail.status === 'open'
        ? () => {
            void resolve([detail.id]);
          }
        : null,
    reopen:
      detail.status === 'open' || detail.status === 'merged'
        ? null
        : () => {
            void reopen([detail.id]);
          },
    split: onSplit,
  };
  useAction('conversation.resolve', whole.resolve);
  useAction('conversation.reopen', whole.reopen);
  useAction('conversation.split', whole.split);
  return { dialog, runs: whole };
};

/** What a conversation is about, with whom, who has it, whose turn it is, and what can be done with it as a whole. */
export const ConversationHead = ({
  detail,
  onClose,
  onSplit,
}: {
  readonly detail: ConversationDetail;
  readonly onClose: () => void;
  /** Gives messages a conversation of their own; null where there is only one. */
  readonly onSplit: (() => void) | null;
}) => {
  const words = useWords();
  const customerPanel = useCustomerPanel();
  const { dialog, runs } = useHeadRuns(detail, onSplit);
  const toggleUnread = useToggleUnread(detail, onClose);
  useAction('conversation.toggle-unread', toggleUnread);
  const subject = useSubject()(detail);
  const who = useWho()(detail.customer, detail.channel);
  return (
    <header className="conversation-head">
      <div className="conversation-head-words">
        <h2 className="conversation-subject">
          <bdi>{subject}</bdi>
        </h2>
        <div className="conversation-facts">
          <bdi className="conversation-customer">{who}</bdi>
          <Standing detail={detail} />
          <Tags detail={detail} onEdit={runs.tag} />
          <PresenceLine conversation={detail.id} />
        </div>
      </div>
      <div className="conversation-head-tools">
        <ActionButton id="conversation.toggle-unread" icon={Mail} onRun={toggleUnread} />
        <ActionButton id="conversation.customer" icon={PanelRight} pressed={customerPanel.shown} />
        <IconButton icon={X} label={words('conversation.close')} keys="Esc" onClick={onClose} />
      </div>
      <HeadActions detail={detail} runs={runs} />
      {dialog}
    </header>
  );
};
