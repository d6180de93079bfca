import { useId, useState } from 'react';
import type { SubmitEvent } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Busy, Dialog, TimeWords, useWords } from '#renderer/ui/index.ts';
import type { FollowUp } from '#shared/domain/conversation/follow-up.ts';
import type { ConversationId, MessageId } from '#shared/kit/brand.ts';
import { useDialogChange } from './model/use-dialog-change.ts';
import { useChanges } from './model/use-changes.ts';
import { useTeam } from './model/use-team.ts';
import { DialogFoot, RefusedHere } from './view/DialogFoot.tsx';
import { ReasonField, sendByEnter } from './view/ReasonField.tsx';
import './ownership.css';

/** How a check can end. */
export type CheckEnd = 'customer-confirmed' | 'customer-words' | 'waived';

type Props = {
  readonly check: Pick<FollowUp, 'id' | 'owner'>;
  readonly conversation: ConversationId;
  /** What is chosen when the dialog opens. */
  readonly begin?: CheckEnd;
  readonly onDone: () => void;
  readonly onCancel: () => void;
};

/** As many entries of the timeline as are looked through for the customer's words. */
const lookedThrough = 200;

const useCustomerMessages = (id: ConversationId) => {
  const timeline = useLive('conversation.timeline', { id, before: null, limit: lookedThrough });
  return timeline.data?.items
    .filter((item) => item.kind === 'message')
    .filter((item) => item.direction === 'in' && item.automatic === null)
    .toReversed();
};

const TheirWords = ({
  conversation,
  chosen,
  onChoose,
}: {
  readonly conversation: ConversationId;
  readonly chosen: MessageId | null;
  readonly onChoose: (message: MessageId) => void;
}) => {
  const words = useWords();
  const name = useId();
  const messages = useCustomerMessages(conversation);
  if (messages === undefined) return <Busy subject={words('conversation.loading')} />;
  if (messages.length === 0) return <p className="ownership-hint">{words('ownership.check.words.none')}</p>;
  return (
    <fieldset>
      <legend className="ownership-legend">{words('ownership.check.words.title')}</legend>
      <div className="ownership-choices">
        {messages.map((message) => (
          <label key={message.id} className="ownership-choice">
            <input
              type="radio"
              name={name}
              checked={message.id === chosen}
              onChange={() => onChoose(message.id)}
            />
            <span className="ownership-choice-words">
              <span className="ownership-choice-first">
                <bdi>{message.from.name || message.from.address}</bdi>, <TimeWords at={message.at} />
              </span>
              <span className="ownership-choice-second">{message.snippet}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
};

/** How whoever sits here may end a check: its owner by asking, everybody by the customer's words, leads by a waiver. */
const useEnds = (owner: FollowUp['owner']): readonly CheckEnd[] => {
  const { me, lead } = useTeam();
  return [
    ...(owner === me?.id ? (['customer-confirmed'] as const) : []),
    'customer-words',
    ...(lead ? (['waived'] as const) : []),
  ];
};

/** Ends a check: the customer was asked, the customer wrote so, or a lead says that none is needed. */
export const CheckDialog = ({ check, conversation, begin, onDone, onCancel }: Props) => {
  const words = useWords();
  const engine = useEngine();
  const changes = useChanges();
  const form = useId();
  const ends = useEnds(check.owner);
  const [chosen, setChosen] = useState<CheckEnd | null>(begin ?? null);
  const [message, setMessage] = useState<MessageId | null>(null);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const change = useDialogChange();
  const how = chosen ?? ends[0] ?? 'customer-words';
  const missing =
    (how === 'customer-words' && message === null) || (how === 'waived' && reason.trim() === '');

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (missing) return;
    const ended = await change.run(
      how === 'waived'
        ? engine.call('check.waive', { id: check.id, reason })
        : engine.call('check.confirm', {
            id: check.id,
            how,
            message: how === 'customer-words' ? message : null,
          }),
    );
    if (ended === null) return;
    changes.done(words(how === 'waived' ? 'ownership.waived' : 'ownership.confirmed'), [ended.undo]);
    onDone();
  };

  return (
    <Dialog
      title={words('ownership.check.title')}
      closeLabel={words('word.close')}
      onClose={onCancel}
      footer={
        <DialogFoot
          form={form}
          label={words(how === 'waived' ? 'ownership.check.waive.do' : 'ownership.check.do')}
          busy={change.busy}
          disabled={how === 'customer-words' && message === null}
          onCancel={onCancel}
        />
      }
    >
      <form
        id={form}
        className="ownership-form"
        noValidate
        onSubmit={(event) => {
          void submit(event);
        }}
        onKeyDown={(event) => sendByEnter(event, false)}
      >
        <fieldset>
          <legend className="ownership-legend">{words('ownership.check.how')}</legend>
          <div className="ownership-choices">
            {ends.map((end) => (
              <label key={end} className="ownership-choice">
                <input
                  type="radio"
                  name={`${form}-how`}
                  {...(end === how ? { 'data-first-focus': true } : {})}
                  checked={end === how}
                  onChange={() => setChosen(end)}
                />
                <span>{words(`ownership.check.how.${end}`)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        {how === 'customer-words' ? (
          <TheirWords conversation={conversation} chosen={message} onChoose={setMessage} />
        ) : null}
        {how === 'waived' ? (
          <ReasonField
            label={words('ownership.check.waive.reason')}
            autoFocus={begin === 'waived'}
            error={tried && reason.trim() === '' ? words('refusal.reason-missing') : null}
            value={reason}
            onChange={setReason}
          />
        ) : null}
        <RefusedHere refusal={change.refusal} />
      </form>
    </Dialog>
  );
};
