import { TimeWords, useTimes, useWords } from '#renderer/ui/index.ts';
import { useProfiles, useWho } from '#renderer/workbench/index.ts';
import type { ChannelProfile } from '#shared/domain/channel-profile.ts';
import type { Correspondent } from '#shared/domain/message.ts';
import type { MessageItem } from '../model/expanded.ts';
import './correspondents.css';

/**
 * A person with the address that answers to them go to, so that a name alone never stands for it. Where addresses mean
 * nothing to people the name is all there is.
 */
export const Person = ({ person, channel }: { readonly person: Correspondent; readonly channel: string }) => {
  const words = useWords();
  const whoOf = useWho();
  const readable = useProfiles()(channel)?.readableAddresses !== false;
  const { name, address } = person;
  if (!readable) return <bdi className="person-name">{whoOf(person, channel)}</bdi>;
  if (name === '' || name === address)
    return <bdi className="person-name">{address === '' ? words('word.no-name') : address}</bdi>;
  return (
    <>
      <bdi className="person-name">{name}</bdi> <bdi className="person-address">{`<${address}>`}</bdi>
    </>
  );
};

/** Names shown in one line before the rest becomes a number. */
const mostNames = 3;

/** On some channels we are only a number to the server; what came in there came to us. */
const isUs = (person: Correspondent, { direction }: MessageItem, profile: ChannelProfile | null): boolean =>
  direction === 'in' && person.name === '' && profile?.readableAddresses === false;

/** Who got a message, in one line. */
export const Receivers = ({ item }: { readonly item: MessageItem }) => {
  const words = useWords();
  const whoOf = useWho();
  const profile = useProfiles()(item.channel);
  const all = [...item.to, ...item.cc, ...item.bcc];
  if (all.length === 0) return null;
  const names = all
    .slice(0, mostNames)
    .map((person) =>
      isUs(person, item, profile) ? words('conversation.message.you') : whoOf(person, item.channel),
    )
    .join(', ');
  const more = all.length - mostNames;
  return (
    <span className="receivers">
      {more > 0
        ? words('conversation.message.to-more', { names, count: more })
        : words('conversation.message.to', { names })}
    </span>
  );
};

/** Everybody a message came from and went to, with whole addresses. */
export const MessageDetails = ({ item }: { readonly item: MessageItem }) => {
  const words = useWords();
  const times = useTimes();
  const rows = [
    ['conversation.message.from', [item.from]],
    ['conversation.message.reply-to', item.replyTo],
    ['conversation.message.to-label', item.to],
    ['conversation.message.cc', item.cc],
    ['conversation.message.bcc', item.bcc],
  ] as const;
  return (
    <dl className="message-details">
      {rows
        .filter(([, people]) => people.length > 0)
        .map(([key, people]) => (
          <div key={key}>
            <dt>{words(key)}</dt>
            <dd>
              {people.map((person, index) => (
                <span key={index} className="message-details-person">
                  <Person person={person} channel={item.channel} />
                </span>
              ))}
            </dd>
          </div>
        ))}
      <div>
        <dt>{words('conversation.message.date')}</dt>
        <dd>{times.full(item.at)}</dd>
      </div>
    </dl>
  );
};

/** When a message was written. */
export const WrittenAt = ({ at, short }: { readonly at: number; readonly short: boolean }) => (
  <span className="written-at">
    <TimeWords at={at} form={short ? 'short' : 'words'} />
  </span>
);
