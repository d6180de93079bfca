import { useState } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import { WhenPicker, promiseOf } from '#renderer/features/when/index.ts';
import type { ChosenWhen } from '#renderer/features/when/index.ts';
import { Dialog, TextField, useWords } from '#renderer/ui/index.ts';
import type { ConversationId, FollowUpId } from '#shared/kit/brand.ts';
import { useDialogChange } from './model/use-dialog-change.ts';
import { useChanges } from './model/use-changes.ts';
import { useDates } from './model/use-dates.ts';
import { RefusedHere } from './view/DialogFoot.tsx';
import './ownership.css';

type Ends = { readonly onDone: () => void; readonly onCancel: () => void };

/** Promises to come back to conversations, at a time or if nobody has answered by then. */
export const FollowUpDialog = ({
  ids,
  onDone,
  onCancel,
}: Ends & { readonly ids: readonly ConversationId[] }) => {
  const words = useWords();
  const dates = useDates();
  const engine = useEngine();
  const changes = useChanges();
  const [now] = useState(() => Date.now());
  const [why, setWhy] = useState('');
  const change = useDialogChange();

  const promise = async (chosen: ChosenWhen): Promise<void> => {
    const followUp = promiseOf(chosen, why);
    const keys: string[] = [];
    for (const conversation of ids) {
      const made = await change.run(engine.call('follow-up.promise', { conversation, followUp }));
      if (made !== null) keys.push(made.undo);
    }
    if (keys.length === 0) return;
    const time = dates.brief(followUp.dueAt, now);
    const text = words(followUp.ifNoReply ? 'ownership.promised.if-no-reply' : 'ownership.promised', {
      time,
    });
    changes.done(text, keys);
    onDone();
  };

  return (
    <Dialog title={words('ownership.follow-up.title')} closeLabel={words('word.close')} onClose={onCancel}>
      <div className="ownership-form">
        <TextField
          label={words('ownership.follow-up.why')}
          maxLength={2_000}
          value={why}
          onChange={(event) => setWhy(event.target.value)}
        />
        <WhenPicker
          label={words('ownership.follow-up.when')}
          now={now}
          allowIfNoReply
          onChoose={(chosen) => {
            void promise(chosen);
          }}
          onCancel={onCancel}
        />
        <RefusedHere refusal={change.refusal} />
      </div>
    </Dialog>
  );
};

/** Puts a promise or a check off to another time. */
export const PutOffDialog = ({ id, onDone, onCancel }: Ends & { readonly id: FollowUpId }) => {
  const words = useWords();
  const dates = useDates();
  const engine = useEngine();
  const changes = useChanges();
  const [now] = useState(() => Date.now());
  const change = useDialogChange();

  const move = async (dueAt: number): Promise<void> => {
    const moved = await change.run(engine.call('follow-up.move', { id, dueAt }));
    if (moved === null) return;
    changes.done(words('ownership.moved', { time: dates.brief(dueAt, now) }), [moved.undo]);
    onDone();
  };

  return (
    <Dialog
      title={words('ownership.follow-up.move.title')}
      closeLabel={words('word.close')}
      onClose={onCancel}
    >
      <div className="ownership-form">
        <WhenPicker
          label={words('ownership.follow-up.move.when')}
          now={now}
          allowIfNoReply={false}
          onChoose={({ at }) => {
            void move(at);
          }}
          onCancel={onCancel}
        />
        <RefusedHere refusal={change.refusal} />
      </div>
    </Dialog>
  );
};

/** Puts conversations out of sight until a time; a customer who writes brings them back at once. */
export const SnoozeDialog = ({
  ids,
  onDone,
  onCancel,
}: Ends & { readonly ids: readonly ConversationId[] }) => {
  const words = useWords();
  const dates = useDates();
  const engine = useEngine();
  const changes = useChanges();
  const [now] = useState(() => Date.now());

  const snooze = async (until: number): Promise<void> => {
    const changed = await changes.many(
      engine.call('conversation.snooze', { ids: [...ids], until }),
      (count) => words('ownership.snoozed.done', { count, time: dates.brief(until, now) }),
    );
    if (changed !== null) onDone();
  };

  return (
    <Dialog
      title={words('ownership.snooze.title', { count: ids.length })}
      closeLabel={words('word.close')}
      onClose={onCancel}
    >
      <WhenPicker
        label={words('ownership.snooze.when')}
        now={now}
        allowIfNoReply={false}
        onChoose={({ at }) => {
          void snooze(at);
        }}
        onCancel={onCancel}
      />
    </Dialog>
  );
};
