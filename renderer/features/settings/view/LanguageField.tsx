import { useLive } from '#renderer/engine-client/index.ts';
import { ManagedNote, usePolicy } from '#renderer/features/policy/index.ts';
import { SelectField, useWords } from '#renderer/ui/index.ts';
import { languageName } from '#shared/messages/languages.ts';
import { languageChoices } from '#shared/messages/locale.ts';
import { useChange } from '../model/use-change.ts';

/** The language of everything; each is called as its own speakers call it, so that everybody finds theirs. */
export const LanguageField = () => {
  const words = useWords();
  const change = useChange();
  const { isManaged } = usePolicy();
  const { data } = useLive('language.state', {});
  if (data === undefined) return null;
  return (
    <SelectField
      label={words('settings.language')}
      hint={isManaged('language') ? <ManagedNote of="language" /> : null}
      disabled={isManaged('language')}
      value={data.choice}
      options={languageChoices.map((choice) => ({
        value: choice,
        label: choice === 'system' ? words('settings.language.system') : languageName(choice, choice),
      }))}
      onChange={(event) => {
        const choice = languageChoices.find((candidate) => candidate === event.currentTarget.value);
        if (choice !== undefined) void change('language.choose', { choice });
      }}
    />
  );
};
