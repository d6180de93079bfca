import { ChevronDown, Ellipsis, Reply } from 'lucide-react';
import { Avatar, IconButton, Menu, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import { useWho } from '#renderer/workbench/index.ts';
import { Person, Receivers, WrittenAt } from './Correspondents.tsx';
import { MessageMarks } from './MessageMarks.tsx';
import type { MessageProps } from './message-hands.ts';
import { useMessageMenu, type MenuProps } from './use-message-menu.ts';

type HeadProps = MessageProps &
  MenuProps & {
    readonly details: boolean;
    readonly onDetails: () => void;
    readonly versions: boolean;
    readonly onVersions: () => void;
  };

/** When its author last changed it, and the way to what it said before. */
const Edited = ({
  at,
  shown,
  onToggle,
}: {
  readonly at: number;
  readonly shown: boolean;
  readonly onToggle: () => void;
}) => {
  const words = useWords();
  const times = useTimes();
  const now = useNow();
  return (
    <button type="button" className="message-edited" aria-expanded={shown} onClick={onToggle}>
      {words('conversation.edited', { time: times.short(at, now) })}
    </button>
  );
};

/** Who wrote an open message to whom and when, and what can be done with it. */
export const MessageHead = (props: HeadProps) => {
  const words = useWords();
  const { item, onToggle, details, onDetails, versions, onVersions, onAnswer } = props;
  const menu = useMessageMenu(props);
  const who = useWho()(item.from, item.channel);
  return (
    <header className="message-head">
      <Avatar name={who} seed={item.from.address} />
      <div className="message-head-words">
        <p className="message-from">
          <Person person={item.from} channel={item.channel} />
        </p>
        <div className="message-second">
          <button type="button" className="message-to" aria-expanded={details} onClick={onDetails}>
            <Receivers item={item} />
            <ChevronDown aria-hidden size={12} />
            <span className="unseen">{words('conversation.message.details')}</span>
          </button>
          <div className="message-head-marks">
            <WrittenAt at={item.at} short={false} />
            {item.editedAt === null ? null : (
              <Edited at={item.editedAt} shown={versions} onToggle={onVersions} />
            )}
            <MessageMarks item={item} expanded severalWays={props.severalWays} ownWords={props.ownWords} />
          </div>
        </div>
      </div>
      <div className="message-head-tools">
        <IconButton
          icon={Reply}
          label={words('action.conversation.reply')}
          onClick={() => onAnswer('reply', item.id)}
        />
        <Menu icon={Ellipsis} label={words('conversation.message.more')} align="end" items={menu} />
        <IconButton
          icon={ChevronDown}
          className="message-fold"
          label={words('action.message.toggle')}
          aria-expanded
          onClick={() => onToggle(item.id)}
        />
      </div>
    </header>
  );
};
