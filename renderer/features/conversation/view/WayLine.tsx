import { useWords } from '#renderer/ui/index.ts';
import { ChannelIcon, useProfiles } from '#renderer/workbench/index.ts';
import type { WayRow } from '../model/ways.ts';
import './way-line.css';

/** Says that the conversation goes on by another channel. */
export const WayLine = ({ row }: { readonly row: WayRow }) => {
  const words = useWords();
  const profileOf = useProfiles();
  const { channel, other } = row;
  const readable = profileOf(channel)?.readableAddresses !== false;
  const address = other === null ? '' : readable ? other.address || other.name : other.name;
  const values = { channel: words.of(`channel.${channel}`, {}, 'channel.other'), address };
  return (
    <p className="way-line">
      <span className="way-line-words">
        <ChannelIcon channel={channel} size={13} />
        <bdi>{words(address === '' ? 'conversation.way' : 'conversation.way.address', values)}</bdi>
      </span>
    </p>
  );
};
