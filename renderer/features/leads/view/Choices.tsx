import { useId } from 'react';
import { SelectField, useWords } from '#renderer/ui/index.ts';
import type { Member } from '#shared/contract/ownership.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import type { Wish } from '../model/use-wish.ts';

type Choice = { readonly words: string; readonly chosen: boolean; readonly choose: () => void };

const OneOf = ({ label, choices }: { readonly label: string; readonly choices: readonly Choice[] }) => {
  const name = useId();
  return (
    <fieldset className="leads-choices">
      <legend className="leads-legend">{label}</legend>
      {choices.map(({ words, chosen, choose }) => (
        <label key={words} className="leads-choice">
          <input type="radio" name={name} checked={chosen} onChange={choose} />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
};

const Whom = ({
  label,
  members,
  value,
  onChange,
}: {
  readonly label: string;
  readonly members: readonly Member[];
  readonly value: MemberId | null;
  readonly onChange: (member: MemberId) => void;
}) => {
  const words = useWords();
  return (
    <SelectField
      label={label}
      labelUnseen
      value={value ?? ''}
      options={members.map(({ id, name, away, isMe }) => ({
        value: id,
        label:
          away !== null
            ? words('team.away.also', { name })
            : isMe
              ? `${name} (${words('ownership.member.me')})`
              : name,
      }))}
      onChange={({ currentTarget }) => {
        const chosen = members.find(({ id }) => id === currentTarget.value);
        if (chosen !== undefined) onChange(chosen.id);
      }}
    />
  );
};

/** To whom everything goes, and who checks with the customers whose matters were given away before. */
export const Choices = ({
  member,
  wish,
  withChecks,
}: {
  readonly member: Member;
  readonly wish: Wish;
  readonly withChecks: boolean;
}) => {
  const words = useWords();
  const { others, how, given } = wish;
  return (
    <div className="leads-columns">
      <div>
        <OneOf
          label={words('hand-over.to')}
          choices={[
            {
              words: words('hand-over.to.spread'),
              chosen: how === 'spread',
              choose: () => wish.setHow('spread'),
            },
            { words: words('hand-over.to.one'), chosen: how === 'one', choose: () => wish.setHow('one') },
          ]}
        />
        {how === 'one' ? (
          <Whom
            label={words('hand-over.to.whom')}
            members={others}
            value={wish.receiver}
            onChange={wish.setTo}
          />
        ) : null}
      </div>
      {withChecks ? (
        <div>
          <OneOf
            label={words('hand-over.checks')}
            choices={[
              {
                words: words('hand-over.checks.kept', { name: member.name }),
                chosen: !given,
                choose: () => wish.setGiven(false),
              },
              { words: words('hand-over.checks.given'), chosen: given, choose: () => wish.setGiven(true) },
            ]}
          />
          {given ? (
            <Whom
              label={words('hand-over.checks.whom')}
              members={others}
              value={wish.checks}
              onChange={wish.setChecker}
            />
          ) : null}
        </div>
      ) : null}
    </div>
  );
};
