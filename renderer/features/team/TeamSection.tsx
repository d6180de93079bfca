import { LogOut, UserPlus } from 'lucide-react';
import { Busy, Button, useWords } from '#renderer/ui/index.ts';
import { useNavigation, type TeamWish } from '#renderer/workbench/index.ts';
import { JoinTeam } from './JoinTeam.tsx';
import { useTeamStatus, type InTeam } from './model/use-team-status.ts';
import { SetUpTeam } from './SetUpTeam.tsx';
import { AloneChoices } from './view/AloneChoices.tsx';
import { AsideNotice } from './view/AsideNotice.tsx';
import { Invitations } from './view/Invitations.tsx';
import { InviteDialog } from './view/InviteDialog.tsx';
import { LeaveDialog } from './view/LeaveDialog.tsx';
import { LineNotice } from './view/LineNotice.tsx';
import { MembersTable } from './view/MembersTable.tsx';
import { PendingList } from './view/PendingList.tsx';
import { RefusalList } from './view/RefusalList.tsx';
import './team-settings.css';

/** Opens and closes what the settings of the team ask for; "back" leaves it. */
const useWish = (): ((wish: TeamWish | null) => void) => {
  const { go } = useNavigation();
  return (wish) => go({ kind: 'settings', section: 'team', ...(wish === null ? {} : { team: wish }) });
};

const Alone = ({ wish, me }: { readonly wish: TeamWish | null; readonly me: string }) => {
  const words = useWords();
  const ask = useWish();
  const close = (): void => ask(null);
  if (wish === 'set-up' || wish === 'join')
    return (
      <>
        <h3 className="team-form-title">{words(`team.${wish}.title`)}</h3>
        {wish === 'set-up' ? <SetUpTeam me={me} onClose={close} /> : <JoinTeam me={me} onClose={close} />}
      </>
    );
  return <AloneChoices onChoose={ask} />;
};

const Together = ({ status, wish }: { readonly status: InTeam; readonly wish: TeamWish | null }) => {
  const words = useWords();
  const ask = useWish();
  const close = (): void => ask(null);
  const { team, me, connection } = status;
  const admin = me.role === 'admin';
  // Nothing of the team can be changed from here then.
  const closed = connection.kind === 'cut' || connection.kind === 'too-old';
  return (
    <div className="team-settings">
      <section className="team-part" aria-labelledby="team-name">
        <div className="team-head">
          <div className="team-head-words">
            <h3 id="team-name">
              <bdi>{team.name}</bdi>
            </h3>
            <p className="settings-soft">
              {words('team.join.where.value', { database: team.database, where: team.where })}
            </p>
            <p className="settings-soft">{words('team.me', { role: me.role, name: me.name })}</p>
          </div>
          <div className="settings-actions">
            {admin && !closed ? (
              <Button kind="primary" icon={UserPlus} onClick={() => ask('invite')}>
                {words('action.team.invite')}
              </Button>
            ) : null}
            <Button icon={LogOut} onClick={() => ask('leave')}>
              {words('team.leave')}
            </Button>
          </div>
        </div>
        <LineNotice status={status} />
      </section>
      <RefusalList count={status.refusals} />
      <AsideNotice aside={status.aside} />
      <PendingList count={status.pending} />
      <MembersTable admin={admin && !closed} there={connection.kind === 'connected'} />
      {admin && !closed ? <Invitations connection={connection} /> : null}
      {wish === 'invite' && admin ? <InviteDialog onClose={close} /> : null}
      {wish === 'leave' ? <LeaveDialog status={status} onClose={close} /> : null}
    </div>
  );
};

/** The team of this workspace: how it stands and who is in it, or the ways into one. */
export const TeamSection = ({
  wish,
  me,
}: {
  /** What is asked for at once. */
  readonly wish: TeamWish | null;
  /** The name of whoever sits here. */
  readonly me: string;
}) => {
  const words = useWords();
  const status = useTeamStatus();
  if (status === null) return <Busy subject={words('word.loading')} />;
  return status.kind === 'alone' ? <Alone wish={wish} me={me} /> : <Together status={status} wish={wish} />;
};
