import { Button, Notice, useWords } from '#renderer/ui/index.ts';
import { useNavigation } from '#renderer/workbench/index.ts';

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
