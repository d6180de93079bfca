import { StickyNote, X } from 'lucide-react';
import { useId, useLayoutEffect, useRef, useState } from 'react';
import type { KeyboardEvent, RefObject } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { Button, IconButton, Notice, classes, refusalWords, useWords } from '#renderer/ui/index.ts';
import { useChords } from '#renderer/workbench/index.ts';
import type { Member } from '#shared/contract/ownership.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { membersLike, mentionBefore, mentionsIn } from './model/mentions.ts';
import { WriteKind } from './view/WriteKind.tsx';
import './note-composer.css';

type Props = {
  readonly conversation: ConversationId;
  /** What was written here before and not added. */
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onAdded: () => void;
  readonly onReply: () => void;
  readonly onHide: () => void;
};

const Suggestions = ({
  id,
  members,
  active,
  onChoose,
}: {
  readonly id: string;
  readonly members: readonly Member[];
  readonly active: number;
  readonly onChoose: (member: Member) => void;
}) => {
  const words = useWords();
  return (
    <ul id={id} className="note-people" role="listbox" aria-label={words('note.people')}>
      {members.map((member, index) => (
        <li
          key={member.id}
          id={`${id}-${String(index)}`}
          role="option"
          aria-selected={index === active}
          className={classes('note-person', index === active && 'note-person-active')}
          // Before the field loses the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(member);
          }}
        >
          {member.name}
        </li>
      ))}
    </ul>
  );
};

/** The field of a note with the names it may complete. */
const useNaming = (
  field: RefObject<HTMLTextAreaElement | null>,
  text: string,
  onText: (text: string) => void,
) => {
  const caret = useRef<number | null>(null);
  const members = useLive('member.list', {}).data?.members ?? [];
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const people = typed === null ? [] : membersLike(members, typed).slice(0, 6);

  useLayoutEffect(() => {
    if (caret.current === null) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  }, [field, text]);
  const choose = (member: Member | undefined): void => {
    const area = field.current;
    if (area === null || member === undefined || typed === null) return;
    const from = area.selectionStart - typed.length;
    caret.current = from + member.name.length + 1;
    onText(`${text.slice(0, from)}${member.name} ${text.slice(area.selectionStart)}`);
    setTyped(null);
  };
  return {
    members,
    people,
    active: Math.min(active, people.length - 1),
    choose,
    look: (area: HTMLTextAreaElement): void => {
      setTyped(
        area.selectionStart === area.selectionEnd
          ? mentionBefore(area.value.slice(0, area.selectionStart))
          : null,
      );
      setActive(0);
    },
    stop: () => setTyped(null),
    /** Whether a key was for the list of names. */
    takes: (event: KeyboardEvent): boolean => {
      if (people.length === 0 || event.ctrlKey || event.metaKey) return false;
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (step !== 0) setActive((Math.min(active, people.length - 1) + step + people.length) % people.length);
      else if (event.key === 'Enter' || event.key === 'Tab')
        choose(people[Math.min(active, people.length - 1)]);
      else if (event.key === 'Escape') setTyped(null);
      else return false;
      return true;
    },
  };
};

/** Where a note is written: it stays inside, and looks like nothing that is sent. */
export const NoteComposer = ({ conversation, text, onText, onAdded, onReply, onHide }: Props) => {
  const words = useWords();
  const chords = useChords();
  const engine = useEngine();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const naming = useNaming(field, text, onText);
  const [adding, setAdding] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const { people, active, members } = naming;

  const add = async (): Promise<void> => {
    if (text.trim() === '' || adding) return;
    setAdding(true);
    const mentions = [...mentionsIn(text, members)];
    const answer = await engine.call('note.add', { conversation, text: text.trim(), mentions });
    setAdding(false);
    if (answer.ok) onAdded();
    else setRefusal(refusalWords(words, answer.failure));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (naming.takes(event)) event.preventDefault();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void add();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      onHide();
    } else return;
    event.stopPropagation();
  };

  return (
    <section className="composer note-composer" aria-label={words('composer.kind.note')}>
      <header className="composer-head">
        <WriteKind kind="note" onChoose={onReply} />
        <p id={`${id}-inside`} className="note-inside">
          <StickyNote aria-hidden size={14} /> {words('note.inside')}
        </p>
        <span className="composer-head-space" />
        <IconButton icon={X} label={words('note.hide')} onClick={onHide} />
      </header>
      <div className="note-field-place">
        <textarea
          ref={field}
          className="note-field"
          aria-label={words('note.text')}
          aria-autocomplete="list"
          aria-describedby={`${id}-inside`}
          aria-controls={people.length > 0 ? `${id}-people` : undefined}
          aria-activedescendant={people.length > 0 ? `${id}-people-${String(active)}` : undefined}
          placeholder={words('note.placeholder')}
          autoFocus
          maxLength={20_000}
          value={text}
          onChange={(event) => {
            onText(event.target.value);
            naming.look(event.target);
          }}
          onSelect={(event) => naming.look(event.currentTarget)}
          onBlur={naming.stop}
          onKeyDown={onKeyDown}
        />
        {people.length > 0 ? (
          <Suggestions id={`${id}-people`} members={people} active={active} onChoose={naming.choose} />
        ) : null}
      </div>
      {refusal === null ? null : (
        <Notice tone="bad" live>
          <p>{refusal}</p>
        </Notice>
      )}
      <div className="composer-foot">
        <Button
          kind="primary"
          busy={adding}
          disabled={text.trim() === ''}
          tooltip={words('note.add')}
          keys={chords('Mod+Enter')}
          onClick={() => {
            void add();
          }}
        >
          {words('note.add')}
        </Button>
      </div>
    </section>
  );
};
