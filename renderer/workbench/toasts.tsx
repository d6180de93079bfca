import { X } from 'lucide-react';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type ReactNode,
  type RefObject,
} from 'react';
import { Button, IconButton, classes, useNow, useWords } from '#renderer/ui/index.ts';
import { useAction, useKeysOf } from './action-context.tsx';
import './toasts.css';

/** A short message at the edge of the window. What must not be missed belongs on the screen, not in a toast. */
export type Toast = {
  readonly text: string;
  readonly tone?: 'plain' | 'bad';
  /** Offers to take back what was just done; the undo key does the same, for a while longer than the toast is there. */
  readonly undo?: () => void;
  /** How long it stays, in ms; 6 s, or 10 s with something to undo, when left out. While it is pointed at, it stays. */
  readonly stays?: number;
  /** Shows the seconds that are left, for a send that leaves when they are over. */
  readonly countdown?: boolean;
};

type Shown = Toast & { readonly id: number; readonly until: number };

/** How long the undo key takes back what was done last, in ms. What counts down is over with its toast. */
const undoKeptMs = 60_000;
/** How long a toast stays after the pointer or the focus has left it, in ms. */
const leaveMs = 3_000;

type Toasts = {
  /** Shows a toast; the answer takes it away before its time. */
  readonly show: (toast: Toast) => () => void;
  /** Has the screen reader say something that is not shown. */
  readonly say: (text: string) => void;
};

const ToastsContext = createContext<Toasts | null>(null);

/** Shows toasts and speaks to the screen reader. */
export const useToasts = (): Toasts => {
  const toasts = useContext(ToastsContext);
  if (toasts === null) throw new Error('useToasts is used outside of ToastsProvider');
  return toasts;
};

const SecondsLeft = ({ until }: { readonly until: number }) => {
  const now = useNow('quick');
  return <span className="toast-seconds">{Math.max(0, Math.ceil((until - now) / 1_000))}</span>;
};

const ToastLine = ({
  toast,
  onGone,
  onEnded,
  onHeld,
  onLeft,
}: {
  readonly toast: Shown;
  readonly onGone: (id: number) => void;
  readonly onEnded: (id: number) => void;
  readonly onHeld: (toast: Shown) => void;
  readonly onLeft: (toast: Shown) => void;
}) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const { id, undo } = toast;
  return (
    <div
      className={classes('toast', toast.tone === 'bad' && 'toast-bad')}
      onPointerEnter={() => onHeld(toast)}
      onPointerLeave={() => onLeft(toast)}
      onFocus={() => onHeld(toast)}
      onBlur={() => onLeft(toast)}
    >
      <span className="toast-text">{toast.text}</span>
      {toast.countdown === true ? <SecondsLeft until={toast.until} /> : null}
      {undo === undefined ? null : (
        <Button
          kind="quiet"
          small
          keys={keysOf('app.undo')}
          tooltip={words('word.undo')}
          onClick={() => {
            onEnded(id);
            undo();
          }}
        >
          {words('word.undo')}
        </Button>
      )}
      <IconButton
        icon={X}
        size={14}
        label={words('word.dismiss')}
        onClick={() => {
          onGone(id);
        }}
      />
    </div>
  );
};

/**
 * Room for toasts in the layout: as high as they are, so that they lie over nothing that is clicked or typed into. Where a
 * screen has none, or shows none, they float at the edge of the window; of several that are shown, the last one is taken.
 */
export const ToastRoom = ({ className }: { readonly className?: string }) => (
  <div className={classes('toast-room', className)} aria-hidden />
);

/** Tells the rooms of the layout how high the toasts are. */
const useRoom = (toasts: RefObject<HTMLElement | null>): void => {
  useEffect(() => {
    const element = toasts.current;
    if (element === null) return undefined;
    const root = document.documentElement;
    // Within the frame that shows a toast: its room is there with it.
    const observer = new ResizeObserver(() => {
      root.style.setProperty('--toasts-height', `${String(element.offsetHeight)}px`);
    });
    observer.observe(element, { box: 'border-box' });
    return () => {
      observer.disconnect();
      root.style.removeProperty('--toasts-height');
    };
  }, [toasts]);
};

/** Shows toasts for everything below it, and holds the page's live region. */
export const ToastsProvider = ({ children }: { readonly children: ReactNode }) => {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const [spoken, setSpoken] = useState('');
  const lastId = useRef(0);
  const [kept, setKept] = useState<Shown | null>(null);
  const timers = useRef(new Map<number, ReturnType<typeof setTimeout>>());
  const place = useRef<HTMLDivElement>(null);
  useRoom(place);

  const takeAway = useCallback((id: number) => {
    clearTimeout(timers.current.get(id));
    timers.current.delete(id);
    setShown((before) => before.filter((toast) => toast.id !== id));
  }, []);
  const takeAwayIn = useCallback(
    (id: number, ms: number) => {
      clearTimeout(timers.current.get(id));
      timers.current.set(
        id,
        setTimeout(() => takeAway(id), ms),
      );
    },
    [takeAway],
  );
  /** It is over: neither is it shown, nor can it be taken back any more. */
  const end = useCallback(
    (id: number) => {
      takeAway(id);
      setKept((before) => (before?.id === id ? null : before));
    },
    [takeAway],
  );
  useEffect(() => {
    if (kept === null) return undefined;
    const timer = setTimeout(() => setKept(null), undoKeptMs);
    return () => clearTimeout(timer);
  }, [kept]);

  const toasts = useMemo<Toasts>(
    () => ({
      say: (text) => {
        // The same words twice are said twice only if the region was different in between.
        setSpoken((before) => (before === text ? `${text}\u00a0` : text));
      },
      show: (toast) => {
        lastId.current += 1;
        const id = lastId.current;
        const stays = toast.stays ?? (toast.undo === undefined ? 6_000 : 10_000);
        const next: Shown = { ...toast, id, until: Date.now() + stays };
        setShown((before) => [...before.slice(-2), next]);
        if (toast.undo !== undefined && toast.countdown !== true) setKept(next);
        takeAwayIn(id, stays);
        return () => {
          end(id);
        };
      },
    }),
    [takeAwayIn, end],
  );

  useEffect(() => {
    const running = timers.current;
    return () => {
      for (const timer of running.values()) clearTimeout(timer);
    };
  }, []);

  const undoable = shown.findLast((toast) => toast.undo !== undefined) ?? kept;
  useAction(
    'app.undo',
    undoable?.undo === undefined
      ? null
      : () => {
          end(undoable.id);
          undoable.undo?.();
        },
  );
  const hold = ({ id, countdown }: Shown): void => {
    if (countdown !== true) clearTimeout(timers.current.get(id));
  };
  const letGo = ({ id, countdown }: Shown): void => {
    if (countdown !== true) takeAwayIn(id, leaveMs);
  };

  return (
    <ToastsContext value={toasts}>
      {children}
      <div ref={place} className="toasts" role="status" aria-live="polite">
        {shown.map((toast) => (
          <ToastLine
            key={toast.id}
            toast={toast}
            onGone={takeAway}
            onEnded={end}
            onHeld={hold}
            onLeft={letGo}
          />
        ))}
      </div>
      <p className="unseen" role="status" aria-live="polite">
        {spoken}
      </p>
    </ToastsContext>
  );
};
