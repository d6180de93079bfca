import { useAsked } from '#renderer/engine-client/index.ts';
import { ConfirmDialog, Notice, useWords } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { InTeam } from '../model/use-team-status.ts';
import { TeamRefused } from './TeamRefused.tsx';

/** Asks before one leaves the team: what stays here, and what the team would never learn. */
export const LeaveDialog = ({
  status,
  onClose,
}: {
  readonly status: InTeam;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const { show } = useToasts();
  const { asked, ask } = useAsked('team.leave');
  const refused = asked.kind === 'refused' ? asked.failure : null;
  const untold = refused?.kind === 'team-pending' && 'count' in refused ? refused.count : status.pending;
  const leave = async (): Promise<void> => {
    if (!(await ask({ force: untold > 0 }))) return;
    show({ text: words('team.leave.done') });
    onClose();
  };
  return (
    <ConfirmDialog
      title={words('team.leave.title', { team: status.team.name })}
      does={words(untold > 0 ? 'team.leave.anyway' : 'team.leave.do')}
      busy={asked.kind === 'busy'}
      onConfirm={leave}
      onClose={onClose}
    >
      <div className="team-dialog">
        <p>{words('team.leave.what')}</p>
        {untold > 0 ? (
          <Notice tone="warn" live>
            <p>{words('team.leave.pending', { count: untold })}</p>
          </Notice>
        ) : null}
        {refused === null || refused.kind === 'team-pending' ? null : <TeamRefused failure={refused} />}
      </div>
    </ConfirmDialog>
  );
};
