import { CheckField, SelectField, TextField, useWords } from '#renderer/ui/index.ts';
import type { Settings } from '#shared/contract/accounts.ts';
import type { ChannelProfile, SettingsField } from '#shared/domain/channel-profile.ts';

type FieldProps = {
  readonly kind: string;
  readonly field: SettingsField;
  readonly value: string | number | boolean | null;
  readonly error: string | null;
  /** Laid down by a policy: shown, and not to be changed. */
  readonly locked: boolean;
  readonly onChange: (value: string | number | boolean | null) => void;
};

const inputTypes = { text: 'text', host: 'text', url: 'url', phone: 'tel', secret: 'password' } as const;

const OneField = ({ kind, field, value, error, locked, onChange }: FieldProps) => {
  const words = useWords();
  const key = `channel.${kind}.${field.name}`;
  // A field that a newer engine added and that has no words yet is shown by its name, not left out.
  const label = words.has(key) ? words(key) : field.name;
  const hintKey = [`${key}.hint`, `${key}.help`].find(words.has);
  const hint = hintKey === undefined ? {} : { hint: words(hintKey) };
  const text = value === null || typeof value === 'boolean' ? '' : String(value);

  switch (field.type) {
    case 'toggle':
      return (
        <CheckField
          label={label}
          disabled={locked}
          {...hint}
          checked={value === true}
          onChange={(event) => {
            onChange(event.currentTarget.checked);
          }}
        />
      );
    case 'choice':
      return (
        <SelectField
          label={label}
          disabled={locked}
          {...hint}
          error={error}
          value={text}
          options={field.choices.map((choice) => {
            const choiceKey = `${key}.${choice}`;
            return { value: choice, label: words.has(choiceKey) ? words(choiceKey) : choice };
          })}
          onChange={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
      );
    case 'port':
      return (
        <TextField
          label={label}
          disabled={locked}
          {...hint}
          error={error}
          inputMode="numeric"
          maxLength={5}
          value={text}
          onChange={(event) => {
            const digits = event.currentTarget.value.replace(/\D/g, '');
            onChange(digits === '' ? null : Number(digits));
          }}
        />
      );
    case 'text':
    case 'host':
    case 'url':
    case 'phone':
    case 'secret':
      return (
        <TextField
          label={label}
          disabled={locked}
          {...hint}
          error={error}
          type={inputTypes[field.type]}
          maxLength={4_000}
          // What a password manager knows belongs to the account's own secret, not to a second one.
          autoComplete={field.type === 'secret' ? 'new-password' : 'off'}
          spellCheck={false}
          required={field.required}
          value={text}
          onChange={(event) => {
            onChange(event.currentTarget.value);
          }}
        />
      );
  }
};

/** The form of a channel, made from its profile. What proves who one is is asked for elsewhere. */
export const SettingsForm = ({
  profile,
  settings,
  wrongField,
  missing,
  laidDown,
  onChange,
}: {
  readonly profile: ChannelProfile;
  readonly settings: Settings;
  /** Settings that a policy lays down, with their values. */
  readonly laidDown: Settings;
  /** The names of fields that have to be filled in first. */
  readonly missing: ReadonlySet<string>;
  /** The name of the field that was refused, if one was. */
  readonly wrongField: string | null;
  readonly onChange: (name: string, value: string | number | boolean | null) => void;
}) => {
  const words = useWords();
  const usual = profile.fields.filter(({ advanced }) => advanced !== true);
  const folded = profile.fields.filter(({ advanced }) => advanced === true);
  const shown = (field: SettingsField) => (
    <div key={field.name} className={`settings-form-${field.type}`}>
      <OneField
        kind={profile.kind}
        field={field}
        value={laidDown[field.name] ?? settings[field.name] ?? null}
        locked={laidDown[field.name] !== undefined}
        error={
          missing.has(field.name)
            ? words('wizard.field.missing')
            : field.name === wrongField
              ? words('account.failure.settings', { where: '' })
              : null
        }
        onChange={(value) => {
          onChange(field.name, value);
        }}
      />
    </div>
  );
  return (
    <>
      {usual.length === 0 ? null : <div className="settings-form">{usual.map(shown)}</div>}
      {folded.length === 0 ? null : (
        <details
          className="settings-more"
          open={folded.some(({ name }) => name === wrongField || missing.has(name))}
        >
          <summary>{words('channel.more')}</summary>
          <div className="settings-more-fields">{folded.map(shown)}</div>
        </details>
      )}
    </>
  );
};
