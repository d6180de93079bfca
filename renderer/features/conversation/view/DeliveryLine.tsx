import { CalendarClock, Check, CheckCheck, CircleHelp, Eye, Clock, SendHorizontal } from 'lucide-react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Button, Notice, refusalWords, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Delivery, FailureWords } from '#shared/contract/conversations.ts';
import type { MessageFacts } from '#shared/domain/message.ts';
import type { Result } from '#shared/kit/result.ts';
import type { OutboxId } from '#shared/kit/brand.ts';
import { SendingLine } from './ColleagueSendLine.tsx';
import { Held, Planned, SentLate } from './Planned.tsx';
import './delivery.css';

type Settle = 'was-sent' | 'back-to-draft';

/** What an agent can do about a message on its way out; refusals are said in a toast. */
const useOutbox = () => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const tell = (answer: Result<unknown, { readonly kind: string }>, done?: string): void => {
    if (!answer.ok) toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
    else if (done !== undefined) toasts.show({ text: done });
  };
  return {
    undo: async (id: OutboxId) => tell(await engine.call('outbox.undo', { id }), words('delivery.undone')),
    retry: async (id: OutboxId) => tell(await engine.call('outbox.retry', { id })),
    settle: async (id: OutboxId, as: Settle) => tell(await engine.call('outbox.settle', { id, as })),
  };
};

const Queued = ({ outbox, sendsAt, forTeam }: Extract<Delivery, { readonly kind: 'queued' }>) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow('quick');
  const hands = useOutbox();
  return (
    <p className="delivery">
      <Clock aria-hidden size={14} />
      <span>
        {sendsAt > now
          ? words('delivery.queued', { time: times.relative(sendsAt, now) })
          : words(forTeam ? 'delivery.for-team' : 'delivery.queued-now')}
      </span>
      {sendsAt > now || forTeam ? (
        <Button
          small
          kind="quiet"
          onClick={() => {
            void hands.undo(outbox);
          }}
        >
          {words('delivery.undo')}
        </Button>
      ) : null}
    </p>
  );
};

const FailureText = ({ reason }: { readonly reason: FailureWords }) => {
  const words = useWords();
  return (
    <>
      <p>{words.of(`delivery.failure.${reason.kind}`, {}, 'delivery.failure.unknown')}</p>
      {reason.said === null ? null : (
        <p className="delivery-said">
          {words.of(`send.said.${reason.said}`, { said: reason.said }, 'delivery.said')}
        </p>
      )}
    </>
  );
};

const Failed = ({ delivery }: { readonly delivery: Extract<Delivery, { kind: 'failed' }> }) => {
  const words = useWords();
  const hands = useOutbox();
  const { outbox, reason } = delivery;
  return (
    <Notice
      tone="bad"
      title={
        reason.recipient === null
          ? words('delivery.failed')
          : words('delivery.failed-to', { recipient: reason.recipient })
      }
      actions={
        outbox === null ? undefined : (
          <>
            <Button
              small
              onClick={() => {
                void hands.settle(outbox, 'back-to-draft');
              }}
            >
              {words('delivery.to-draft')}
            </Button>
            <Button
              small
              kind="primary"
              onClick={() => {
                void hands.retry(outbox);
              }}
            >
              {words('delivery.retry')}
            </Button>
          </>
        )
      }
    >
      <FailureText reason={reason} />
    </Notice>
  );
};

const Unknown = ({ outbox }: { readonly outbox: OutboxId }) => {
  const words = useWords();
  const hands = useOutbox();
  return (
    <Notice
      tone="warn"
      title={words('delivery.unknown')}
      actions={
        <>
          <Button
            small
            onClick={() => {
              void hands.retry(outbox);
            }}
          >
            {words('delivery.unknown.again')}
          </Button>
          <Button
            small
            onClick={() => {
              void hands.settle(outbox, 'was-sent');
            }}
          >
            {words('delivery.unknown.was-sent')}
          </Button>
        </>
      }
    >
      <p>{words('delivery.unknown.words')}</p>
    </Notice>
  );
};

const receiptIcons = { server: Check, delivered: CheckCheck, read: Eye } as const;

/** How far a message of ours is known to have come on the other side. */
const Receipt = ({ receipt }: { readonly receipt: NonNullable<MessageFacts['receipt']> }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const Icon = receiptIcons[receipt.level];
  return (
    <p className="delivery" title={times.full(receipt.at)}>
      <Icon aria-hidden size={14} />
      <span>{words(`receipt.${receipt.level}`, { time: times.short(receipt.at, now) })}</span>
    </p>
  );
};

/** How a message of ours stands on its way out, in words, with what can be done about it. */
export const DeliveryLine = ({
  delivery,
  receipt,
}: {
  readonly delivery: Delivery;
  readonly receipt: MessageFacts['receipt'];
}) => {
  switch (delivery.kind) {
    case 'queued':
      return <Queued {...delivery} />;
    case 'sending':
      return <SendingLine outbox={delivery.outbox} />;
    case 'planned':
      return <Planned delivery={delivery} />;
    case 'held':
      return <Held delivery={delivery} />;
    case 'sent':
      return (
        <>
          <SentLate delivery={delivery} />
          {receipt === null || receipt.level === 'server' ? null : <Receipt receipt={receipt} />}
        </>
      );
    case 'failed':
      return <Failed delivery={delivery} />;
    case 'unknown':
      return <Unknown outbox={delivery.outbox} />;
  }
};

const marks = {
  queued: { icon: Clock, words: 'delivery.queued-now', tone: 'soft' },
  planned: { icon: CalendarClock, words: 'delivery.planned.mark', tone: 'soft' },
  held: { icon: CircleHelp, words: 'delivery.held.mark', tone: 'warn' },
  sending: { icon: SendHorizontal, words: 'delivery.sending', tone: 'soft' },
  sent: { icon: Check, words: 'delivery.sent', tone: 'soft' },
  failed: { icon: CircleHelp, words: 'delivery.failed', tone: 'bad' },
  unknown: { icon: CircleHelp, words: 'delivery.unknown', tone: 'warn' },
} as const;

const receiptMarks = {
  server: marks.sent,
  delivered: { icon: CheckCheck, words: 'receipt.mark.delivered', tone: 'soft' },
  read: { icon: Eye, words: 'receipt.mark.read', tone: 'soft' },
} as const;

/** The same in one word, for the head of a message. */
export const DeliveryMark = ({
  delivery,
  receipt,
}: {
  readonly delivery: Delivery;
  readonly receipt: MessageFacts['receipt'];
}) => {
  const words = useWords();
  const told = delivery.kind === 'sent' ? receipt?.level : undefined;
  const { icon: Icon, words: key, tone } = told === undefined ? marks[delivery.kind] : receiptMarks[told];
  return (
    <span className="delivery-mark" data-tone={tone}>
      <Icon aria-hidden size={13} />
      {words(key)}
    </span>
  );
};
