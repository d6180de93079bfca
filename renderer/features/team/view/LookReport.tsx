import { CircleAlert, CircleCheck, Info, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '#renderer/ui/index.ts';
import type { TeamDatabase } from '#shared/contract/team.ts';

const shapes: Readonly<Record<'good' | 'bad' | 'note', LucideIcon>> = {
  good: CircleCheck,
  bad: CircleAlert,
  note: Info,
};

const Line = ({ tone, children }: { readonly tone: keyof typeof shapes; readonly children: ReactNode }) => {
  const Shape = shapes[tone];
  return (
    <li className={`team-found team-found-${tone}`}>
      <Shape aria-hidden size={16} />
      <span>{children}</span>
    </li>
  );
};

/** What a look at a database found: whether it answers, how the line is protected, what the login may do, who else is there. */
export const LookReport = ({ found }: { readonly found: TeamDatabase }) => {
  const words = useWords();
  const { where, version, tls, missing, user, database, teams } = found;
  return (
    <section className="team-look" aria-labelledby="team-look" role="status">
      <h4 id="team-look" className="team-look-title">
        {words('team.look.title')}
      </h4>
      <ul>
        <Line tone="good">{words('team.look.reached', { where, version })}</Line>
        <Line tone={tls === 'loopback' ? 'note' : 'good'}>{words(`team.look.tls.${tls}`)}</Line>
        {missing.length === 0 ? (
          <Line tone="good">{words('team.look.rights.good', { user, database })}</Line>
        ) : (
          missing.map((right) => (
            <Line key={right} tone="bad">
              {words(`team.look.right.${right}`, { user, database })}
            </Line>
          ))
        )}
        {teams.length === 0 ? null : (
          <Line tone="note">
            {words('team.look.teams', {
              count: teams.length,
              names: new Intl.ListFormat(words.locale).format(teams),
            })}
          </Line>
        )}
      </ul>
    </section>
  );
};
