import { useLive } from '#renderer/engine-client/index.ts';
import { Button, Dialog, useWords } from '#renderer/ui/index.ts';
import { useNavigation, useToasts } from '#renderer/workbench/index.ts';
import type { TeamMember } from '#shared/contract/team.ts';
import { useAsked } from '../model/use-asked.ts';
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
    <Dialog
      title={words('team.remove.title', { name })}
      closeLabel={words('word.close')}
      onClose={onClose}
      footer={
        <>
          <Button data-first-focus onClick={onClose}>
            {words('word.cancel')}
          </Button>
          <Button
            kind="danger"
            busy={asked.kind === 'busy'}
            onClick={() => {
              void remove();
            }}
          >
            {words('team.remove.do', { name })}
          </Button>
        </>
      }
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
    </Dialog>
  );
};
