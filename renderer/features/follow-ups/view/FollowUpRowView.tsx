import {
  BellRing,
  Check,
  CornerUpLeft,
  Repeat,
  ShieldCheck,
  X,
  AlarmClock,
  type LucideIcon,
} from 'lucide-react';
import { memo } from 'react';
import { useDates } from '#renderer/features/ownership/index.ts';
import { classes, useTimes, useWords } from '#renderer/ui/index.ts';
import { useKeysOf } from '#renderer/workbench/index.ts';
import type { FollowUpRow } from '#shared/contract/ownership.ts';
import type { Purpose } from '#shared/domain/conversation/follow-up.ts';

import { sectionOf } from '../model/sections.ts';

const icons: Readonly<Record<Purpose, LucideIcon>> = {
  promise: BellRing,
  check: ShieldCheck,
  return: CornerUpLeft,
};

type Props = {
  readonly row: FollowUpRow;
  readonly now: number;
  readonly id: string;
  readonly active: boolean;
  readonly opened: boolean;
  readonly onOpen: (row: FollowUpRow) => void;
  readonly onDone: (row: FollowUpRow) => void;
  readonly onPutOff: (row: FollowUpRow) => void;
  readonly onDrop: (row: FollowUpRow) => void;
};

/** For the pointer alone, so it is no button: an option has no buttons in it, and the keys do the same. */
const Deed = ({
  icon: Icon,
  id,
  onRun,
}: {
  readonly icon: LucideIcon;
  readonly id: 'follow-up.done' | 'follow-up.put-off' | 'follow-up.drop';
  readonly onRun: () => void;
}) => {
  const words = useWords();
  const keysOf = useKeysOf();
  return (
    <span
      className="follow-up-deed"
      data-tooltip={words(`action.${id}`)}
      data-keys={keysOf(id)}
      onClick={(event) => {
        event.stopPropagation();
        onRun();
      }}
    >
      <Icon size={14} />
    </span>
  );
};

/** One promise or check: what it is, for whom, why, and when it is due. */
export const FollowUpRowView = memo(
  ({ row, now, id, active, opened, onOpen, onDone, onPutOff, onDrop }: Props) => {
    const words = useWords();
    const times = useTimes();
    const dates = useDates();
    const { conversation, purpose, dueAt, why } = row;
    const { customer } = conversation;
    const Icon = icons[purpose];
    const section = sectionOf(row, now);
    const came = section === 'due';
    const near = came || section === 'today';
    const subject = conversation.subject === '' ? words('word.no-subject') : conversation.subject;
    return (
      <div
        id={id}
        role="option"
        aria-selected={opened}
        className={classes('follow-up', active && 'follow-up-active', opened && 'follow-up-opened')}
        onClick={() => onOpen(row)}
      >
        <div className="follow-up-head">
          <Icon className={classes('follow-up-icon', came && 'follow-up-came')} aria-hidden size={14} />
          <span className="follow-up-who">{customer.name === '' ? customer.address : customer.name}</span>
          <time
            className={classes('follow-up-due', came && 'follow-up-came')}
            dateTime={new Date(dueAt).toISOString()}
            title={dates.full(dueAt, now)}
          >
            {near ? times.relative(dueAt, now) : dates.brief(dueAt, now)}
          </time>
        </div>
        <div className="follow-up-why">{why === '' ? words(`follow-ups.purpose.${purpose}`) : why}</div>
        <div className="follow-up-about">
          <span className="follow-up-subject">
            {why === '' ? '' : `${words(`follow-ups.purpose.${purpose}`)} · `}
            {subject}
          </span>
          {conversation.status === 'resolved' ? (
            <span className="follow-up-tag">{words('follow-ups.resolved')}</span>
          ) : null}
          {row.ifNoReply ? <span className="follow-up-tag">{words('follow-ups.if-no-reply')}</span> : null}
          {row.every === null ? null : (
            <span className="follow-up-tag" title={words('follow-ups.repeats')}>
              <Repeat aria-hidden size={11} />
              <span className="unseen">{words('follow-ups.repeats')}</span>
            </span>
          )}
        </div>
        <div className="follow-up-deeds" aria-hidden>
          <Deed icon={Check} id="follow-up.done" onRun={() => onDone(row)} />
          <Deed icon={AlarmClock} id="follow-up.put-off" onRun={() => onPutOff(row)} />
          <Deed icon={X} id="follow-up.drop" onRun={() => onDrop(row)} />
        </div>
      </div>
    );
  },
);
FollowUpRowView.displayName = 'FollowUpRowView';
