import { MoonStar } from 'lucide-react';
import { useState } from 'react';
import { useLive } from '#renderer/engine-client/index.ts';
import { useTeam } from '#renderer/features/ownership/index.ts';
import { ManagedNote, usePolicy } from '#renderer/features/policy/index.ts';
import { Busy, CheckField, SelectField, TextField, useWords } from '#renderer/ui/index.ts';
import { ActionButton } from '#renderer/workbench/index.ts';
import type { Preferences } from '#shared/contract/app.ts';
import { useChange } from './model/use-change.ts';
import { LanguageField } from './view/LanguageField.tsx';
import { SpellingFields } from './view/SpellingFields.tsx';

const themes = ['system', 'light', 'dark'] as const satisfies readonly Preferences['theme'][];

/** Undo windows to choose from, in seconds; ten is the default, zero sends at once. */
const undoWindows = [0, 5, 10, 20, 30, 60] as const;

const Name = ({ name }: { readonly name: string }) => {
  const words = useWords();
  const change = useChange();
  const [typed, setTyped] = useState(name);
  return (
    <TextField
      label={words('settings.name')}
      hint={words('settings.name.hint')}
      autoComplete="name"
      maxLength={200}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
      }}
      onBlur={() => {
        if (typed.trim() !== name) void change('app.setPreferences', { change: { name: typed.trim() } });
      }}
    />
  );
};

/** One's own absence; only where somebody else could answer. */
const Absence = () => {
  const { me, alone } = useTeam();
  if (me === null || alone) return null;
  const id = me.away === null ? 'member.away' : 'member.back';
  return (
    <div>
      <ActionButton id={id} icon={MoonStar} form="words" />
    </div>
  );
};

/** What a person may set about the whole application; every change holds at once. */
export const GeneralSection = () => {
  const words = useWords();
  const change = useChange();
  const { isManaged } = usePolicy();
  const { data } = useLive('app.preferences', {});
  if (data === undefined) return <Busy subject={words('word.loading')} />;

  const set = (part: Partial<Preferences>): void => {
    void change('app.setPreferences', { change: part });
  };
  const windows = undoWindows.some((seconds) => seconds === data.undoSeconds)
    ? undoWindows
    : [...undoWindows, data.undoSeconds].sort((one, other) => one - other);

  return (
    <div className="settings-narrow">
      <Absence />
      <Name key={data.name} name={data.name} />
      <LanguageField />
      <SelectField
        label={words('settings.theme')}
        value={data.theme}
        options={themes.map((theme) => ({ value: theme, label: words(`settings.theme.${theme}`) }))}
        onChange={(event) => {
          const theme = themes.find((candidate) => candidate === event.currentTarget.value);
          if (theme !== undefined) set({ theme });
        }}
      />
      <SelectField
        label={words('settings.undo')}
        hint={words('settings.undo.hint')}
        value={String(data.undoSeconds)}
        options={windows.map((seconds) => ({
          value: String(seconds),
          label: words('settings.undo.seconds', { seconds }),
        }))}
        onChange={(event) => {
          set({ undoSeconds: Number(event.currentTarget.value) });
        }}
      />
      <SpellingFields preferences={data} onSet={set} />
      <CheckField
        label={words('settings.notifications')}
        hint={words('settings.notifications.hint')}
        checked={data.notifications}
        onChange={(event) => {
          set({ notifications: event.currentTarget.checked });
        }}
      />
      <CheckField
        label={words('settings.preview')}
        hint={
          <>
            {words('settings.preview.hint')} <ManagedNote of="notifications.preview" />
          </>
        }
        disabled={!data.notifications || isManaged('notifications.preview')}
        checked={data.notificationPreview}
        onChange={(event) => {
          set({ notificationPreview: event.currentTarget.checked });
        }}
      />
    </div>
  );
};
