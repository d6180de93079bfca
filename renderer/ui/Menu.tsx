import type { LucideIcon } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Button, IconButton, type ButtonKind } from './Button.tsx';
import { classes } from './classes.ts';
import { placeNear } from './place-near.ts';
import './menu.css';

/** One choice of a menu. */
export type MenuItem = {
  readonly id: string;
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly keys?: string | undefined;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  /** Set for choices of which one or several are on. */
  readonly checked?: boolean;
  readonly run: () => void;
};

type MenuProps = {
  /** The name of the button and of the menu. */
  readonly label: string;
  /** With an icon and no `children` the button is only a picture. */
  readonly icon?: LucideIcon;
  readonly children?: ReactNode;
  readonly kind?: ButtonKind;
  readonly small?: boolean;
  readonly align?: 'start' | 'end';
  readonly items: readonly MenuItem[];
};

const focusItem = (menu: HTMLElement, step: number | 'first' | 'last'): void => {
  const items = [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]:not(:disabled)')];
  const current = items.findIndex((item) => item === document.activeElement);
  const index =
    step === 'first'
      ? 0
      : step === 'last'
        ? items.length - 1
        : (current + step + items.length) % Math.max(1, items.length);
  items[index]?.focus();
};

const steps: Readonly<Record<string, number | 'first' | 'last'>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  Home: 'first',
  End: 'last',
};

/** A button that opens a list of choices (ARIA menu button pattern); the list floats in the top layer. */
export const Menu = ({
  label,
  icon,
  children,
  kind = 'plain',
  small = false,
  align = 'start',
  items,
}: MenuProps) => {
  const id = useId();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLSpanElement>(null);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const menu = list.current;
    if (menu === null) return;
    const onToggle = (event: ToggleEvent): void => {
      setOpen(event.newState === 'open');
    };
    menu.addEventListener('toggle', onToggle);
    return () => {
      menu.removeEventListener('toggle', onToggle);
    };
  }, []);

  const show = (): void => {
    const menu = list.current;
    const anchor = button.current;
    if (menu === null || anchor === null || items.length === 0) return;
    menu.showPopover();
    const { left, top } = placeNear(
      anchor.getBoundingClientRect(),
      menu.getBoundingClientRect(),
      { width: window.innerWidth, height: window.innerHeight },
      align,
      menu.matches(':dir(rtl)') ? 'rtl' : 'ltr',
    );
    menu.style.left = `${left}px`;
    menu.style.top = `${top}px`;
    focusItem(menu, 'first');
  };
  const hide = (): void => {
    list.current?.hidePopover();
    button.current?.querySelector('button')?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    if (list.current === null || (step === undefined && event.key !== 'Escape' && event.key !== 'Tab'))
      return;
    event.preventDefault();
    event.stopPropagation();
    if (step === undefined) hide();
    else focusItem(list.current, step);
  };

  const shared = {
    'aria-haspopup': 'menu' as const,
    'aria-expanded': open,
    'aria-controls': id,
    onClick: open ? hide : show,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      event.stopPropagation();
      show();
    },
  };

  return (
    <>
      <span ref={button} className="menu-anchor">
        {icon !== undefined && children === undefined ? (
          <IconButton icon={icon} label={label} {...shared} />
        ) : (
          <Button kind={kind} small={small} {...(icon === undefined ? {} : { icon })} {...shared}>
            {children ?? label}
          </Button>
        )}
      </span>
      <div
        ref={list}
        id={id}
        className="menu"
        popover="auto"
        role="menu"
        aria-label={label}
        onKeyDown={onKeyDown}
      >
        {items.map((item) => {
          const Icon = item.icon;
          return (
            <button
              key={item.id}
              type="button"
              role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
              aria-checked={item.checked}
              tabIndex={-1}
              className={classes('menu-item', item.danger === true && 'menu-item-danger')}
              disabled={item.disabled}
              onClick={() => {
                hide();
                item.run();
              }}
            >
              {Icon === undefined ? null : <Icon aria-hidden size={16} />}
              <span className="menu-words">{item.label}</span>
              {item.keys === undefined ? null : <kbd className="menu-keys">{item.keys}</kbd>}
            </button>
          );
        })}
      </div>
    </>
  );
};
