import { AlarmClock, Check, Clock } from 'lucide-react';
import { Badge, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import type { Tone } from '#renderer/ui/index.ts';
import { useDates, useTeam } from '#renderer/features/ownership/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import { stateOfTarget } from '#shared/domain/targets/targets.ts';
import type { TargetState } from '#shared/domain/targets/targets.ts';

type Props = { readonly detail: ConversationDetail };

const tones: Readonly<Record<TargetState, Tone>> = { calm: 'good', soon: 'warn', late: 'bad' };

/** When our own target is due, or by how much it was missed. */
const Target = ({ detail }: Props) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { target } = detail;
  if (target === null || detail.status !== 'open') return null;
  const { kind, from, at } = target;
  const state = stateOfTarget(at, from, now);
  return (
    <Badge
      tone={tones[state]}
      icon={AlarmClock}
      title={`${words(`ownership.target.state.${state}`)}: ${times.full(at)}`}
    >
      {state === 'late'
        ? words(`ownership.target.late.${kind}`, { length: times.length(now - at) })
        : words(`ownership.target.${kind}`, { length: times.length(at - now) })}
    </Badge>
  );
};

const useTurnWords = ({ detail }: Props): string => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { me, alone } = useTeam();
  const { owner, waitingSince } = detail;
  const mine = alone || owner?.id === me?.id;
  if (waitingSince === null) {
    if (mine) return words('conversation.turn.ours-now');
    return owner === null
      ? words('ownership.turn.nobody-now')
      : words('ownership.turn.owner-now', { name: owner.name });
  }
  const length = times.length(now - waitingSince);
  if (mine) return words('conversation.turn.ours', { length });
  return owner === null
    ? words('ownership.turn.nobody', { length })
    : words('ownership.turn.owner', { name: owner.name, length });
};

const Turn = ({ detail }: Props) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const ours = useTurnWords({ detail });
  const { status, turn, target, waitingSince } = detail;
  if (status === 'done')
    return (
      <Badge tone="good" icon={Check}>
        {words('conversation.status.done')}
      </Badge>
    );
  if (status === 'resolved')
    return (
      <Badge tone="note" icon={Check}>
        {words('ownership.status.resolved', { count: detail.checks })}
      </Badge>
    );
  if (status === 'merged') return <Badge>{words('conversation.status.merged')}</Badge>;
  if (turn === 'ours' && detail.outbox === 'waiting')
    return <Badge icon={Clock}>{words('conversation.turn.leaving')}</Badge>;
  if (turn === 'ours')
    return (
      <Badge
        tone={target === null ? 'warn' : 'neutral'}
        {...(waitingSince === null ? {} : { title: times.full(waitingSince) })}
      >
        {ours}
      </Badge>
    );
  if (turn === 'theirs')
    return <Badge>{words('conversation.turn.theirs', { time: times.words(detail.lastAt, now) })}</Badge>;
  return null;
};

/** The customer began to wait somewhere else before they did here. */
const WaitsElsewhere = ({ detail }: Props) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { customerWaitingSince: anywhere, waitingSince: here } = detail;
  if (anywhere === null || here === null || anywhere >= here) return null;
  return <span>{words('ownership.customer-waits', { length: times.length(now - anywhere) })}</span>;
};

/** Whose turn it is, how long the customer waits, what our targets say, and whether it sleeps. */
export const Standing = ({ detail }: Props) => {
  const words = useWords();
  const dates = useDates();
  const now = useNow();
  const { snoozedUntil } = detail;
  return (
    <>
      <Turn detail={detail} />
      <Target detail={detail} />
      {snoozedUntil === null ? null : (
        <Badge tone="note" icon={Clock}>
          {words('ownership.snoozed', { time: dates.brief(snoozedUntil, now) })}
        </Badge>
      )}
      <WaitsElsewhere detail={detail} />
    </>
  );
};
