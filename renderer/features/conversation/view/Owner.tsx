import { UserRound } from 'lucide-react';
import { Avatar, useNow, useWords } from '#renderer/ui/index.ts';
import { useKeysOf } from '#renderer/workbench/index.ts';
import { useDates, useTeam } from '#renderer/features/ownership/index.ts';
import { useLive } from '#renderer/engine-client/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import './owner.css';

type Props = {
  readonly detail: ConversationDetail;
  /** Lets the owner be changed; null where that is not for whoever sits here. */
  readonly onChange: (() => void) | null;
};

/** Why it is with this owner, or with nobody: for somebody who is away, or had by somebody before. */
const Because = ({ detail }: Pick<Props, 'detail'>) => {
  const words = useWords();
  const dates = useDates();
  const now = useNow();
  const { me } = useTeam();
  const { coveredFor, hadBy, owner } = detail;
  const members = useLive('member.list', {}).data?.members ?? [];
  if (coveredFor !== null) {
    const until = members.find(({ id }) => id === coveredFor.id)?.away?.until ?? null;
    return (
      <span className="owner-because">
        {until === null
          ? words('ownership.covered', { name: coveredFor.name })
          : words('ownership.covered.until', { name: coveredFor.name, time: dates.brief(until, now) })}
      </span>
    );
  }
  if (hadBy === null || owner !== null) return null;
  return (
    <span className="owner-because">
      {hadBy.id === me?.id ? words('ownership.had-by.me') : words('ownership.had-by', { name: hadBy.name })}
    </span>
  );
};

/** Who sees the conversation through, and why. */
export const Owner = ({ detail, onChange }: Props) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const { me } = useTeam();
  const { owner } = detail;
  const name =
    owner === null
      ? words('ownership.nobody')
      : owner.id === me?.id
        ? words('ownership.owner.me')
        : owner.name;
  const inside = (
    <>
      {owner === null ? (
        <UserRound aria-hidden size={18} className="owner-nobody" />
      ) : (
        <Avatar name={owner.name} seed={owner.id} size="small" />
      )}
      {owner === null || owner.id === me?.id ? (
        <span className="owner-name">{name}</span>
      ) : (
        <span className="owner-name">
          <span className="unseen">{words('ownership.owner', { name })}</span>
          <bdi aria-hidden>{name}</bdi>
        </span>
      )}
    </>
  );
  return (
    <div className="owner">
      {onChange === null ? (
        <span className="owner-who">{inside}</span>
      ) : (
        <button
          type="button"
          className="owner-who owner-change"
          data-tooltip={words('ownership.owner.change')}
          data-keys={keysOf('conversation.assign')}
          onClick={onChange}
        >
          {inside}
        </button>
      )}
      <Because detail={detail} />
    </div>
  );
};
