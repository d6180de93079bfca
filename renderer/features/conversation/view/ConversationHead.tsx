import { Check, CheckCheck, Clock, Mail, PanelRight, RotateCcw, X } from 'lucide-react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Badge, IconButton, refusalWords, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { ActionButton, useAction, useCustomerPanel, useToasts } from '#renderer/workbench/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import './conversation-head.css';

const TurnWords = ({ detail }: { readonly detail: ConversationDetail }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  if (detail.status === 'done')
    return (
      <Badge tone="good" icon={Check}>
        {words('conversation.status.done')}
      </Badge>
    );
  if (detail.status === 'merged') return <Badge>{words('conversation.status.merged')}</Badge>;
  if (detail.turn === 'ours' && detail.outbox === 'waiting')
    return <Badge icon={Clock}>{words('conversation.turn.leaving')}</Badge>;
  if (detail.turn === 'ours')
    return (
      <Badge tone="warn">
        {detail.waitingSince === null
          ? words('conversation.turn.ours-now')
          : words('conversation.turn.ours', { length: times.length(now - detail.waitingSince) })}
      </Badge>
    );
  if (detail.turn === 'theirs')
    return <Badge>{words('conversation.turn.theirs', { time: times.words(detail.lastAt, now) })}</Badge>;
  return null;
};

/** Resolving, reopening and marking of the open conversation, each with its way back. */
const useConversationActions = (detail: ConversationDetail, onClose: () => void): void => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const refuse = (failure: { readonly kind: string }): void => {
    void toasts.show({ tone: 'bad', text: refusalWords(words, failure) });
  };
  const turn = async (call: 'conversation.resolve' | 'conversation.reopen'): Promise<void> => {
    const answer = await engine.call(call, { ids: [detail.id] });
    if (!answer.ok) {
      refuse(answer.failure);
      return;
    }
    const { undo } = answer.value;
    toasts.show({
      text: words(call === 'conversation.resolve' ? 'conversation.resolved' : 'conversation.reopened'),
      undo: () => {
        void engine.call('conversation.undo', { undo }).then((undone) => {
          if (!undone.ok) refuse(undone.failure);
        });
      },
    });
  };
  const open = detail.status === 'open';
  useAction(
    'conversation.resolve',
    open
      ? () => {
          void turn('conversation.resolve');
        }
      : null,
  );
  useAction(
    'conversation.reopen',
    open
      ? null
      : () => {
          void turn('conversation.reopen');
        },
  );
  useAction('conversation.toggle-unread', () => {
    const seen = detail.unread > 0;
    void engine.call('conversation.seen', { id: detail.id, seen }).then((answer) => {
      if (!answer.ok) refuse(answer.failure);
      else if (!seen) {
        toasts.show({ text: words('conversation.marked-unread') });
        // Staying on it would mark it as read again.
        onClose();
      }
    });
  });
};

/** What a conversation is about, with whom, whose turn it is, and what can be done with it as a whole. */
export const ConversationHead = ({
  detail,
  onClose,
}: {
  readonly detail: ConversationDetail;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const customerPanel = useCustomerPanel();
  useConversationActions(detail, onClose);
  const { subject, customer, owner, status } = detail;
  return (
    <header className="conversation-head">
      <div className="conversation-head-words">
        <h2 className="conversation-subject">
          <bdi>{subject === '' ? words('word.no-subject') : subject}</bdi>
        </h2>
        <p className="conversation-facts">
          <TurnWords detail={detail} />
          <bdi className="conversation-customer">
            {customer.name === '' ? customer.address : customer.name}
          </bdi>
          {owner === null ? null : <span>{words('conversation.owner', { name: owner.name })}</span>}
        </p>
      </div>
      <div className="conversation-head-tools">
        {status === 'open' ? (
          <ActionButton id="conversation.resolve" icon={CheckCheck} form="words" kind="primary" />
        ) : (
          <ActionButton id="conversation.reopen" icon={RotateCcw} form="words" />
        )}
        <ActionButton id="conversation.toggle-unread" icon={Mail} />
        <ActionButton id="conversation.customer" icon={PanelRight} pressed={customerPanel.shown} />
        <IconButton icon={X} label={words('conversation.close')} keys="Esc" onClick={onClose} />
      </div>
    </header>
  );
};
