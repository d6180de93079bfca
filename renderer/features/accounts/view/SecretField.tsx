import { TextField, useWords } from '#renderer/ui/index.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';

/** Where the password or the token is typed, with words on where to get it. */
export const SecretField = ({
  profile,
  hint,
  error,
  value,
  autoFocus,
  onChange,
}: {
  readonly profile: ChannelProfile;
  /** Said in place of where to get it. */
  readonly hint?: string;
  readonly error: string | null;
  readonly value: string;
  readonly autoFocus: boolean;
  readonly onChange: (value: string) => void;
}) => {
  const words = useWords();
  const { kind, credential } = profile;
  const where = `channel.${kind}.where`;
  const said = hint ?? (words.has(where) ? words(where) : undefined);
  return (
    <TextField
      label={words.of(
        `channel.${kind}.credential`,
        {},
        credential === 'token' ? 'wizard.token' : 'wizard.password',
      )}
      {...(said === undefined ? {} : { hint: said })}
      error={error}
      type="password"
      autoFocus={autoFocus}
      autoComplete={credential === 'token' ? 'off' : 'current-password'}
      spellCheck={false}
      maxLength={2_000}
      value={value}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
};
