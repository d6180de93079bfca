import { useId } from 'react';
import { useWords } from '#renderer/ui/index.ts';
import { ChannelIcon } from '#renderer/workbench/index.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import './channel-picker.css';

/** Every channel that can be connected, with a sentence each; the form beside it is the chosen one's. */
export const ChannelPicker = ({
  profiles,
  chosen,
  onChoose,
}: {
  readonly profiles: readonly ChannelProfile[];
  readonly chosen: string;
  readonly onChoose: (profile: ChannelProfile) => void;
}) => {
  const words = useWords();
  const group = useId();
  return (
    <fieldset className="channel-picker">
      <legend className="channel-picker-title">{words('wizard.channel')}</legend>
      {profiles.map((profile) => {
        const { kind } = profile;
        const about = `channel.${kind}.about`;
        return (
          <label key={kind} className="channel-choice">
            <input
              type="radio"
              className="channel-choice-radio"
              name={group}
              value={kind}
              checked={kind === chosen}
              onChange={() => {
                onChoose(profile);
              }}
            />
            <ChannelIcon channel={kind} size={18} className="channel-choice-icon" />
            <span className="channel-choice-words">
              <span className="channel-choice-name">{words.of(`channel.${kind}`, {}, 'channel.other')}</span>
              {words.has(about) ? <span className="channel-choice-about">{words(about)}</span> : null}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
};
