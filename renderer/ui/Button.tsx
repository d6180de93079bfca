import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.ts';
import './button.css';

/** How much a button asks for: the one thing to do here, something else, something beside the matter, something that cannot be taken back. */
export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger';

type ButtonProps = Omit<ComponentProps<'button'>, 'type' | 'children'> & {
  readonly kind?: ButtonKind;
  readonly small?: boolean;
  readonly icon?: LucideIcon;
  /** Keys shown in the tooltip, as the person reads them. */
  readonly keys?: string | undefined;
  readonly tooltip?: string | undefined;
  /** While true the button cannot be pressed again; say what is going on in `children`. */
  readonly busy?: boolean;
  readonly submit?: boolean;
  readonly children: ReactNode;
};

/** A button with words. */
export const Button = ({
  kind = 'plain',
  small = false,
  icon: Icon,
  keys,
  tooltip,
  busy = false,
  submit = false,
  className,
  disabled,
  children,
  ...rest
}: ButtonProps) => (
  <button
    type={submit ? 'submit' : 'button'}
    className={classes('button', `button-${kind}`, small && 'button-small', className)}
    disabled={busy || disabled === true}
    aria-busy={busy || undefined}
    data-tooltip={tooltip}
    data-keys={keys}
    {...rest}
  >
    {Icon === undefined ? null : <Icon className="button-icon" aria-hidden size={small ? 14 : 16} />}
    <span className="button-words">{children}</span>
  </button>
);

type IconButtonProps = Omit<ComponentProps<'button'>, 'type' | 'children' | 'aria-label'> & {
  readonly icon: LucideIcon;
  /** Its name for the screen reader, and its tooltip. */
  readonly label: string;
  readonly keys?: string | undefined;
  readonly pressed?: boolean | undefined;
  readonly size?: number;
};

/** A button that is only a picture: its name is read out and shown as a tooltip with its keys. */
export const IconButton = ({
  icon: Icon,
  label,
  keys,
  pressed,
  size = 16,
  className,
  ...rest
}: IconButtonProps) => (
  <button
    type="button"
    className={classes('icon-button', className)}
    aria-label={label}
    aria-pressed={pressed}
    data-tooltip={label}
    data-keys={keys}
    {...rest}
  >
    <Icon aria-hidden size={size} />
  </button>
);
