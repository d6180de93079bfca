import { useId } from 'react';
import { Button, Notice, classes, useWords } from '#renderer/ui/index.ts';
import type { Field } from '../model/use-field.ts';
import './in-place.css';

/** Somebody else wrote into the field meanwhile: both are shown, and the person decides. */
const TheirWords = ({ field, label }: { readonly field: Field; readonly label: string }) => {
  const words = useWords();
  if (field.theirs === null) return null;
  return (
    <Notice
      tone="warn"
      live
      title={words('customer.theirs', { field: label })}
      actions={
        <>
          <Button small onClick={field.keepMine}>
            {words('customer.theirs.keep-mine')}
          </Button>
          <Button small onClick={field.drop}>
            {words('customer.theirs.take')}
          </Button>
        </>
      }
    >
      <p className="in-place-theirs" dir="auto">
        {field.theirs === '' ? words('customer.theirs.empty') : field.theirs}
      </p>
    </Notice>
  );
};

type LineProps = {
  readonly label: string;
  /** What stands there while there is no value. */
  readonly empty: string;
  readonly field: Field;
  readonly strong?: boolean;
};

/** One line that is changed where it stands; a long one is shown on several. */
export const InPlaceLine = ({ label, empty, field, strong = false }: LineProps) => (
  <>
    <textarea
      className={classes('in-place-line', strong && 'in-place-strong')}
      aria-label={label}
      placeholder={empty}
      // What is longer than three lines is read here.
      title={field.value}
      dir="auto"
      rows={1}
      maxLength={500}
      value={field.value}
      onChange={(event) => field.type(event.target.value.replace(/[\r\n]+/gu, ' '))}
      onBlur={field.leave}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || (event.key !== 'Escape' && event.key !== 'Enter')) return;
        event.preventDefault();
        event.stopPropagation();
        if (event.key === 'Escape' && field.theirs === null) field.drop();
        event.currentTarget.blur();
      }}
    />
    <TheirWords field={field} label={label} />
  </>
);

type TextProps = { readonly label: string; readonly hint: string; readonly field: Field };

/** Several lines that are changed where they stand; the field grows with them. */
export const InPlaceText = ({ label, hint, field }: TextProps) => {
  const words = useWords();
  const id = useId();
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
        dir="auto"
        rows={2}
        maxLength={20_000}
        value={field.value}
        onChange={(event) => field.type(event.target.value)}
        onBlur={field.leave}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.blur();
        }}
      />
      <TheirWords field={field} label={label} />
    </div>
  );
};
