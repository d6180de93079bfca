import { useId, useState } from 'react';
import type { SubmitEvent } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { Dialog, TimeWords, refusalWords, Button, Notice, useWords } from '#renderer/ui/index.ts';
import { useChanges } from '#renderer/features/ownership/index.ts';
import type { TimelineItem } from '#shared/contract/conversations.ts';
import { shownName } from '#shared/domain/contact/address.ts';
import type { ConversationId, MessageId } from '#shared/kit/brand.ts';
import type { MessageItem } from '../model/expanded.ts';
import './split-dialog.css';

type Props = {
  readonly id: ConversationId;
  readonly items: readonly TimelineItem[];
  /** Every message from this one on is chosen when the dialog opens. */
  readonly from: MessageId | null;
  /** There are messages that are not among the items. */
  readonly hasEarlier: boolean;
  readonly onClose: () => void;
};

const Row = ({
  message,
  checked,
  onTurn,
}: {
  readonly message: MessageItem;
  readonly checked: boolean;
  readonly onTurn: () => void;
}) => (
  <label className="split-choice">
    <input type="checkbox" checked={checked} onChange={onTurn} />
    <span className="split-choice-words">
      <span className="split-choice-who">
        <bdi>{shownName(message.from)}</bdi>, <TimeWords at={message.at} />
      </span>
      <span className="split-choice-snippet">{message.snippet}</span>
    </span>
  </label>
);

/** Gives messages a conversation of their own, with the same customer and owner. */
export const SplitDialog = ({ id, items, from, hasEarlier, onClose }: Props) => {
  const words = useWords();
  const engine = useEngine();
  const changes = useChanges();
  const form = useId();
  const messages = items.filter((item) => item.kind === 'message');
  const [chosen, setChosen] = useState<ReadonlySet<MessageId>>(() => {
    const start = messages.findIndex((message) => message.id === from);
    return new Set(start < 0 ? [] : messages.slice(start).map((message) => message.id));
  });
  const [state, setState] = useState<{ readonly busy: boolean; readonly refusal: string | null }>({
    busy: false,
    refusal: null,
  });

  const turn = (message: MessageId): void => {
    const after = new Set(chosen);
    if (!after.delete(message)) after.add(message);
    setChosen(after);
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (chosen.size === 0) return;
    setState({ busy: true, refusal: null });
    const answer = await engine.call('conversation.split', { id, messages: [...chosen] });
    if (!answer.ok) {
      setState({ busy: false, refusal: refusalWords(words, answer.failure) });
      return;
    }
    changes.done(words('ownership.split.done', { count: chosen.size }), [answer.value.undo]);
    onClose();
  };

  return (
    <Dialog
      title={words('ownership.split.title')}
      closeLabel={words('word.close')}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words('word.cancel')}</Button>
          <Button kind="primary" submit form={form} busy={state.busy} disabled={chosen.size === 0}>
            {words('ownership.split.do', { count: chosen.size })}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="split-form"
        onSubmit={(event) => {
          void submit(event);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || (!event.ctrlKey && !event.metaKey)) return;
          event.preventDefault();
          event.currentTarget.requestSubmit();
        }}
      >
        <fieldset>
          <legend className="split-legend">{words('ownership.split.which')}</legend>
          <div className="split-choices">
            {messages.map((message) => (
              <Row
                key={message.id}
                message={message}
                checked={chosen.has(message.id)}
                onTurn={() => turn(message.id)}
              />
            ))}
          </div>
        </fieldset>
        {hasEarlier ? <p className="split-hint">{words('ownership.split.earlier')}</p> : null}
        {state.refusal === null ? null : (
          <Notice tone="bad" live>
            <p>{state.refusal}</p>
          </Notice>
        )}
      </form>
    </Dialog>
  );
};
