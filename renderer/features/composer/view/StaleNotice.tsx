import { Button, Notice, useWords } from '#renderer/ui/index.ts';

/** Says that the other side wrote in the meantime, with what they wrote, before anything is sent. */
export const StaleNotice = ({
  newest,
  onShow,
  onSend,
}: {
  readonly newest: { readonly from: string; readonly text: string } | null;
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
      {newest === null ? (
        <p>{words('composer.stale.words')}</p>
      ) : (
        <>
          <p>{words('composer.stale.from', { name: newest.from })}</p>
          <blockquote className="composer-stale-words" tabIndex={0}>
            {newest.text}
          </blockquote>
        </>
      )}
    </Notice>
  );
};
