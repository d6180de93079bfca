import { TextArea, useWords } from '#renderer/ui/index.ts';
import { countWords } from '../model/typed-words.ts';

/** Where the twelve words are typed; says how many are there already. */
export const WordsField = ({
  value,
  error,
  autoFocus = false,
  onChange,
}: {
  readonly value: string;
  readonly error: string | null;
  readonly autoFocus?: boolean;
  readonly onChange: (value: string) => void;
}) => {
  const words = useWords();
  return (
    <TextArea
      label={words('recovery.enter.field')}
      className="recovery-words-field"
      rows={3}
      maxLength={400}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      autoFocus={autoFocus}
      dir="ltr"
      value={value}
      hint={words('recovery.enter.hint', { count: countWords(value) })}
      error={error}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
};
