import type { KeyboardEvent, Ref } from 'react';
import { TextArea } from '#renderer/ui/index.ts';

/** Sends the form around a field by Ctrl or Cmd with Enter, and with `plainEnter` by Enter alone. */
export const sendByEnter = (event: KeyboardEvent<HTMLElement>, plainEnter: boolean): void => {
  if (event.key !== 'Enter' || event.nativeEvent.isComposing || event.shiftKey) return;
  const alone = !event.ctrlKey && !event.metaKey;
  if (alone && !plainEnter) return;
  event.preventDefault();
  event.stopPropagation();
  event.currentTarget.closest('form')?.requestSubmit();
};

/** A few words that go with a change: Enter sends them, Shift+Enter begins a new line. */
export const ReasonField = ({
  ref,
  label,
  hint,
  error = null,
  autoFocus = false,
  firstFocus = false,
  value,
  onChange,
}: {
  readonly ref?: Ref<HTMLTextAreaElement>;
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | null;
  readonly autoFocus?: boolean;
  /** The dialog around it begins here. */
  readonly firstFocus?: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) => (
  <TextArea
    ref={ref}
    label={label}
    hint={hint}
    error={error}
    className="ownership-reason"
    rows={2}
    maxLength={20_000}
    autoFocus={autoFocus}
    {...(firstFocus ? { 'data-first-focus': true } : {})}
    value={value}
    onChange={(event) => onChange(event.target.value)}
    onKeyDown={(event) => sendByEnter(event, true)}
  />
);
