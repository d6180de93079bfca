import { Button, Notice, useWords } from '#renderer/ui/index.ts';

/** Why a dialog's change was refused, inside the dialog. */
export const RefusedHere = ({ refusal }: { readonly refusal: string | null }) =>
  refusal === null ? null : (
    <Notice tone="bad" live>
      <p>{refusal}</p>
    </Notice>
  );

/** The buttons below a dialog's form. */
export const DialogFoot = ({
  form,
  label,
  busy,
  disabled = false,
  onCancel,
}: {
  /** The id of the form that is sent. */
  readonly form: string;
  readonly label: string;
  readonly busy: boolean;
  readonly disabled?: boolean;
  readonly onCancel: () => void;
}) => {
  const words = useWords();
  return (
    <>
      <Button onClick={onCancel}>{words('word.cancel')}</Button>
      <Button kind="primary" submit form={form} busy={busy} disabled={disabled}>
        {label}
      </Button>
    </>
  );
};
