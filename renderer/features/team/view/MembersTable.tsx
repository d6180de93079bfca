import { Ellipsis, UserMinus } from 'lucide-react';
import { useState } from 'react';
import { useEngine, useLive } from '#renderer/engine-client/index.ts';
import { useDates } from '#renderer/features/ownership/index.ts';
import {
  Avatar,
  Busy,
  Menu,
  SelectField,
  classes,
  refusalWords,
  useNow,
  useTimes,
  useWords,
} from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { TeamMember } from '#shared/contract/team.ts';
import { roles, type Role } from '#shared/domain/member.ts';
import { RemoveDialog } from './RemoveDialog.tsx';

/** Heard of so lately that they sit there now, in ms: the line is tested about this often. */
const justNow = 90_000;

const RoleChoice = ({ member }: { readonly member: TeamMember }) => {
  const words = useWords();
  const engine = useEngine();
  const { show } = useToasts();
  const { id, name, role } = member;
  const change = async (next: Role): Promise<void> => {
    const answer = await engine.call('team.setRole', { member: id, role: next });
    if (answer.ok) show({ text: words('team.members.role.done', { name, role: next }) });
    else show({ tone: 'bad', text: refusalWords(words, answer.failure) });
  };
  return (
    <SelectField
      label={words('team.members.role-of', { name })}
      labelUnseen
      className="team-role-choice"
      value={role}
      options={roles.map((value) => ({ value, label: words(`team.role.${value}`) }))}
      onChange={(event) => {
        const next = roles.find((value) => value === event.currentTarget.value);
        if (next !== undefined && next !== role) void change(next);
      }}
    />
  );
};

const LastSeen = ({ member }: { readonly member: TeamMember }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { lastSeenAt, isMe } = member;
  if (lastSeenAt === null) return <span className="settings-soft">{words('team.members.never')}</span>;
  const here = isMe || now - lastSeenAt < justNow;
  return (
    <span className={classes('team-seen', here && 'team-seen-now')} title={times.full(lastSeenAt)}>
      {times.words(Math.min(lastSeenAt, now), now)}
    </span>
  );
};

const Row = ({
  member,
  admin,
  there,
  onRemove,
}: {
  readonly member: TeamMember;
  readonly admin: boolean;
  readonly there: boolean;
  readonly onRemove: () => void;
}) => {
  const words = useWords();
  const dates = useDates();
  const now = useNow();
  const { id, name, role, isMe, away, gone, devices } = member;
  return (
    <tr className={classes(gone && 'team-gone')}>
      <th scope="row">
        <span className="team-person">
          <Avatar name={name} seed={id} size="small" />
          <span className="team-who">
            <span className="team-name">
              <bdi>{name}</bdi>
              {isMe ? <span className="team-me"> ({words('team.members.me')})</span> : null}
            </span>
            {away === null ? null : (
              <span className="team-me team-away-said">
                {words('ownership.member.away', { time: dates.brief(away.until, now) })}
              </span>
            )}
          </span>
        </span>
      </th>
      <td>
        {gone ? (
          words('team.members.gone')
        ) : admin && there && !isMe ? (
          <RoleChoice member={member} />
        ) : (
          words(`team.role.${role}`)
        )}
      </td>
      {there ? (
        <>
          <td className="team-number">{new Intl.NumberFormat(words.locale).format(devices)}</td>
          <td>
            <LastSeen member={member} />
          </td>
        </>
      ) : null}
      {admin ? (
        <td className="team-do">
          {gone || isMe || !there ? null : (
            <Menu
              icon={Ellipsis}
              label={words('team.members.more', { name })}
              align="end"
              items={[
                {
                  id: 'remove',
                  label: words('team.members.remove'),
                  icon: UserMinus,
                  danger: true,
                  run: onRemove,
                },
              ]}
            />
          )}
        </td>
      ) : null}
    </tr>
  );
};

/** Who is in the team; an admin changes roles and removes members here. */
export const MembersTable = ({
  admin,
  there,
}: {
  readonly admin: boolean;
  /** Whether the team's database answers: what only it knows is not guessed. */
  readonly there: boolean;
}) => {
  const words = useWords();
  const members = useLive('team.members', {}).data?.members;
  const [removing, setRemoving] = useState<TeamMember | null>(null);
  return (
    <section className="team-part" aria-labelledby="team-members">
      <h3 id="team-members">{words('team.members.title')}</h3>
      {members === undefined ? (
        <Busy subject={words('word.loading')} />
      ) : (
        <div className="team-scroll">
          <table className="team-table team-members">
            <thead>
              <tr>
                <th scope="col">{words('team.members.name')}</th>
                <th scope="col">{words('team.members.role')}</th>
                {there ? (
                  <>
                    <th scope="col" className="team-number">
                      {words('team.members.devices')}
                    </th>
                    <th scope="col">{words('team.members.last-seen')}</th>
                  </>
                ) : null}
                {admin ? (
                  <th scope="col">
                    <span className="unseen">{words('team.members.do')}</span>
                  </th>
                ) : null}
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <Row
                  key={member.id}
                  member={member}
                  admin={admin}
                  there={there}
                  onRemove={() => setRemoving(member)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {removing === null ? null : <RemoveDialog member={removing} onClose={() => setRemoving(null)} />}
    </section>
  );
};
