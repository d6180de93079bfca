import { CalendarClock } from 'lucide-react';
import { useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { WhenPicker } from '#renderer/features/when/index.ts';
import { Button, Dialog, Notice, refusalWords, useNow, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { Delivery } from '#shared/contract/conversations.ts';
import { describeWhen } from '#shared/domain/when/describe-when.ts';

type Waiting = Extract<Delivery, { readonly kind: 'planned' | 'held' }>;
type SentAtTime = Extract<Delivery, { readonly kind: 'sent' }>;

/** A planned message that left later than this after its time was kept from it. */
const lateMs = 5 * 60_000;

const useFullDate = (): ((at: number) => string) => {
  const words = useWords();
  const now = useNow();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (at) => describeWhen(at, { now, zone, locale: words.locale });
};

/** What an agent can do about a message that waits for its time; refusals are said in a toast. */
const usePlan = ({ outbox, rev }: Waiting) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const refuse = (failure: { readonly kind: string }): void => {
    toasts.show({ tone: 'bad', text: refusalWords(words, failure) });
  };
  return {
    sendAt: async (at: number | null): Promise<void> => {
      const answer = await engine.call('outbox.plan', { id: outbox, at, seenRev: rev });
      if (!answer.ok) refuse(answer.failure);
    },
    edit: async (): Promise<void> => {
      const answer = await engine.call('outbox.undo', { id: outbox });
      if (answer.ok) toasts.show({ text: words('delivery.undone') });
      else refuse(answer.failure);
    },
  };
};

/** Asks for another time. */
const OtherTime = ({ onChoose }: { readonly onChoose: (at: number) => void }) => {
  const words = useWords();
  const [since, setSince] = useState<number | null>(null);
  const close = (): void => setSince(null);
  return (
    <>
      <Button small kind="quiet" onClick={() => setSince(Date.now())}>
        {words('delivery.planned.move')}
      </Button>
      {since === null ? null : (
        <Dialog title={words('action.composer.send-later')} closeLabel={words('word.close')} onClose={close}>
          <WhenPicker
            label={words('composer.send-later.title')}
            now={since}
            allowIfNoReply={false}
            onChoose={({ at }) => {
              close();
              onChoose(at);
            }}
            onCancel={close}
          />
        </Dialog>
      )}
    </>
  );
};

/** A message that leaves at a time the agent chose: when, and the ways to change that. */
export const Planned = ({ delivery }: { readonly delivery: Extract<Waiting, { kind: 'planned' }> }) => {
  const words = useWords();
  const fullDate = useFullDate();
  const plan = usePlan(delivery);
  return (
    <div className="delivery delivery-planned">
      <CalendarClock aria-hidden size={14} />
      <span>{words('delivery.planned', { time: fullDate(delivery.at) })}</span>
      <Button
        small
        kind="quiet"
        onClick={() => {
          void plan.edit();
        }}
      >
        {words('delivery.planned.edit')}
      </Button>
      <OtherTime
        onChoose={(at) => {
          void plan.sendAt(at);
        }}
      />
      <Button
        small
        kind="quiet"
        onClick={() => {
          void plan.sendAt(null);
        }}
      >
        {words('delivery.planned.now')}
      </Button>
    </div>
  );
};

/** A planned message that waits for the agent, because somebody wrote since. */
export const Held = ({ delivery }: { readonly delivery: Extract<Waiting, { kind: 'held' }> }) => {
  const words = useWords();
  const fullDate = useFullDate();
  const now = useNow();
  const plan = usePlan(delivery);
  const ahead = delivery.at > now;
  return (
    <Notice
      tone="warn"
      title={words('delivery.held')}
      actions={
        <>
          <Button
            small
            kind="primary"
            onClick={() => {
              void plan.edit();
            }}
          >
            {words('delivery.planned.edit')}
          </Button>
          {ahead ? (
            <Button
              small
              onClick={() => {
                void plan.sendAt(delivery.at);
              }}
            >
              {words('delivery.held.send-planned', { time: fullDate(delivery.at) })}
            </Button>
          ) : null}
          <Button
            small
            onClick={() => {
              void plan.sendAt(null);
            }}
          >
            {words('delivery.held.send-now')}
          </Button>
        </>
      }
    >
      <p>{words('delivery.held.words', { time: fullDate(delivery.at) })}</p>
    </Notice>
  );
};

/** Says that a planned message left late; nothing for all others. */
export const SentLate = ({ delivery }: { readonly delivery: SentAtTime }) => {
  const words = useWords();
  const fullDate = useFullDate();
  const { at, planned } = delivery;
  if (planned === null || at - planned <= lateMs) return null;
  return (
    <p className="delivery">
      <CalendarClock aria-hidden size={14} />
      <span>{words('delivery.late', { time: fullDate(at), planned: fullDate(planned) })}</span>
    </p>
  );
};
