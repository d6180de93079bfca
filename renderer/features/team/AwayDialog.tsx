import { useState } from 'react';
import { useTeam } from '#renderer/features/ownership/index.ts';
import { WhenPicker } from '#renderer/features/when/index.ts';
import { Dialog, SelectField, useWords } from '#renderer/ui/index.ts';
import type { Member } from '#shared/contract/ownership.ts';
import { useAway } from './model/use-away.ts';
import './team.css';

/** Asks until when somebody is away, and who answers meanwhile. */
export const AwayDialog = ({
  member,
  onClose,
}: {
  readonly member: Member;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const away = useAway();
  const { members } = useTeam();
  const [now] = useState(() => Date.now());
  const [substitute, setSubstitute] = useState<string>(member.away?.substitute?.id ?? '');
  const others = members.filter(({ id }) => id !== member.id);
  const who = member.isMe ? 'me' : 'other';

  const save = async (until: number): Promise<void> => {
    const chosen = others.find(({ id }) => id === substitute)?.id ?? null;
    if (await away(member, until, chosen)) onClose();
  };

  return (
    <Dialog
      title={words('team.away.title', { who, name: member.name })}
      closeLabel={words('word.close')}
      onClose={onClose}
    >
      <div className="team-away">
        <SelectField
          label={words('team.away.substitute')}
          hint={words('team.away.substitute.hint')}
          value={substitute}
          options={[
            { value: '', label: words('team.away.nobody') },
            ...others.map(({ id, name, away: absent }) => ({
              value: id,
              label: absent === null ? name : words('team.away.also', { name }),
            })),
          ]}
          onChange={(event) => setSubstitute(event.currentTarget.value)}
        />
        <WhenPicker
          label={words('team.away.until')}
          now={now}
          allowIfNoReply={false}
          onChoose={({ at }) => {
            void save(at);
          }}
          onCancel={onClose}
        />
      </div>
    </Dialog>
  );
};
