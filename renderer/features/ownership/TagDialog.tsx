import { Check, Minus } from 'lucide-react';
import { useId, useState } from 'react';
import type { KeyboardEvent, SubmitEvent } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Dialog, classes, useWords } from '#renderer/ui/index.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { allRefused, useDialogChange } from './model/use-dialog-change.ts';
import { useChanges } from './model/use-changes.ts';
import { choicesFor, turned, type TagChoice, type TagWishes } from './model/tag-wishes.ts';
import { DialogFoot, RefusedHere } from './view/DialogFoot.tsx';
import './tag-dialog.css';

type Props = {
  readonly ids: readonly ConversationId[];
  readonly onDone: () => void;
  readonly onCancel: () => void;
};

const Choice = ({
  id,
  choice,
  active,
  onTurn,
}: {
  readonly id: string;
  readonly choice: TagChoice;
  readonly active: boolean;
  readonly onTurn: () => void;
}) => {
  const words = useWords();
  const { tag, uses, standing } = choice;
  return (
    <li
      id={id}
      role="option"
      aria-selected={standing === 'on'}
      className={classes('tag-choice', active && 'tag-choice-active')}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onTurn}
    >
      <span className="tag-choice-mark">
        {standing === 'on' ? <Check aria-hidden size={15} /> : null}
        {standing === 'off' ? <Minus aria-hidden size={15} /> : null}
        <span className="unseen">
          {standing === 'untouched'
            ? ''
            : words(standing === 'on' ? 'ownership.tag.on' : 'ownership.tag.off')}
        </span>
      </span>
      <bdi className="tag-choice-name">
        {choice.kind === 'new' ? words('ownership.tag.new', { tag }) : tag}
      </bdi>
      {uses === 0 ? null : (
        <span className="tag-choice-uses">{words('ownership.tag.uses', { count: uses })}</span>
      )}
    </li>
  );
};

/** The tags of one conversation, or which to put on or take off several. */
const useTagWishes = (ids: readonly ConversationId[]) => {
  const [only] = ids;
  const detail = useLive('conversation.get', ids.length === 1 && only !== undefined ? { id: only } : null);
  const known = useLive('tag.list', {}).data?.tags ?? [];
  const [wishes, setWishes] = useState<TagWishes>(new Map());
  const [text, setText] = useState('');
  const carried = ids.length === 1 ? (detail.data?.tags ?? []) : null;
  return { choices: choicesFor({ known, carried, wishes, text }), carried, wishes, setWishes, text, setText };
};

/** Puts tags on conversations and takes them off, with completion from all tags there are (ARIA combobox). */
export const TagDialog = ({ ids, onDone, onCancel }: Props) => {
  const words = useWords();
  const engine = useEngine();
  const changes = useChanges();
  const form = useId();
  const { choices, carried, wishes, setWishes, text, setText } = useTagWishes(ids);
  const [place, setPlace] = useState<number | null>(null);
  const change = useDialogChange();
  const active = place === null ? (text.trim() === '' ? -1 : 0) : Math.min(place, choices.length - 1);

  const turn = (choice: TagChoice): void => {
    setWishes(turned(wishes, choice, carried));
    setText('');
    setPlace(null);
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const add = [...wishes].filter(([, on]) => on).map(([tag]) => tag);
    const remove = [...wishes].filter(([, on]) => !on).map(([tag]) => tag);
    if (add.length + remove.length === 0) {
      onCancel();
      return;
    }
    const asked = engine.call('conversation.tag', { ids: [...ids], add, remove });
    if ((await change.run(asked, allRefused)) === null) return;
    void changes.many(asked, (count) => words('ownership.tagged', { count }));
    onDone();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && choices.length > 0) {
      event.preventDefault();
      setPlace((active + step + choices.length) % choices.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const choice = choices[active];
      if (event.ctrlKey || event.metaKey || choice === undefined) event.currentTarget.form?.requestSubmit();
      else turn(choice);
    }
  };

  return (
    <Dialog
      title={words('ownership.tag.title', { count: ids.length })}
      closeLabel={words('word.close')}
      size="small"
      onClose={onCancel}
      footer={<DialogFoot form={form} label={words('word.save')} busy={change.busy} onCancel={onCancel} />}
    >
      <form
        id={form}
        className="ownership-form"
        onSubmit={(event) => {
          void submit(event);
        }}
      >
        <div className="field">
          <label className="field-label" htmlFor={`${form}-field`}>
            {words('ownership.tag.field')}
          </label>
          <input
            id={`${form}-field`}
            className="field-input"
            role="combobox"
            autoFocus
            autoComplete="off"
            spellCheck={false}
            maxLength={60}
            value={text}
            aria-expanded={choices.length > 0}
            aria-controls={`${form}-list`}
            aria-activedescendant={active < 0 ? undefined : `${form}-${String(active)}`}
            aria-describedby={`${form}-note`}
            onChange={(event) => {
              setText(event.target.value);
              setPlace(null);
            }}
            onKeyDown={onKeyDown}
          />
          <p id={`${form}-note`} className="field-note">
            {words(choices.length === 0 ? 'ownership.tag.empty' : 'ownership.tag.hint')}
          </p>
        </div>
        <ul
          id={`${form}-list`}
          className="tag-choices"
          role="listbox"
          aria-multiselectable
          aria-label={words('ownership.tag.choices')}
          hidden={choices.length === 0}
        >
          {choices.map((choice, index) => (
            <Choice
              key={`${choice.kind} ${choice.tag}`}
              id={`${form}-${String(index)}`}
              choice={choice}
              active={index === active}
              onTurn={() => turn(choice)}
            />
          ))}
        </ul>
        <RefusedHere refusal={change.refusal} />
      </form>
    </Dialog>
  );
};
