import { TextField, useWords } from '#renderer/ui/index.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import { looksLikeAddress } from '../model/wizard.ts';
import type { WizardHands } from '../model/use-wizard.ts';

const addressInputs = {
  email: { type: 'email', autoComplete: 'email' },
  text: { type: 'text', autoComplete: 'off' },
  phone: { type: 'tel', autoComplete: 'tel' },
} as const;

/** Behind a number or a token the channel has a name of ours already, or shows none. */
const showsName: ReadonlySet<ChannelProfile['address']> = new Set(['email', 'text']);

/** Who we are on the channel: its address, where that is typed at all, and the name that customers see. */
export const IdentityFields = ({
  hands,
  tried,
  autoFocus,
}: {
  readonly hands: WizardHands;
  /** Whether the person has asked to go on, so that what is missing is said. */
  readonly tried: boolean;
  readonly autoFocus: boolean;
}) => {
  const words = useWords();
  const { wizard, tell } = hands;
  const { kind, address, capabilities } = wizard.profile;
  const again = wizard.account !== null;
  const wrong = wizard.trouble?.kind === 'failure' && wizard.trouble.failure.where === 'address';
  const bad = tried && !looksLikeAddress(wizard.profile, wizard.address);
  const hintKey = `channel.${kind}.address.hint`;
  return (
    <>
      {address === 'found' || again ? null : (
        <TextField
          label={words.of(`channel.${kind}.address`, {}, 'wizard.address')}
          {...addressInputs[address]}
          {...(words.has(hintKey) ? { hint: words(hintKey) } : {})}
          autoFocus={autoFocus}
          spellCheck={false}
          maxLength={320}
          placeholder={words.of(`wizard.address.example.${address}`, {}, 'wizard.address.example')}
          value={wizard.address}
          error={
            bad
              ? words.of(`wizard.address.bad.${address}`, {}, 'wizard.address.bad')
              : wrong
                ? words('account.failure.settings', { where: '' })
                : null
          }
          onChange={(event) => {
            const typed = event.currentTarget.value;
            tell({ kind: 'typed', address: address === 'phone' ? typed : typed.trim() });
          }}
        />
      )}
      {again || !showsName.has(address) ? null : (
        <TextField
          label={words('wizard.name')}
          hint={words(capabilities.subject ? 'wizard.name.hint' : 'wizard.name.hint.chat')}
          autoComplete="name"
          maxLength={200}
          value={wizard.senderName}
          onChange={(event) => {
            tell({ kind: 'typed', senderName: event.currentTarget.value });
          }}
        />
      )}
    </>
  );
};
