import { useId, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Button, classes, useWords } from '#renderer/ui/index.ts';
import { describeWhen } from '#shared/domain/when/describe-when.ts';
import { readWhen } from '#shared/domain/when/read-when.ts';
import type { When } from '#shared/domain/when/read-when.ts';
import { whenSuggestions } from '#shared/domain/when/suggestions.ts';
import type { Words } from '#shared/messages/format.ts';
import './when-picker.css';

type Read = Extract<When, { readonly kind: 'when' }>;

/** A time that somebody chose. `at` is ms UTC; `rest` is what else was written, such as what for. */
export type ChosenWhen = Pick<Read, 'at' | 'ifNoReply' | 'repeat'> & { readonly rest: string };

type Props = {
  /** What the time is for; the name of the field. */
  readonly label: string;
  /** ms UTC; everything is reckoned from here. */
  readonly now: number;
  /** Whether it may hold only if the customer has not answered by then. */
  readonly allowIfNoReply: boolean;
  readonly onChoose: (chosen: ChosenWhen) => void;
  readonly onCancel: () => void;
};

type Choice = Read & { readonly id: string; readonly name: string };

const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const choicesFor = (words: Words, read: When | null, now: number): readonly Choice[] => {
  if (read?.kind === 'when') return [{ ...read, id: 'read', name: words('when.read') }];
  return whenSuggestions({ now, zone: zone(), locale: words.locale }).map(({ id, at }) => ({
    kind: 'when',
    id,
    at,
    ifNoReply: false,
    repeat: null,
    name: words(`when.suggestion.${id}`),
  }));
};

/** What is wrong with the words that were typed, if anything. */
const complaint = (words: Words, read: When | null, now: number): string | null => {
  switch (read?.kind) {
    case 'not-understood':
      return words('when.not-understood');
    case 'past':
      return words('when.past', { time: describeWhen(read.at, { now, zone: zone(), locale: words.locale }) });
    case 'when':
    case undefined:
      return null;
  }
};

const repeatWords = (words: Words, { repeat }: Read): string =>
  repeat === null
    ? ''
    : words('when.repeats', {
        every: repeat.every,
        unit: words(`when.unit.${repeat.unit}`),
        units: words(`when.units.${repeat.unit}`),
      });

/**
 * A field that understands dates in words, with the usual times below it. Every time is shown in full before it is
 * set. Arrows choose, Enter sets, Esc cancels.
 */
export const WhenPicker = ({ label, now, allowIfNoReply, onChoose, onCancel }: Props) => {
  const words = useWords();
  const id = useId();
  const [text, setText] = useState('');
  const [place, setPlace] = useState(0);
  const [onlyIfNoReply, setOnlyIfNoReply] = useState<boolean | null>(null);
  const shown = { now, zone: zone(), locale: words.locale };
  const read = text.trim() === '' ? null : readWhen(text, shown);
  const wrong = complaint(words, read, now);
  const choices = wrong === null ? choicesFor(words, read, now) : [];
  const chosen = choices[Math.min(place, choices.length - 1)];
  const ifNoReply = allowIfNoReply && (onlyIfNoReply ?? chosen?.ifNoReply ?? false);

  const choose = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    const { at, repeat, rest } = choice;
    onChoose({
      at,
      ifNoReply: allowIfNoReply && (onlyIfNoReply ?? choice.ifNoReply),
      repeat,
      rest: rest ?? '',
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && choices.length > 0) {
      event.preventDefault();
      setPlace((Math.min(place, choices.length - 1) + step + choices.length) % choices.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      choose(chosen);
    }
  };

  return (
    <div
      className="when"
      role="group"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onCancel();
      }}
    >
      <label className="when-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="when-field field-input"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        // A dialog gives the focus to whoever has the attribute, which React itself does not write.
        ref={(element) => element?.setAttribute('autofocus', '')}
        autoFocus
        data-first-focus
        maxLength={300}
        placeholder={words('when.placeholder')}
        value={text}
        aria-expanded={choices.length > 0}
        aria-controls={choices.length > 0 ? `${id}-list` : undefined}
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.id}`}
        aria-invalid={wrong !== null || undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => {
          setText(event.target.value);
          setPlace(0);
        }}
        onKeyDown={onKeyDown}
      />
      <p id={`${id}-note`} className={classes('when-note', wrong !== null && 'when-wrong')} role="status">
        {wrong ?? words('when.hint')}
      </p>
      <ul
        id={`${id}-list`}
        className="when-choices"
        role="listbox"
        aria-label={words('when.choices')}
        hidden={choices.length === 0}
      >
        {choices.map((choice, index) => (
          <li
            key={choice.id}
            id={`${id}-${choice.id}`}
            role="option"
            aria-selected={choice === chosen}
            className={classes('when-choice', choice === chosen && 'when-choice-active')}
            // The field keeps the focus; a click only says which.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => setPlace(index)}
            onDoubleClick={() => choose(choice)}
          >
            <span className="when-name">{choice.name}</span>
            <span className="when-date">{describeWhen(choice.at, shown)}</span>
            {choice.repeat === null ? null : <span className="when-date">{repeatWords(words, choice)}</span>}
          </li>
        ))}
      </ul>
      {allowIfNoReply ? (
        <label className="when-condition">
          <input
            type="checkbox"
            checked={ifNoReply}
            onChange={(event) => setOnlyIfNoReply(event.target.checked)}
          />
          {words('when.if-no-reply')}
        </label>
      ) : null}
      <div className="when-foot">
        <Button kind="primary" disabled={chosen === undefined} onClick={() => choose(chosen)}>
          {chosen === undefined
            ? words('when.set-none')
            : words('when.set', { time: describeWhen(chosen.at, shown) })}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {words('when.cancel')}
        </Button>
      </div>
    </div>
  );
};
