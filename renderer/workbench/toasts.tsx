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
} from 'react';
import { Button, IconButton, classes, useNow, useWords } from '#renderer/ui/index.ts';
import { useAction, useKeysOf } from './action-context.tsx';
import './toasts.css';

/** A short message at the edge of the window. What must not be missed belongs on the screen, not in a toast. */
export type Toast = {
  readonly text: string;
  readonly tone?: 'plain' | 'bad';
  /** Offers to take back what was just done; the undo key does the same. */
  readonly undo?: () => void;
  /** How long it stays, in ms; 6 s, or 10 s with something to undo, when left out. */
  readonly stays?: number;
  /** Shows the seconds that are left, for a send that leaves when they are over. */
  readonly countdown?: boolean;
};

type Shown = Toast & { readonly id: number; readonly until: number };
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

const ToastLine = ({ toast, onGone }: { readonly toast: Shown; readonly onGone: (id: number) => void }) => {
  const words = useWords();
  const keysOf = useKeysOf();
  const { id, undo } = toast;
  return (
    <div className={classes('toast', toast.tone === 'bad' && 'toast-bad')}>
      <span className="toast-text">{toast.text}</span>
      {toast.countdown === true ? <SecondsLeft until={toast.until} /> : null}
      {undo === undefined ? null : (
        <Button
          kind="quiet"
          small
          keys={keysOf('app.undo')}
          tooltip={words('word.undo')}
          onClick={() => {
            onGone(id);
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

/** Shows toasts for everything below it, and holds the page's live region. */
export const ToastsProvider = ({ children }: { readonly children: ReactNode }) => {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const [spoken, setSpoken] = useState('');
  const lastId = useRef(0);
  const timers = useRef(new Map<number, ReturnType<typeof setTimeout>>());

  const takeAway = useCallback((id: number) => {
    clearTimeout(timers.current.get(id));
    timers.current.delete(id);
    setShown((before) => before.filter((toast) => toast.id !== id));
  }, []);

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
        setShown((before) => [...before.slice(-2), { ...toast, id, until: Date.now() + stays }]);
        timers.current.set(
          id,
          setTimeout(() => {
            takeAway(id);
          }, stays),
        );
        return () => {
          takeAway(id);
        };
      },
    }),
    [takeAway],
  );

  useEffect(() => {
    const running = timers.current;
    return () => {
      for (const timer of running.values()) clearTimeout(timer);
    };
  }, []);

  const undoable = shown.findLast((toast) => toast.undo !== undefined);
  useAction(
    'app.undo',
    undoable?.undo === undefined
      ? null
      : () => {
          takeAway(undoable.id);
          undoable.undo?.();
        },
  );

  return (
    <ToastsContext value={toasts}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {shown.map((toast) => (
          <ToastLine key={toast.id} toast={toast} onGone={takeAway} />
        ))}
      </div>
      <p className="unseen" role="status" aria-live="polite">
        {spoken}
      </p>
    </ToastsContext>
  );
};
