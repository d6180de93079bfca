import { Clock, MoonStar, TriangleAlert, UserRoundCheck, UsersRound } from 'lucide-react';
import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { useDates, useTeam } from '#renderer/features/ownership/index.ts';
import {
  Avatar,
  Busy,
  EmptyState,
  IconButton,
  classes,
  useNow,
  useTimes,
  useWords,
} from '#renderer/ui/index.ts';
import { useKeysOf, useNavigation } from '#renderer/workbench/index.ts';
import type { Member, MemberLoad } from '#shared/contract/ownership.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import { AwayDialog } from './AwayDialog.tsx';
import { loadTone } from './model/load-tone.ts';
import { useAway } from './model/use-away.ts';
import { useReassign, type DropPlace } from './model/use-reassign.ts';
import './team.css';

const columns = ['open', 'our-turn', 'waiting', 'overdue', 'checks', 'follow-ups'] as const;

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

const Who = ({ member, now }: { readonly member: Member; readonly now: number }) => {
  const words = useWords();
  const dates = useDates();
  const { away } = member;
  const said =
    away === null
      ? words(`team.role.${member.role}`)
      : away.substitute === null
        ? words('ownership.member.away', { time: dates.brief(away.until, now) })
        : words('ownership.member.away.substitute', {
            time: dates.brief(away.until, now),
            name: away.substitute.name,
          });
  return (
    <>
      <Avatar name={member.name} seed={member.id} />
      <span className="team-who">
        <span className="team-name">
          {member.name}
          {member.isMe ? <span className="team-me"> {words('ownership.member.me')}</span> : null}
        </span>
        <span className={classes('team-role', away !== null && 'team-away-said')}>{said}</span>
      </span>
    </>
  );
};

type RowProps = {
  readonly load: MemberLoad;
  readonly now: number;
  readonly chosen: boolean;
  readonly over: boolean;
  readonly focusable: boolean;
  readonly place: DropPlace;
  readonly onChoose: (member: MemberId, by: 'key' | 'pointer') => void;
  readonly onAway: (member: Member) => void;
};

const MemberRow = ({ load, now, chosen, over, focusable, place, onChoose, onAway }: RowProps) => {
  const words = useWords();
  const away = useAway();
  const { member } = load;
  const who = member.isMe ? 'me' : 'other';
  return (
    <tr className={classes('team-row', chosen && 'team-chosen', over && 'team-over')} {...place}>
      <th scope="row">
        <button
          type="button"
          className="team-member"
          tabIndex={focusable ? 0 : -1}
          aria-current={chosen ? 'true' : undefined}
          onClick={(event) => onChoose(member.id, event.detail === 0 ? 'key' : 'pointer')}
        >
          <Who member={member} now={now} />
        </button>
      </th>
      <Number value={load.open} />
      <Number value={load.ourTurn} />
      <Waits load={load} now={now} />
      <Number value={load.overdue} bad />
      <Number value={load.checks} />
      <Number value={load.followUps} />
      <td className="team-presence">
        {member.away === null ? (
          <IconButton
            icon={MoonStar}
            label={words('team.away.title', { who, name: member.name })}
            onClick={() => onAway(member)}
          />
        ) : (
          <IconButton
            icon={UserRoundCheck}
            label={words('team.back', { who, name: member.name })}
            onClick={() => {
              void away(member, null, null);
            }}
          />
        )}
      </td>
    </tr>
  );
};

/** How each member stands, and the way to what they have; conversations may be dropped onto them. */
export const TeamBoard = ({ onEnter }: { readonly onEnter: () => void }) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const now = useNow();
  const table = useRef<HTMLTableElement>(null);
  const { place, go } = useNavigation();
  const { lead } = useTeam();
  const { data } = useLive('team.overview', lead ? {} : null);
  const { over, placeFor } = useReassign();
  const [absent, setAbsent] = useState<Member | null>(null);
  const chosen = place.query.owner ?? null;

  const onChoose = (member: MemberId, by: 'key' | 'pointer'): void => {
    go({ kind: 'member', member });
    // The list of the member is there with the next drawing.
    if (by === 'key') requestAnimationFrame(onEnter);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const buttons = [...(table.current?.querySelectorAll<HTMLElement>('.team-member') ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  };

  if (!lead) return <EmptyState icon={UsersRound} title={words('team.leads-only')} />;
  if (data === undefined) return <Busy subject={words('word.loading')} />;
  const focused = data.members.some(({ member }) => member.id === chosen)
    ? chosen
    : data.members[0]?.member.id;
  return (
    <section className="team" aria-labelledby="team-title">
      <h2 id="team-title" className="team-title">
        {words('view.team')}
      </h2>
      <p className="team-hint">{words('team.hint', { key: keysOf('conversation.assign') ?? '' })}</p>
      <div className="team-scroll">
        <table ref={table} className="team-table" onKeyDown={onKeyDown}>
          <thead>
            <tr>
              <th scope="col">{words('team.column.member')}</th>
              {columns.map((column) => (
                <th key={column} scope="col" className="team-number">
                  {words(`team.column.${column}`)}
                </th>
              ))}
              <th scope="col">
                <span className="unseen">{words('team.column.presence')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.members.map((load) => (
              <MemberRow
                key={load.member.id}
                load={load}
                now={now}
                chosen={load.member.id === chosen}
                over={over === load.member.id}
                focusable={load.member.id === focused}
                place={placeFor(load.member)}
                onChoose={onChoose}
                onAway={setAbsent}
              />
            ))}
          </tbody>
        </table>
      </div>
      {absent === null ? null : <AwayDialog member={absent} onClose={() => setAbsent(null)} />}
    </section>
  );
};
