import { SendHorizontal } from 'lucide-react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Button, refusalWords, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { OutboxId } from '#shared/kit/brand.ts';

/** A device that handed something over tells within a minute or two what became of it; one that does not has gone away. */
const goneAfterMs = 5 * 60_000;

/** A message that is being sent: from here, or by a colleague's device that has the account's login. */
export const SendingLine = ({ outbox }: { readonly outbox: OutboxId }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const engine = useEngine();
  const toasts = useToasts();
  const send = useLive('teamSend.get', { id: outbox }).data?.send ?? null;
  const call = async (name: 'teamSend.takeBack' | 'teamSend.stopWaiting'): Promise<void> => {
    const answer = await engine.call(name, { id: outbox });
    if (!answer.ok) toasts.show({ tone: 'bad', text: refusalWords(words, answer.failure) });
  };
  const said =
    send === null
      ? words('delivery.sending')
      : send.device === null || send.state === 'giving' || send.state === 'waiting'
        ? words(`delivery.colleague.${send.state === 'giving' ? 'giving' : 'waiting'}`)
        : words(`delivery.colleague.${send.state}`, {
            member: send.member ?? '',
            device: send.device,
            time: times.short(send.since, now),
          });
  return (
    <p className="delivery" role="status">
      <SendHorizontal aria-hidden size={14} />
      <span>{said}</span>
      {send?.canTakeBack === true ? (
        <Button
          small
          kind="quiet"
          onClick={() => {
            void call('teamSend.takeBack');
          }}
        >
          {words('delivery.undo')}
        </Button>
      ) : null}
      {send?.state === 'handed-over' && now - send.since >= goneAfterMs ? (
        <Button
          small
          kind="quiet"
          onClick={() => {
            void call('teamSend.stopWaiting');
          }}
        >
          {words('delivery.colleague.stop')}
        </Button>
      ) : null}
    </p>
  );
};
