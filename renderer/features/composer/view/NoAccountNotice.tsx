import { useLive } from '#renderer/engine-client/index.ts';
import { Button, Notice, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';

/** Says that nothing can be sent before there is an account, or in a team that a colleague's computer sends it. */
export const NoAccountNotice = ({
  account,
}: {
  /** The account that the draft goes out by; in a team it may be at a colleague's alone. */
  readonly account: string | null;
}) => {
  const words = useWords();
  const { go } = useNavigation();
  const inTeam = useLive('team.status', {}).data?.kind === 'member';
  if (inTeam && account !== null)
    return (
      <Notice tone="note">
        <p>{words('composer.by-colleague')}</p>
      </Notice>
    );
  return (
    <Notice
      tone="warn"
      title={words('composer.no-account.title')}
      actions={
        <Button small onClick={() => go({ kind: 'connect' })}>
          {words('composer.no-account.connect')}
        </Button>
      }
    >
      <p>{words('composer.no-account.words')}</p>
    </Notice>
  );
};
