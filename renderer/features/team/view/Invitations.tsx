import { useAsked, useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, refusalWords, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { InvitationRow, TeamConnection } from '#shared/contract/team.ts';
import { TeamRefused } from './TeamRefused.tsx';

const Line = ({ invitation }: { readonly invitation: InvitationRow }) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  const { show } = useToasts();
  const { asked, ask } = useAsked('team.revoke');
  const { id, role, madeBy, expiresAt } = invitation;
  const time = times.words(expiresAt, now);
  const revoke = async (): Promise<void> => {
    if (await ask({ id })) show({ text: words('team.invitations.revoked') });
  };
  return (
    <li className="settings-line">
      <div className="settings-line-words">
        <p>{words('team.invitations.line', { role })}</p>
        <p className="settings-soft" title={times.full(expiresAt)}>
          {words('team.invitations.until', { name: madeBy, time })}
        </p>
        {asked.kind === 'refused' ? <TeamRefused failure={asked.failure} /> : null}
      </div>
      <Button
        small
        busy={asked.kind === 'busy'}
        aria-label={words('team.invitations.revoke.of', { time })}
        onClick={() => {
          void revoke();
        }}
      >
        {words('team.invitations.revoke')}
      </Button>
    </li>
  );
};

/** Invitations that still let somebody in, with the way to end them. */
export const Invitations = ({ connection }: { readonly connection: TeamConnection }) => {
  const words = useWords();
  const there = connection.kind === 'connected';
  const { data, error } = useLive('team.invitations', there ? {} : null);
  const open = data?.invitations ?? [];
  return (
    <section className="team-part" aria-labelledby="team-invitations">
      <h3 id="team-invitations">{words('team.invitations.title')}</h3>
      {!there ? (
        <p className="settings-soft">{words('team.invitations.away')}</p>
      ) : error !== null ? (
        <p className="settings-bad">{refusalWords(words, error.failure)}</p>
      ) : data === undefined ? (
        <Busy subject={words('word.loading')} />
      ) : open.length === 0 ? (
        <p className="settings-soft">{words('team.invitations.none')}</p>
      ) : (
        <ul className="settings-lines">
          {open.map((invitation) => (
            <Line key={invitation.id} invitation={invitation} />
          ))}
        </ul>
      )}
    </section>
  );
};
