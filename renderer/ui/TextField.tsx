import { useId, type ComponentProps, type ReactNode } from 'react';
import { classes } from './classes.ts';
import './field.css';

type FieldShape = {
  readonly label: string;
  /** Said below the field, before anything went wrong. */
  readonly hint?: ReactNode;
  /** What is wrong and what to do; takes the hint's place. */
  readonly error?: string | null | undefined;
  /** Leaves the label to the screen reader, where the place says what the field is. */
  readonly labelUnseen?: boolean;
};

type FieldIds = { readonly id: string; readonly describedBy: string | undefined; readonly noteId: string };

const useFieldIds = ({ hint, error }: FieldShape): FieldIds => {
  const id = useId();
  const noteId = `${id}-note`;
  const described = (hint !== undefined && hint !== null) || (error !== undefined && error !== null);
  return { id, noteId, describedBy: described ? noteId : undefined };
};

const Field = ({
  label,
  hint,
  error,
  labelUnseen = false,
  ids,
  children,
}: FieldShape & { readonly ids: FieldIds; readonly children: ReactNode }) => (
  <div className="field">
    <label className={labelUnseen ? 'unseen' : 'field-label'} htmlFor={ids.id}>
      {label}
    </label>
    {children}
    {error !== undefined && error !== null ? (
      <p id={ids.noteId} className="field-note field-error">
        {error}
      </p>
    ) : hint !== undefined && hint !== null ? (
      <p id={ids.noteId} className="field-note">
        {hint}
      </p>
    ) : null}
  </div>
);

/** A field for one line, with its label, a hint, and what is wrong with it. */
export const TextField = ({
  label,
  hint,
  error,
  labelUnseen = false,
  className,
  ...rest
}: FieldShape & Omit<ComponentProps<'input'>, 'id'>) => {
  const ids = useFieldIds({ label, hint, error });
  return (
    <Field label={label} hint={hint} error={error} labelUnseen={labelUnseen} ids={ids}>
      <input
        id={ids.id}
        className={classes('field-input', className)}
        aria-describedby={ids.describedBy}
        aria-invalid={error !== undefined && error !== null ? true : undefined}
        {...rest}
      />
    </Field>
  );
};

/** A field for several lines. */
export const TextArea = ({
  label,
  hint,
  error,
  labelUnseen = false,
  className,
  ...rest
}: FieldShape & Omit<ComponentProps<'textarea'>, 'id'>) => {
  const ids = useFieldIds({ label, hint, error });
  return (
    <Field label={label} hint={hint} error={error} labelUnseen={labelUnseen} ids={ids}>
      <textarea
        id={ids.id}
        className={classes('field-input', 'field-area', className)}
        aria-describedby={ids.describedBy}
        aria-invalid={error !== undefined && error !== null ? true : undefined}
        {...rest}
      />
    </Field>
  );
};

/** One of a few choices, with the system's own list. */
export const SelectField = ({
  label,
  hint,
  error,
  labelUnseen = false,
  className,
  options,
  ...rest
}: FieldShape &
  Omit<ComponentProps<'select'>, 'id' | 'children'> & {
    readonly options: readonly { readonly value: string; readonly label: string }[];
  }) => {
  const ids = useFieldIds({ label, hint, error });
  return (
    <Field label={label} hint={hint} error={error} labelUnseen={labelUnseen} ids={ids}>
      <select
        id={ids.id}
        className={classes('field-input', 'field-select', className)}
        aria-describedby={ids.describedBy}
        {...rest}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Field>
  );
};

/** Something that is on or off, with its words beside the box. */
export const CheckField = ({
  label,
  hint,
  ...rest
}: Omit<FieldShape, 'error' | 'labelUnseen'> & Omit<ComponentProps<'input'>, 'id' | 'type'>) => {
  const ids = useFieldIds({ label, hint });
  return (
    <div className="field-check">
      <input id={ids.id} type="checkbox" className="field-box" aria-describedby={ids.describedBy} {...rest} />
      <div>
        <label htmlFor={ids.id}>{label}</label>
        {hint === undefined ? null : (
          <p id={ids.noteId} className="field-note">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
};
