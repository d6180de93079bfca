import { useId, type ReactNode, type SubmitEvent } from 'react';
import { Button, Dialog, useWords } from '#renderer/ui/index.ts';

/** The dialog around a restore: what is said and asked in it, the way back, and the button that does it once it can. */
export const RestoreForm = ({
  title,
  readOnly,
  refused = false,
  ready,
  busy,
  onRestore,
  onClose,
  children,
}: {
  readonly title: string;
  /** There is nothing to type. */
  readonly readOnly: boolean;
  /** This backup cannot be restored at all. */
  readonly refused?: boolean;
  readonly ready: boolean;
  /** A restore is under way, and is not left in the middle. */
  readonly busy: boolean;
  readonly onRestore: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) => {
  const words = useWords();
  const form = useId();
  const close = (): void => {
    if (!busy) onClose();
  };
  return (
    <Dialog
      title={title}
      closeLabel={words('word.close')}
      onClose={close}
      readOnly={readOnly}
      footer={
        <>
          <Button {...(readOnly ? { 'data-first-focus': true } : {})} disabled={busy} onClick={close}>
            {words('word.cancel')}
          </Button>
          {refused ? null : (
            <Button kind="primary" submit form={form} busy={busy} disabled={!ready}>
              {words(busy ? 'recovery.restore.busy' : 'recovery.restore.do')}
            </Button>
          )}
        </>
      }
    >
      <form
        id={form}
        className="recovery-dialog"
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault();
          if (!busy && !refused && ready) onRestore();
        }}
      >
        {children}
      </form>
    </Dialog>
  );
};
