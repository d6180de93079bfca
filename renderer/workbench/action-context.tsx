import { createContext, useContext, useEffect, useMemo, useRef, type ReactNode } from 'react';
import { Button, IconButton, useWords, type ButtonKind } from '#renderer/ui/index.ts';
import type { LucideIcon } from 'lucide-react';
import { action, actions, createActionDesk, type ActionDesk, type ActionId } from './actions.ts';
import { keyboardOf, matches, showChord, takesText, type KeyNames, type Keyboard } from './keys.ts';

type Hands = { readonly desk: ActionDesk; readonly keyboard: Keyboard };

const HandsContext = createContext<Hands | null>(null);

const useHands = (): Hands => {
  const hands = useContext(HandsContext);
  if (hands === null) throw new Error('actions are used outside of ActionsProvider');
  return hands;
};

/** Hears the keys of the whole window and runs the actions they stand for. */
export const ActionsProvider = ({ children }: { readonly children: ReactNode }) => {
  const hands = useMemo<Hands>(
    () => ({ desk: createActionDesk(), keyboard: keyboardOf(navigator.platform) }),
    [],
  );

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || event.repeat) {
        // Holding j runs through the list; nothing else may be done twice by a key that was held too long.
        if (event.defaultPrevented || event.isComposing || !['j', 'k', 'J', 'K'].includes(event.key)) return;
      }
      const typing = takesText(event.target);
      const behindDialog = document.querySelector('dialog:modal') !== null;
      for (const { id, keys, keysElsewhere } of actions) {
        if (keysElsewhere === true) continue;
        const chord = keys.find((candidate) => matches(candidate, event, hands.keyboard));
        if (chord === undefined) continue;
        if (behindDialog || (typing && !chord.includes('Mod') && chord !== 'Escape')) continue;
        if (hands.desk.run(id)) {
          event.preventDefault();
          return;
        }
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
    };
  }, [hands]);

  return <HandsContext value={hands}>{children}</HandsContext>;
};

/**
 * Says what an action does while this component is on screen. With null it is not available from here, and what
 * another component says holds. Where two say something, the higher rank is meant.
 */
export const useAction = (id: ActionId, run: (() => void) | null, rank = 0): void => {
  const { desk } = useHands();
  const latest = useRef(run);
  const available = run !== null;
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (!available) return;
    return desk.register(id, { run: () => latest.current?.(), rank });
  }, [desk, id, available, rank]);
};

/** All actions and what they do now. */
export const useActionDesk = (): ActionDesk => useHands().desk;

const useKeyNames = (): KeyNames => {
  const words = useWords();
  return useMemo(
    () => ({
      Mod: words('keys.ctrl'),
      Shift: words('keys.shift'),
      Home: words('keys.home'),
      End: words('keys.end'),
    }),
    [words],
  );
};

/** The keys of an action as this system writes them, or undefined where it has none. */
export const useKeysOf = (): ((id: ActionId) => string | undefined) => {
  const { keyboard } = useHands();
  const names = useKeyNames();
  return (id) => {
    const chord = action(id).keys[0];
    return chord === undefined ? undefined : showChord(chord, keyboard, names);
  };
};

/** Writes keys as this system does: `Ctrl+K`, `⌘K`. */
export const useChords = (): ((chord: string) => string) => {
  const { keyboard } = useHands();
  const names = useKeyNames();
  return (chord) => showChord(chord, keyboard, names);
};

type ActionButtonProps = {
  readonly id: ActionId;
  readonly icon: LucideIcon;
  /** With words beside the picture, or the picture alone. */
  readonly form?: 'words' | 'icon';
  readonly kind?: ButtonKind;
  readonly small?: boolean;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  /** Runs instead of what the desk has for the action. */
  readonly onRun?: () => void;
};

/** A button for an action: its words and the keys in its tooltip come from the registry. */
export const ActionButton = ({
  id,
  icon,
  form = 'icon',
  kind = 'plain',
  small = false,
  pressed,
  disabled = false,
  onRun,
}: ActionButtonProps) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const desk = useActionDesk();
  const label = words(action(id).words);
  const onClick = (): void => {
    if (onRun === undefined) desk.run(id);
    else onRun();
  };
  return form === 'icon' ? (
    <IconButton
      icon={icon}
      label={label}
      keys={keysOf(id)}
      pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    />
  ) : (
    <Button
      icon={icon}
      kind={kind}
      small={small}
      tooltip={label}
      keys={keysOf(id)}
      disabled={disabled}
      onClick={onClick}
    >
      {label}
    </Button>
  );
};
