import { Clock, Ellipsis, HandHelping, MoonStar, Scale, TriangleAlert, UserRoundCheck } from 'lucide-react';
import { useDates } from '#renderer/features/ownership/index.ts';
import { Avatar, IconButton, Menu, classes, useTimes, useWords } from '#renderer/ui/index.ts';
import type { Member, MemberLoad } from '#shared/contract/ownership.ts';
import { loadTone } from '../model/load-tone.ts';
import { useAway } from '../model/use-away.ts';
import type { DropPlace } from '../model/use-reassign.tsx';

const Number = ({ value, bad = false }: { readonly value: number; readonly bad?: boolean }) => {
  const words = useWords();
  return (
    <td className={classes('team-number', value === 0 && 'team-none', bad && value > 0 && 'team-late')}>
      {new Intl.NumberFormat(words.locale).format(value)}
    </td>
  );
};

const Waits = ({ load, now }: { readonly load: MemberLoad; readonly now: number }) => {
  const words = useWords();
  const times = useTimes();
  const tone = loadTone(load);
  const { waitingSince } = load;
  if (waitingSince === null) return <td className="team-number team-none">{words('team.nobody-waits')}</td>;
  const Shape = tone === 'late' ? TriangleAlert : Clock;
  return (
    <td
      className={classes('team-number', tone === 'late' && 'team-late')}
      title={words('list.row.waiting-since', { time: times.full(waitingSince) })}
    >
      <span className="team-waits">
        <Shape aria-hidden size={12} />
        {times.length(now - waitingSince)}
      </span>
    </td>
  );
};

const useStanding = (load: MemberLoad, now: number): string => {
  const words = useWords();
  const dates = useDates();
  const { away, gone, role } = load.member;
  if (gone) return words('team.left');
  if (away === null) return words(load.overloaded ? 'team.overloaded' : `team.role.${role}`);
  const time = dates.brief(away.until, now);
  return away.substitute === null
    ? words('ownership.member.away', { time })
    : words('ownership.member.away.substitute', { time, name: away.substitute.name });
};

const Who = ({
  load,
  now,
  says,
}: {
  readonly load: MemberLoad;
  readonly now: number;
  /** What letting go here would do, while something is held above. */
  readonly says: string | null;
}) => {
  const words = useWords();
  const standing = useStanding(load, now);
  const { member, overloaded } = load;
  const notable = member.away !== null || member.gone || overloaded;
  return (
    <>
      <Avatar name={member.name} seed={member.id} />
      <span className="team-who">
        <span className="team-name">
          {member.name}
          {member.isMe ? <span className="team-me"> {words('ownership.member.me')}</span> : null}
        </span>
        <span
          className={classes('team-role', says === null ? notable && 'team-away-said' : 'team-drop-said')}
        >
          {says ?? standing}
        </span>
      </span>
    </>
  );
};

/** What a lead may ask for about a member. */
export type MemberWish = 'away' | 'balance' | 'hand-over';

const Wishes = ({
  load,
  onWish,
}: {
  readonly load: MemberLoad;
  readonly onWish: (wish: MemberWish, member: Member) => void;
}) => {
  const words = useWords();
  const away = useAway();
  const { member } = load;
  const { name, isMe } = member;
  const who = isMe ? 'me' : 'other';
  const has = load.open + load.followUps > 0;
  const wish = (one: MemberWish) => (): void => onWish(one, member);
  return (
    <span className="team-wishes">
      {load.overloaded ? (
        <IconButton icon={Scale} label={words('team.balance', { name })} onClick={wish('balance')} />
      ) : (member.away !== null || member.gone) && has ? (
        <IconButton
          icon={HandHelping}
          label={words('team.hand-over', { name })}
          onClick={wish('hand-over')}
        />
      ) : null}
      {member.gone ? null : member.away === null ? (
        <IconButton icon={MoonStar} label={words('team.away.title', { who, name })} onClick={wish('away')} />
      ) : (
        <IconButton
          icon={UserRoundCheck}
          label={words('team.back', { who, name })}
          onClick={() => {
            void away(member, null, null);
          }}
        />
      )}
      <Menu
        label={words('team.more', { name })}
        icon={Ellipsis}
        align="end"
        items={[
          {
            id: 'balance',
            icon: Scale,
            label: words('team.balance', { name }),
            disabled: load.open === 0,
            run: wish('balance'),
          },
          {
            id: 'hand-over',
            icon: HandHelping,
            label: words('team.hand-over', { name }),
            disabled: !has,
            run: wish('hand-over'),
          },
        ]}
      />
    </span>
  );
};

type RowProps = {
  readonly load: MemberLoad;
  readonly now: number;
  readonly chosen: boolean;
  readonly focusable: boolean;
  /** Where conversations may be dropped; null for who cannot be given any. */
  readonly place: DropPlace | null;
  /** What letting go would do, while something is held above this row. */
  readonly says: string | null;
  readonly onChoose: (by: 'key' | 'pointer') => void;
  readonly onWish: (wish: MemberWish, member: Member) => void;
};

/** How one member stands, what they have on a click, and what a lead may do about it. */
export const MemberRow = ({ load, now, chosen, focusable, place, says, onChoose, onWish }: RowProps) => (
  <tr className={classes('team-row', chosen && 'team-chosen', says !== null && 'team-over')} {...place}>
    <th scope="row">
      <button
        type="button"
        className="team-member"
        tabIndex={focusable ? 0 : -1}
        aria-current={chosen ? 'true' : undefined}
        onClick={(event) => onChoose(event.detail === 0 ? 'key' : 'pointer')}
      >
        <Who load={load} now={now} says={says} />
      </button>
    </th>
    <Number value={load.open} />
    <Number value={load.ourTurn} />
    <Waits load={load} now={now} />
    <Number value={load.overdue} bad />
    <Number value={load.dueToday} />
    <Number value={load.checks} />
    <td className="team-presence">
      <Wishes load={load} onWish={onWish} />
    </td>
  </tr>
);
