import { UsersRound } from 'lucide-react';
import { useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import type { InvitationFacts } from '#shared/contract/team.ts';

/** What an invitation says: which team, where it is kept, what one will be, and until when it is good. */
export const InvitationCard = ({ facts }: { readonly facts: InvitationFacts }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { team, where, database, role, expiresAt } = facts;
  return (
    <section className="team-invitation" role="status">
      <p className="team-invitation-to">
        <UsersRound aria-hidden size={18} />
        <bdi>{words('team.join.to', { team })}</bdi>
      </p>
      <dl className="team-facts">
        <dt>{words('team.join.where')}</dt>
        <dd>{words('team.join.where.value', { database, where })}</dd>
        <dt>{words('team.join.role')}</dt>
        <dd>
          {words(`team.role.${role}`)}: {words(`team.role.${role}.what`)}
        </dd>
        <dt>{words('team.join.expires')}</dt>
        <dd title={times.full(expiresAt)}>
          {expiresAt <= now ? words('team.join.expired') : times.words(expiresAt, now)}
        </dd>
      </dl>
    </section>
  );
};
