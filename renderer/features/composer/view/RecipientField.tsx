import { X } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import type { ClipboardEvent, KeyboardEvent } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { classes, useWords } from '#renderer/ui/index.ts';
import type { Peer } from '#shared/contract/compose.ts';
import { addRecipients, readRecipients, recipientText } from '../model/recipients.ts';
import './recipient-field.css';

type Props = {
  readonly label: string;
  readonly people: readonly Peer[];
  readonly autoFocus: boolean;
  readonly onChange: (people: readonly Peer[]) => void;
  /** Words in the field that are not an address yet, or empty. */
  readonly onPending: (text: string) => void;
};

const Token = ({
  peer,
  onEdit,
  onRemove,
}: {
  readonly peer: Peer;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}) => {
  const words = useWords();
  const name = peer.name === '' ? peer.address : peer.name;
  return (
    <span className="recipient" title={recipientText(peer)}>
      <button
        type="button"
        className="recipient-words"
        aria-description={words('composer.recipient.edit', { name })}
        onDoubleClick={onEdit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onEdit();
          if (event.key === 'Backspace' || event.key === 'Delete') onRemove();
        }}
      >
        <bdi>{name}</bdi>
        {peer.name === '' ? null : <span className="recipient-address">{peer.address}</span>}
      </button>
      <button
        type="button"
        className="recipient-remove"
        tabIndex={-1}
        aria-label={words('composer.recipient.remove', { name })}
        onClick={onRemove}
      >
        <X aria-hidden size={12} />
      </button>
    </span>
  );
};

type SuggestionsProps = {
  readonly id: string;
  readonly people: readonly Peer[];
  readonly active: number;
  readonly onChoose: (peer: Peer) => void;
};

const Suggestions = ({ id, people, active, onChoose }: SuggestionsProps) => {
  const words = useWords();
  return (
    <ul
      id={id}
      className="recipient-suggestions"
      role="listbox"
      aria-label={words('composer.recipient.suggestions')}
    >
      {people.map((peer, index) => (
        <li
          key={peer.address}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          className={classes('recipient-suggestion', index === active && 'recipient-suggestion-active')}
          // Before the field loses the focus, which would take this list away.
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(peer);
          }}
        >
          <bdi className="recipient-suggestion-name">{peer.name === '' ? peer.address : peer.name}</bdi>
          {peer.name === '' ? null : <span className="recipient-address">{peer.address}</span>}
        </li>
      ))}
    </ul>
  );
};

/** The field's own text: what is typed and not a recipient yet. */
const usePending = ({ people, onChange, onPending }: Props) => {
  const [text, setText] = useState('');
  const [bad, setBad] = useState(false);
  const write = (next: string): void => {
    setText(next);
    setBad(false);
    onPending(next.trim());
  };
  const add = (more: readonly Peer[]): void => onChange(addRecipients(people, more));
  /** Makes recipients of what is typed; what is not an address stays, marked. */
  const commit = (typed: string): void => {
    const read = readRecipients(typed);
    const rest = read.filter((one) => one.kind === 'bad').map(({ text: words }) => words);
    add(read.filter((one) => one.kind === 'good').map(({ peer }) => peer));
    write(rest.join(', '));
    setBad(rest.length > 0);
  };
  return { text, bad, write, add, commit };
};

/** Recipients as tokens, with completion from everybody who was ever written to or heard from. */
export const RecipientField = (props: Props) => {
  const { label, people, autoFocus, onChange } = props;
  const words = useWords();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const pending = usePending(props);
  const [focused, setFocused] = useState(false);
  const [active, setActive] = useState(-1);
  const query = pending.text.trim();
  const found = useLive('people.suggest', focused && query.length > 0 ? { text: query } : null);
  const known = new Set(people.map((peer) => peer.address.toLowerCase()));
  const suggestions =
    focused && query.length > 0
      ? (found.data?.people ?? []).filter((peer) => !known.has(peer.address.toLowerCase())).slice(0, 7)
      : [];
  const open = suggestions.length > 0;

  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);

  const choose = (peer: Peer): void => {
    pending.add([peer]);
    pending.write('');
    setActive(-1);
  };
  const take = (): void => {
    const chosen = suggestions[active];
    if (chosen !== undefined) choose(chosen);
    else if (query !== '' && !query.includes('@') && suggestions[0] !== undefined) choose(suggestions[0]);
    else pending.commit(pending.text);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (open && step !== 0) {
      event.preventDefault();
      setActive((active + step + suggestions.length + 1) % (suggestions.length + 1));
    } else if ([',', ';', 'Enter', 'Tab'].includes(event.key) && query !== '') {
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      take();
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      event.stopPropagation();
      setFocused(false);
    } else if (event.key === 'Backspace' && pending.text === '' && people.length > 0) {
      event.preventDefault();
      onChange(people.slice(0, -1));
    }
  };
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text/plain');
    if (!/[@,;\n]/.test(text)) return;
    event.preventDefault();
    pending.commit(`${pending.text}${text}`);
  };

  return (
    <div className="recipient-field" onClick={() => input.current?.focus()}>
      <label className="recipient-label" htmlFor={id}>
        {label}
      </label>
      <div className="recipient-tokens">
        {people.map((peer) => (
          <Token
            key={peer.address}
            peer={peer}
            onRemove={() => onChange(people.filter((other) => other !== peer))}
            onEdit={() => {
              onChange(people.filter((other) => other !== peer));
              pending.write(recipientText(peer));
              input.current?.focus();
            }}
          />
        ))}
        <input
          ref={input}
          id={id}
          className="recipient-input"
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          value={pending.text}
          aria-expanded={open}
          aria-controls={open ? `${id}-list` : undefined}
          aria-activedescendant={open && active >= 0 ? `${id}-list-${active}` : undefined}
          aria-invalid={pending.bad || undefined}
          aria-describedby={pending.bad ? `${id}-bad` : undefined}
          onChange={(event) => {
            pending.write(event.target.value);
            setActive(-1);
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onFocus={() => setFocused(true)}
          onBlur={() => {
            setFocused(false);
            if (query !== '') pending.commit(pending.text);
          }}
        />
        {open ? (
          <Suggestions
            id={`${id}-list`}
            people={suggestions}
            active={active}
            onChoose={(peer) => {
              choose(peer);
              input.current?.focus();
            }}
          />
        ) : null}
      </div>
      {pending.bad ? (
        <p id={`${id}-bad`} className="recipient-bad" role="alert">
          {words('composer.recipient.bad', { text: pending.text })}
        </p>
      ) : null}
    </div>
  );
};
