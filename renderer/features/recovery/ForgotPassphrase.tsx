import { useLive } from '#renderer/engine-client/index.ts';
import { Busy, Button, Notice, useWords } from '#renderer/ui/index.ts';
import { OpenWithWords } from './view/OpenWithWords.tsx';

/** The way into a workspace whose passphrase is forgotten: its recovery words, where some were made. */
export const ForgotPassphrase = ({ onBack }: { readonly onBack: () => void }) => {
  const words = useWords();
  const { data } = useLive('recovery.state', {});
  return (
    <>
      {data === undefined ? (
        <Busy subject={words('word.loading')} />
      ) : data.words.kind === 'none' ? (
        <Notice tone="warn" live>
          <p>{words('recovery.forgot.none')}</p>
        </Notice>
      ) : (
        <>
          <p>{words('recovery.forgot.what')}</p>
          <OpenWithWords autoFocus />
        </>
      )}
      <div>
        <Button kind="quiet" autoFocus={data?.words.kind === 'none'} onClick={onBack}>
          {words('recovery.forgot.back')}
        </Button>
      </div>
    </>
  );
};
