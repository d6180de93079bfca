import { LockKeyhole, MessageSquareQuote, Paperclip, TriangleAlert } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { createElement } from 'react';
import { Badge, useWords } from '#renderer/ui/index.ts';
import type { Tone } from '#renderer/ui/index.ts';
import { ChannelIcon } from '#renderer/workbench/index.ts';
import type { Automatic, Oddity } from '#shared/domain/message.ts';
import type { MessageItem } from '../model/expanded.ts';
import { DeliveryMark } from './DeliveryLine.tsx';
import { VisibilityBadge } from './VisibilityBadge.tsx';
import type { MessageProps } from './message-hands.ts';

const automaticTone: Readonly<Record<Automatic, Tone>> = {
  'auto-reply': 'neutral',
  bounce: 'bad',
  list: 'neutral',
  bulk: 'neutral',
  notification: 'neutral',
};

/** An oddity's picture: what cannot be read is locked, the rest is a warning. */
const oddityIcon = (oddity: Oddity | undefined): LucideIcon =>
  oddity === 'encrypted' ? LockKeyhole : TriangleAlert;

type MarksProps = Pick<MessageProps, 'item' | 'expanded' | 'severalWays' | 'ownWords'>;

const OddityMark = ({ oddity }: { readonly oddity: Oddity }) => {
  const words = useWords();
  const said = words.of(`oddity.${oddity}`, {}, 'oddity.unknown');
  return (
    <span className="message-odd" title={said}>
      {createElement(oddityIcon(oddity), { size: 14, role: 'img', 'aria-label': said })}
    </span>
  );
};

/** What is to be known of a message at a glance. */
export const MessageMarks = ({ item, expanded, severalWays, ownWords }: MarksProps) => {
  const words = useWords();
  const [odd] = item.oddities;
  const files = item.attachments.filter((file) => !file.inline).length;
  return (
    <>
      {ownWords ? (
        <Badge tone="good" icon={MessageSquareQuote}>
          {words('event.own-words')}
        </Badge>
      ) : null}
      {item.automatic === null ? null : (
        <Badge tone={automaticTone[item.automatic]}>
          {words(`conversation.automatic.${item.automatic}`)}
        </Badge>
      )}
      {severalWays ? (
        <span className="message-channel" title={words.of(`channel.${item.channel}`, {}, 'channel.other')}>
          <ChannelIcon channel={item.channel} size={13} />
          <span className="unseen">
            {words('conversation.message.by', {
              channel: words.of(`channel.${item.channel}`, {}, 'channel.other'),
            })}
          </span>
        </span>
      ) : null}
      <VisibilityBadge visibility={item.visibility} />
      {odd !== undefined && !expanded ? <OddityMark oddity={odd} /> : null}
      {files > 0 && !expanded ? (
        <span className="message-files">
          <Paperclip aria-hidden size={13} />
          <span className="unseen">{words('conversation.message.attachments', { count: files })}</span>
        </span>
      ) : null}
      {item.delivery === null ? null : <DeliveryMark delivery={item.delivery} receipt={item.receipt} />}
      {item.seen ? null : <Badge tone="accent">{words('conversation.message.unread')}</Badge>}
    </>
  );
};

/** What is odd about a message, in a line each. */
export const Oddities = ({ item }: { readonly item: MessageItem }) => {
  const words = useWords();
  if (item.oddities.length === 0) return null;
  return (
    <ul className="message-oddities">
      {item.oddities.map((oddity) => (
        <li key={oddity}>
          {createElement(oddityIcon(oddity), { 'aria-hidden': true, size: 14 })}
          <span>{words.of(`oddity.${oddity}`, {}, 'oddity.unknown')}</span>
        </li>
      ))}
    </ul>
  );
};
