import { TextField, useWords } from '#renderer/ui/index.ts';
import { useWho } from '#renderer/workbench/index.ts';
import type { DraftEdit, DraftMode, Peer } from '#shared/contract/compose.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';

const chipWords = ({ name, address }: Peer, who: string, { readableAddresses }: ChannelProfile): string =>
  readableAddresses && name !== '' && address !== name ? `${name} (${address})` : who;

/** Who gets a message on a channel without copies: those who are answered, or one who is typed for a first word. */
export const ChatAddressing = ({
  edit,
  mode,
  profile,
  onChange,
}: {
  readonly edit: DraftEdit;
  readonly mode: DraftMode;
  readonly profile: ChannelProfile;
  readonly onChange: (patch: Partial<DraftEdit>) => void;
}) => {
  const words = useWords();
  const whoOf = useWho();
  if (mode !== 'new')
    return (
      <div className="addressing-line addressing-fixed">
        <span className="recipient-label">{words('composer.to')}</span>
        <span className="recipient-tokens">
          {edit.to.map((peer) => (
            <bdi key={peer.address} className="recipient recipient-fixed">
              {chipWords(peer, whoOf(peer, profile.kind), profile)}
            </bdi>
          ))}
        </span>
      </div>
    );
  const [typed] = edit.to;
  const hintKey = `channel.${profile.kind}.recipient`;
  return (
    <TextField
      label={words('composer.to')}
      {...(words.has(hintKey) ? { hint: words(hintKey) } : {})}
      type={profile.address === 'phone' ? 'tel' : 'text'}
      autoFocus={typed === undefined}
      autoComplete="off"
      spellCheck={false}
      maxLength={500}
      value={typed?.address ?? ''}
      onChange={(event) => {
        const address = event.currentTarget.value;
        onChange({ to: address === '' ? [] : [{ name: '', address }] });
      }}
    />
  );
};
