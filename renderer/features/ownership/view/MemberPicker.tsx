import { Sparkle, UserRound } from 'lucide-react';
import { useId, useState } from 'react';
import type { KeyboardEvent, Ref } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { Avatar, classes, useNow, useWords } from '#renderer/ui/index.ts';
import type { SuggestedMember } from '#shared/contract/leads.ts';
import type { Member, MemberLoad } from '#shared/contract/ownership.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { reasonWords } from '#shared/messages/reason-words.ts';
import { useDates } from '../model/use-dates.ts';
import './member-picker.css';

/** Who was picked: a member, nobody on purpose, or no one yet. */
export type Picked =
  | { readonly kind: 'none' }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'member'; readonly id: MemberId; readonly name: string };

type Props = {
  readonly ref?: Ref<HTMLInputElement>;
  readonly label: string;
  readonly members: readonly Member[];
  /** Who is offered first, and why. */
  readonly suggested?: readonly SuggestedMember[];
  /** Offers to pick nobody as well. */
  readonly withNobody?: boolean;
  readonly picked: Picked;
  readonly error: string | null;
  readonly onPick: (picked: Picked) => void;
  /** Enter was pressed, or somebody clicked: on to what comes next. */
  readonly onNext: () => void;
};

type Choice = { readonly picked: Picked; readonly member: Member | null; readonly name: string };

const same = (one: Picked, other: Picked): boolean =>
  one.kind === other.kind && (one.kind !== 'member' || other.kind !== 'member' || one.id === other.id);

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Whether every typed word begins a word of the name. */
const fits = (name: string, typed: string): boolean => {
  const parts = plain(name).split(/\s+/u);
  return plain(typed)
    .split(/\s+/u)
    .every((word) => parts.some((part) => part.startsWith(word)));
};

const useLoadWords = () => {
  const words = useWords();
  const dates = useDates();
  const now = useNow();
  return (member: Member, load: MemberLoad | undefined): string => {
    if (member.away !== null) {
      const { until, substitute } = member.away;
      const time = dates.brief(until, now);
      return substitute === null
        ? words('ownership.member.away', { time })
        : words('ownership.member.away.substitute', { time, name: substitute.name });
    }
    if (load === undefined) return '';
    const { open, ourTurn: ours, overdue } = load;
    return overdue === 0
      ? words('ownership.member.load', { open, ours })
      : words('ownership.member.load.overdue', { open, ours, overdue });
  };
};

/** Where a member stands among the choices. */
const placeOf = ({ id, away }: Member, suggested: readonly SuggestedMember[]): number => {
  const place = suggested.findIndex(({ member }) => member.id === id);
  return place >= 0 ? place : suggested.length + Number(away !== null);
};

/** Members to pick from: those who are suggested, then nobody, those who are there, and those who are away. */
const choicesOf = (
  members: readonly Member[],
  suggested: readonly SuggestedMember[],
  nobody: string | null,
): readonly Choice[] => {
  const inOrder = [...members]
    .sort((one, other) => placeOf(one, suggested) - placeOf(other, suggested))
    .map((member): Choice => {
      const { id, name } = member;
      return { picked: { kind: 'member', id, name }, member, name };
    });
  const first = inOrder.filter(({ member }) => suggested.some((one) => one.member.id === member?.id)).length;
  const none: readonly Choice[] =
    nobody === null ? [] : [{ picked: { kind: 'nobody' }, member: null, name: nobody }];
  return [...inOrder.slice(0, first), ...none, ...inOrder.slice(first)];
};

const Why = ({
  member,
  suggested,
}: {
  readonly member: Member | null;
  readonly suggested: readonly SuggestedMember[];
}) => {
  const words = useWords();
  const found = suggested.find((one) => one.member.id === member?.id);
  if (found === undefined) return null;
  return (
    <span className="member-choice-why">
      <Sparkle aria-hidden size={12} />
      {reasonWords(words, found.member.name, found.reasons)}
    </span>
  );
};

/** A member is picked by the beginning of a name, by arrows or by a click; each is shown with their load (ARIA combobox). */
export const MemberPicker = (props: Props) => {
  const { ref, label, members, suggested = [], withNobody = false, picked, error, onPick, onNext } = props;
  const words = useWords();
  const id = useId();
  const [text, setText] = useState('');
  const loads = useLive('team.overview', {}).data?.members ?? [];
  const loadWords = useLoadWords();
  const all = choicesOf(members, suggested, withNobody ? words('ownership.nobody.name') : null);
  const choices = text.trim() === '' ? all : all.filter(({ name }) => fits(name, text));
  const active = choices.findIndex((choice) => same(choice.picked, picked));

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || choices.length === 0) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const from = active < 0 && step < 0 ? 0 : active;
      const next = choices[(from + step + choices.length) % choices.length];
      if (next !== undefined) onPick(next.picked);
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (picked.kind !== 'none') onNext();
    }
  };
  const onText = (typed: string): void => {
    setText(typed);
    const first = typed.trim() === '' ? undefined : all.find(({ name }) => fits(name, typed));
    onPick(first?.picked ?? { kind: 'none' });
  };

  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        ref={ref}
        id={id}
        className="field-input"
        role="combobox"
        autoFocus
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        placeholder={words('ownership.member.find')}
        value={text}
        aria-expanded={choices.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={active < 0 ? undefined : `${id}-${String(active)}`}
        aria-invalid={error !== null || undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p id={`${id}-note`} className="field-note field-error" role="status">
        {error ?? (choices.length === 0 ? words('ownership.member.none') : '')}
      </p>
      <ul
        id={`${id}-list`}
        className="member-choices"
        role="listbox"
        aria-label={words('ownership.member.choices')}
        hidden={choices.length === 0}
      >
        {choices.map(({ picked: its, member, name }, index) => (
          <li
            key={member?.id ?? 'nobody'}
            id={`${id}-${String(index)}`}
            role="option"
            aria-selected={index === active}
            className={classes(
              'member-choice',
              index === active && 'member-choice-active',
              member?.away !== null && member !== null && 'member-choice-away',
            )}
            // The field keeps the focus until the choice is made.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              onPick(its);
              onNext();
            }}
          >
            {member === null ? (
              <UserRound aria-hidden size={20} />
            ) : (
              <Avatar name={name} seed={member.id} size="small" />
            )}
            <span className="member-choice-name">
              <bdi>{name}</bdi>
              {member?.isMe === true ? ` (${words('ownership.member.me')})` : ''}
              <Why member={member} suggested={suggested} />
            </span>
            <span className="member-choice-load">
              {member === null
                ? ''
                : loadWords(
                    member,
                    loads.find((load) => load.member.id === member.id),
                  )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
};
