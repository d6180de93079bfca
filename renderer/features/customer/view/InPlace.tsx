import { useEffect, useId, useRef, useState } from 'react';
import { classes, useWords } from '#renderer/ui/index.ts';
import './in-place.css';

type Save = (value: string) => Promise<boolean>;

/**
 * Text that is typed and not saved yet; null while nothing is being changed. What somebody else saved meanwhile is
 * shown as soon as nothing is typed. Saved after a pause, when the field is left, and when the panel goes away.
 */
const useTyped = (value: string, save: Save) => {
  const [typed, setTyped] = useState<string | null>(null);
  const unsaved = useRef<string | null>(null);
  const latest = useRef(save);
  const timer = useRef(0);
  useEffect(() => {
    latest.current = save;
  });
  const flush = useRef(() => {
    window.clearTimeout(timer.current);
    const text = unsaved.current;
    unsaved.current = null;
    if (text !== null) void latest.current(text);
  });
  useEffect(() => {
    const saveNow = flush.current;
    return () => saveNow();
  }, []);
  return {
    shown: typed ?? value,
    type: (text: string): void => {
      setTyped(text);
      unsaved.current = text;
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => flush.current(), 600);
    },
    leave: (): void => {
      flush.current();
      // The engine's answer arrives as a new value a moment later; until then the typed text stays.
      window.setTimeout(() => setTyped(null), 300);
    },
    drop: (): void => {
      window.clearTimeout(timer.current);
      unsaved.current = null;
      setTyped(null);
    },
  };
};

type LineProps = {
  readonly label: string;
  /** What stands there while there is no value. */
  readonly empty: string;
  readonly value: string;
  readonly strong?: boolean;
  readonly onSave: Save;
};

/** One line that is changed where it stands. */
export const InPlaceLine = ({ label, empty, value, strong = false, onSave }: LineProps) => {
  const typed = useTyped(value, onSave);
  return (
    <input
      className={classes('in-place-line', strong && 'in-place-strong')}
      aria-label={label}
      placeholder={empty}
      maxLength={500}
      value={typed.shown}
      onChange={(event) => typed.type(event.target.value)}
      onBlur={typed.leave}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        typed.drop();
        event.currentTarget.blur();
      }}
    />
  );
};

type TextProps = {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onSave: Save;
};

/** Several lines that are changed where they stand; the field grows with them. */
export const InPlaceText = ({ label, hint, value, onSave }: TextProps) => {
  const words = useWords();
  const id = useId();
  const typed = useTyped(value, onSave);
  return (
    <div className="in-place-text">
      <label className="customer-label" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className="in-place-area"
        aria-description={words('customer.edit', { field: label })}
        placeholder={hint}
        rows={2}
        maxLength={20_000}
        value={typed.shown}
        onChange={(event) => typed.type(event.target.value)}
        onBlur={typed.leave}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.blur();
        }}
      />
    </div>
  );
};
