import { useLive } from '#renderer/engine-client/index.ts';
import { Avatar, classes, useWords } from '#renderer/ui/index.ts';
import type { PresentMember } from '#shared/contract/team.ts';
import type { ConversationId } from '#shared/kit/brand.ts';
import { useInTeam } from './model/use-team-status.ts';
import './team-beside.css';

const Group = ({
  doing,
  members,
}: {
  readonly doing: 'looking' | 'writing';
  readonly members: readonly PresentMember[];
}) => {
  const words = useWords();
  if (members.length === 0) return null;
  const names = new Intl.ListFormat(words.locale).format(members.map(({ name }) => name));
  return (
    <span className={classes('team-present', `team-present-${doing}`)}>
      <span className="team-present-faces">
        {members.map(({ id, name }) => (
          <Avatar key={id} name={name} seed={id} size="small" />
        ))}
      </span>
      <span className="team-present-words">
        {words(`team.present.${doing}`, { count: members.length, names })}
      </span>
    </span>
  );
};

/** Which colleagues look at a conversation now, and who of them writes. */
export const PresenceLine = ({ conversation }: { readonly conversation: ConversationId }) => {
  const there = useInTeam()?.connection.kind === 'connected';
  const present = useLive('team.presence', there ? { conversation } : null).data?.present ?? [];
  if (!there) return null;
  return (
    <span className="team-present-all" role="status">
      <Group doing="writing" members={present.filter(({ typing }) => typing)} />
      <Group doing="looking" members={present.filter(({ typing }) => !typing)} />
    </span>
  );
};
