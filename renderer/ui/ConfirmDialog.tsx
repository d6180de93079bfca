import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { useWords } from './words.tsx';

/** Asks before something that cannot be taken back: what happens, and the two ways on; the focus begins at the way out. */
export const ConfirmDialog = ({
  title,
  does,
  busy,
  size = 'medium',
  onConfirm,
  onClose,
  children,
}: {
  readonly title: string;
  /** What the button that does it says. */
  readonly does: string;
  readonly busy: boolean;
  readonly size?: 'small' | 'medium';
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) => {
  const words = useWords();
  return (
    <Dialog
      title={title}
      closeLabel={words('word.close')}
      onClose={onClose}
      size={size}
      footer={
        <>
          <Button data-first-focus onClick={onClose}>
            {words('word.cancel')}
          </Button>
          <Button
            kind="danger"
            busy={busy}
            onClick={() => {
              void onConfirm();
            }}
          >
            {does}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
};
