import { useAsked, useLive } from '#renderer/engine-client/index.ts';
import { Button, ConfirmDialog, useWords } from '#renderer/ui/index.ts';
import { useNavigation, useToasts } from '#renderer/workbench/index.ts';
import type { TeamMember } from '#shared/contract/team.ts';
import { TeamRefused } from './TeamRefused.tsx';

/** Asks before a member is removed: what it cuts, and what becomes of the conversations that are with them. */
export const RemoveDialog = ({
  member,
  onClose,
}: {
  readonly member: TeamMember;
  readonly onClose: () => void;
}) => {
  const words = useWords();
  const { go } = useNavigation();
  const { show } = useToasts();
  const { asked, ask } = useAsked('team.remove');
  const { id, name } = member;
  const load = useLive('team.overview', {}).data?.members.find((one) => one.member.id === id);
  const open = load?.open ?? null;
  const remove = async (): Promise<void> => {
    if (!(await ask({ member: id }))) return;
    show({ text: words('team.remove.done', { name }) });
    onClose();
  };
  return (
    <ConfirmDialog
      title={words('team.remove.title', { name })}
      does={words('team.remove.do', { name })}
      busy={asked.kind === 'busy'}
      onConfirm={remove}
      onClose={onClose}
    >
      <div className="team-dialog">
        <p>{words('team.remove.what', { name })}</p>
        {open === null ? null : <p>{words('team.remove.has', { name, count: open })}</p>}
        {open === null || open === 0 ? null : (
          <div>
            <Button
              onClick={() => {
                onClose();
                go({ kind: 'member', member: id });
              }}
            >
              {words('team.remove.show')}
            </Button>
          </div>
        )}
        {asked.kind === 'refused' ? <TeamRefused failure={asked.failure} /> : null}
      </div>
    </ConfirmDialog>
  );
};
