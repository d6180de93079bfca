import { Button, Notice, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';

/** Says that the other side wrote in the meantime, before anything is sent. */
export const StaleNotice = ({
  onShow,
  onSend,
}: {
  readonly onShow: () => void;
  readonly onSend: () => void;
}) => {
  const words = useWords();
  return (
    <Notice
      tone="warn"
      live
      title={words('composer.stale.title')}
      actions={
        <>
          <Button small onClick={onShow}>
            {words('composer.stale.show')}
          </Button>
          <Button small onClick={onSend}>
            {words('composer.stale.send')}
          </Button>
        </>
      }
    >
      <p>{words('composer.stale.words')}</p>
    </Notice>
  );
};

/** Says that nothing can be sent before there is an account. */
export const NoAccountNotice = () => {
  const words = useWords();
  const { go } = useNavigation();
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
