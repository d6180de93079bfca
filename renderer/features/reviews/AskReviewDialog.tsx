import { X } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { SubmitEvent } from 'react';
import { useEngine } from '#renderer/engine-client/index.ts';
import {
  DialogFoot,
  MemberPicker,
  ReasonField,
  RefusedHere,
  sendByEnter,
  useDialogChange,
  useTeam,
} from '#renderer/features/ownership/index.ts';
import type { Picked } from '#renderer/features/ownership/index.ts';
import { Dialog, IconButton, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import { mostAsked, mostReviewNote } from '#shared/domain/conversation/review.ts';
import type { DraftId, MemberId } from '#shared/kit/brand.ts';
import './ask-review.css';

type Chosen = { readonly id: MemberId; readonly name: string };

/** Who is asked so far: the list, and whoever is picked and not in it yet. */
const allOf = (chosen: readonly Chosen[], picked: Picked): readonly Chosen[] =>
  picked.kind === 'member' && chosen.length < mostAsked
    ? [...chosen, { id: picked.id, name: picked.name }]
    : chosen;

const ChosenPeople = ({
  people,
  onRemove,
}: {
  readonly people: readonly Chosen[];
  readonly onRemove: (id: MemberId) => void;
}) => {
  const words = useWords();
  return (
    <ul className="ask-review-people" aria-label={words('review.ask.chosen')}>
      {people.map(({ id, name }) => (
        <li key={id} className="ask-review-person">
          <bdi>{name}</bdi>
          <IconButton
            icon={X}
            size={12}
            label={words('review.ask.remove', { name })}
            onClick={() => onRemove(id)}
          />
        </li>
      ))}
    </ul>
  );
};

/** Asks colleagues to look at an answer as it is now: who, and what about it. */
export const AskReviewDialog = ({
  draft,
  settled,
  before = [],
  onDone,
  onCancel,
}: {
  readonly draft: DraftId;
  /** Saves what is typed; answers whether the engine has all of it. */
  readonly settled: () => Promise<boolean>;
  /** Who was asked the last time. */
  readonly before?: readonly Chosen[];
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) => {
  const words = useWords();
  const engine = useEngine();
  const toasts = useToasts();
  const form = useId();
  const noteField = useRef<HTMLTextAreaElement>(null);
  const { members } = useTeam();
  const [chosen, setChosen] = useState<readonly Chosen[]>(before);
  const [picked, setPicked] = useState<Picked>({ kind: 'none' });
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const [unsaved, setUnsaved] = useState(false);
  const change = useDialogChange();
  const all = allOf(chosen, picked);
  const left = members.filter(({ id, isMe }) => !isMe && !chosen.some((one) => one.id === id));
  const names = new Intl.ListFormat(words.locale).format(all.map(({ name }) => name));

  const next = (): void => {
    setChosen(all);
    setPicked({ kind: 'none' });
    if (all.length >= mostAsked || left.length <= 1) noteField.current?.focus();
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (all.length === 0) return;
    setUnsaved(false);
    if (!(await settled())) {
      setUnsaved(true);
      return;
    }
    const asked = engine.call('review.ask', { draft, of: all.map(({ id }) => id), note });
    if ((await change.run(asked)) === null) return;
    toasts.show({ text: words('review.asked', { names }) });
    onDone();
  };

  return (
    <Dialog
      title={words('review.ask.title')}
      closeLabel={words('word.close')}
      onClose={onCancel}
      footer={
        <DialogFoot
          form={form}
          label={all.length === 0 ? words('review.ask.do') : words('review.ask.do.of', { names })}
          busy={change.busy}
          onCancel={onCancel}
        />
      }
    >
      <form
        id={form}
        className="ask-review"
        noValidate
        onSubmit={(event) => {
          void submit(event);
        }}
        onKeyDown={(event) => sendByEnter(event, false)}
      >
        <p className="ask-review-what">{words('review.ask.what')}</p>
        {chosen.length === 0 ? null : (
          <ChosenPeople
            people={chosen}
            onRemove={(id) => setChosen((people) => people.filter((one) => one.id !== id))}
          />
        )}
        {left.length === 0 || chosen.length >= mostAsked ? null : (
          <MemberPicker
            // Begins anew for the next one.
            key={chosen.length}
            label={words(chosen.length === 0 ? 'review.ask.whom' : 'review.ask.whom.else')}
            members={left}
            picked={picked}
            error={tried && all.length === 0 ? words('refusal.review-of-whom') : null}
            onPick={setPicked}
            onNext={next}
          />
        )}
        <ReasonField
          ref={noteField}
          label={words('review.ask.note')}
          hint={words('review.ask.note.hint')}
          value={note}
          onChange={(text) => setNote(text.slice(0, mostReviewNote))}
        />
        <RefusedHere refusal={unsaved ? words('composer.failing') : change.refusal} />
      </form>
    </Dialog>
  );
};
