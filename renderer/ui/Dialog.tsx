import { X } from 'lucide-react';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { IconButton } from './Button.tsx';
import { classes } from './classes.ts';
import './dialog.css';

type DialogProps = {
  readonly title: string;
  /** Leaves the title to the screen reader, for dialogs that begin with a field. */
  readonly titleUnseen?: boolean;
  readonly closeLabel: string;
  readonly onClose: () => void;
  readonly size?: 'small' | 'medium' | 'large';
  /** Where it stands: in the middle, or near the top for what grows while one types. */
  readonly at?: 'middle' | 'top';
  /** Its content is only read: with nothing in it to focus it is scrolled with the keys itself. */
  readonly readOnly?: boolean;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
};

/** A modal dialog over the native element: the focus stays inside, Esc closes, the rest cannot be reached meanwhile. */
export const Dialog = ({
  title,
  titleUnseen = false,
  closeLabel,
  onClose,
  size = 'medium',
  at = 'middle',
  readOnly = false,
  footer,
  children,
}: DialogProps) => {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = element.current;
    if (dialog === null) return;
    const before = document.activeElement;
    if (!dialog.open) dialog.showModal();
    // The element itself would begin at the button that closes it; `autoFocus` came when it was not yet shown.
    const first =
      dialog.querySelector<HTMLElement>('[data-first-focus]') ??
      dialog.querySelector<HTMLElement>('.dialog-body :is(input, textarea, select):not(:disabled)');
    first?.focus({ preventScroll: true });
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  return (
    <dialog
      ref={element}
      className={classes('dialog', `dialog-${size}`, at === 'top' && 'dialog-top')}
      aria-labelledby={titleId}
      onCancel={(event) => {
        // React decides whether it is shown; the element must not close by itself and be out of step.
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      <div className="dialog-sheet">
        <header className={titleUnseen ? 'unseen' : 'dialog-head'}>
          <h2 id={titleId} className="dialog-title">
            {title}
          </h2>
          {titleUnseen ? null : <IconButton icon={X} label={closeLabel} onClick={onClose} />}
        </header>
        <div
          className={titleUnseen ? 'dialog-bare' : 'dialog-body'}
          {...(readOnly ? { role: 'group', tabIndex: 0, 'aria-labelledby': titleId } : {})}
        >
          {children}
        </div>
        {footer === undefined ? null : <footer className="dialog-foot">{footer}</footer>}
      </div>
    </dialog>
  );
};
