import { useLive } from '#renderer/engine-client/index.ts';
import { CheckField, useWords } from '#renderer/ui/index.ts';
import type { Preferences } from '#shared/contract/app.ts';
import './spelling.css';

const nameOf = (language: string, locale: string): string =>
  new Intl.DisplayNames(locale, { type: 'language' }).of(language) ?? language;

/** Whether spelling is checked, by what, and in which languages. */
export const SpellingFields = ({
  preferences,
  onSet,
}: {
  readonly preferences: Preferences;
  readonly onSet: (change: Partial<Preferences>) => void;
}) => {
  const words = useWords();
  const { data } = useLive('app.spelling', {});
  const source = data?.source ?? 'none';
  const { spelling } = preferences;
  const chosen = data?.chosen ?? [];
  const turn = (language: string, on: boolean): void =>
    onSet({ spellingLanguages: on ? [...chosen, language] : chosen.filter((one) => one !== language) });
  return (
    <>
      <CheckField
        label={words('settings.spelling')}
        hint={words(`settings.spelling.${source}`)}
        disabled={source === 'none'}
        checked={spelling && source !== 'none'}
        onChange={(event) => onSet({ spelling: event.currentTarget.checked })}
      />
      {data === undefined || !spelling || data.available.length === 0 ? null : (
        <fieldset className="spelling-languages">
          <legend>{words('settings.spelling.languages')}</legend>
          {data.available.map((language) => (
            <label key={language} className="spelling-language">
              <input
                type="checkbox"
                checked={chosen.includes(language)}
                onChange={(event) => turn(language, event.target.checked)}
              />
              {nameOf(language, words.locale)}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
};
