import {
  AlarmClock,
  ArrowRightLeft,
  CheckCheck,
  Clock,
  Combine,
  Ellipsis,
  Hand,
  RotateCcw,
  ShieldCheck,
  Split,
  StickyNote,
  Tag,
  UserCheck,
  type LucideIcon,
} from 'lucide-react';
import { useRef } from 'react';
import { Menu, useWords } from '#renderer/ui/index.ts';
import type { ButtonKind, MenuItem } from '#renderer/ui/index.ts';
import { ActionButton, useActionDesk, useKeysOf } from '#renderer/workbench/index.ts';
import type { ActionId } from '#renderer/workbench/index.ts';
import { useTeam } from '#renderer/features/ownership/index.ts';
import type { OwnershipRuns } from '#renderer/features/ownership/index.ts';
import type { ConversationDetail } from '#shared/contract/conversations.ts';
import { useWidth } from '../model/use-width.ts';
import { Owner } from './Owner.tsx';
import './head-actions.css';

/** What the buttons of the head do with this conversation. */
export type HeadRuns = OwnershipRuns & {
  readonly resolve: (() => void) | null;
  readonly reopen: (() => void) | null;
  readonly split: (() => void) | null;
};

type Shown = {
  readonly id: ActionId;
  readonly icon: LucideIcon;
  readonly run: (() => void) | null;
  readonly kind: ButtonKind;
  /** From this width on, in rem, it stands on its own; below it is in the menu. */
  readonly from: number;
};

/** The claim button and its gap, in rem. */
const claimWidth = 6;

/** In the order in which they stand; widths are those at which all that stands from there on has room, in English. */
const buttonsFor = (detail: ConversationDetail, runs: HeadRuns, alone: boolean): readonly Shown[] => {
  const unowned = detail.owner === null && detail.status === 'open';
  const snoozed = detail.snoozedUntil !== null;
  const beside = unowned ? claimWidth : 0;
  const all: readonly Shown[] = [
    {
      id: 'conversation.claim',
      icon: Hand,
      run: unowned ? runs.claim : null,
      kind: alone ? 'plain' : 'primary',
      from: 0,
    },
    {
      id: 'conversation.transfer',
      icon: ArrowRightLeft,
      run: runs.transfer,
      kind: 'plain',
      from: 24 + beside,
    },
    {
      id: 'conversation.follow-up',
      icon: AlarmClock,
      run: runs['follow-up'],
      kind: 'plain',
      from: 31 + beside,
    },
    snoozed
      ? { id: 'conversation.wake', icon: Clock, run: runs.wake, kind: 'plain', from: 37.5 + beside }
      : { id: 'conversation.snooze', icon: Clock, run: runs.snooze, kind: 'plain', from: 37.5 + beside },
    {
      id: 'conversation.resolve',
      icon: CheckCheck,
      run: runs.resolve,
      kind: unowned && !alone ? 'plain' : 'primary',
      from: unowned ? 22 : 0,
    },
    { id: 'conversation.reopen', icon: RotateCcw, run: runs.reopen, kind: 'plain', from: 0 },
  ];
  return all.filter(({ run }) => run !== null);
};

const useMore = (hidden: readonly Shown[], runs: HeadRuns): readonly MenuItem[] => {
  const words = useWords();
  const keysOf = useKeysOf();
  const desk = useActionDesk();
  const rest: readonly Pick<Shown, 'id' | 'icon' | 'run'>[] = [
    ...hidden,
    { id: 'check.confirm', icon: ShieldCheck, run: runs.check },
    { id: 'conversation.assign', icon: UserCheck, run: runs.assign },
    {
      id: 'conversation.note',
      icon: StickyNote,
      // After the menu has given the focus back.
      run: () => {
        setTimeout(() => desk.run('conversation.note'));
      },
    },
    { id: 'conversation.tag', icon: Tag, run: runs.tag },
    { id: 'conversation.merge', icon: Combine, run: runs.merge },
    { id: 'conversation.split', icon: Split, run: runs.split },
  ];
  return rest.flatMap(({ id, icon, run }) =>
    run === null ? [] : [{ id, label: words(`action.${id}`), icon, keys: keysOf(id), run }],
  );
};

/** Who has the conversation and what can be done with it as a whole, in words; what has no room is in the menu. */
export const HeadActions = ({
  detail,
  runs,
}: {
  readonly detail: ConversationDetail;
  readonly runs: HeadRuns;
}) => {
  const words = useWords();
  const { alone } = useTeam();
  const bar = useRef<HTMLDivElement>(null);
  const width = useWidth(bar);
  const buttons = buttonsFor(detail, runs, alone);
  const more = useMore(
    buttons.filter(({ from }) => from > width),
    runs,
  );
  return (
    <div ref={bar} className="head-actions">
      <Owner detail={detail} onChange={runs.assign} />
      <div className="head-actions-buttons" role="group" aria-label={words('ownership.actions')}>
        {buttons
          .filter(({ from }) => from <= width)
          .map(({ id, icon, run, kind }) => (
            <ActionButton
              key={id}
              id={id}
              icon={icon}
              form="words"
              kind={kind}
              {...(run === null ? {} : { onRun: run })}
            />
          ))}
        <Menu icon={Ellipsis} label={words('ownership.more')} align="end" items={more} />
      </div>
    </div>
  );
};
