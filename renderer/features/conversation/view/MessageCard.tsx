import {
  AtSign,
  ChevronDown,
  CodeXml,
  Ellipsis,
  FileText,
  Forward,
  MessageSquareQuote,
  Paperclip,
  Reply,
  ReplyAll,
  Split,
  TriangleAlert,
} from 'lucide-react';
import { memo, useState } from 'react';
import { Avatar, Badge, IconButton, Menu, classes, useWords } from '#renderer/ui/index.ts';
import type { MenuItem, Tone } from '#renderer/ui/index.ts';
import { useToasts } from '#renderer/workbench/index.ts';
import type { DraftMode } from '#shared/contract/compose.ts';
import type { Automatic } from '#shared/domain/message.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { MessageItem } from '../model/expanded.ts';
import { Attachments } from './Attachments.tsx';
import { MessageDetails, Person, Receivers, WrittenAt } from './Correspondents.tsx';
import { DeliveryLine, DeliveryMark } from './DeliveryLine.tsx';
import { InvitationCard } from './Invitation.tsx';
import { MessageBodyView } from './MessageBodyView.tsx';
import { OriginalDialog } from './OriginalDialog.tsx';
import type { LinkWish } from './MessageFrame.tsx';
import './message-card.css';

/** What one message asks of the conversation around it. */
export type MessageHands = {
  readonly onToggle: (id: MessageId) => void;
  readonly onAnswer: (mode: DraftMode, id: MessageId) => void;
  readonly onLink: (wish: LinkWish) => void;
  /** Asks which messages get a conversation of their own, from this one on; null where there is only one. */
  readonly onSplit: ((from: MessageId) => void) | null;
};

type Props = {
  readonly item: MessageItem;
  readonly expanded: boolean;
  /** In it the customer says that it is solved, and a check ended with that. */
  readonly ownWords: boolean;
} & MessageHands;

const automaticTone: Readonly<Record<Automatic, Tone>> = {
  'auto-reply': 'neutral',
  bounce: 'bad',
  list: 'neutral',
  bulk: 'neutral',
  notification: 'neutral',
};

const Marks = ({ item, expanded, ownWords }: Pick<Props, 'item' | 'expanded' | 'ownWords'>) => {
  const words = useWords();
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
      {item.oddities.length > 0 && !expanded ? (
        <span className="message-odd" title={words(`oddity.${item.oddities[0] ?? 'unknown'}`)}>
          <TriangleAlert size={14} role="img" aria-label={words(`oddity.${item.oddities[0] ?? 'unknown'}`)} />
        </span>
      ) : null}
      {files > 0 && !expanded ? (
        <span className="message-files">
          <Paperclip aria-hidden size={13} />
          <span className="unseen">{words('conversation.message.attachments', { count: files })}</span>
        </span>
      ) : null}
      {item.delivery === null ? null : <DeliveryMark delivery={item.delivery} />}
      {item.seen ? null : <Badge tone="accent">{words('conversation.message.unread')}</Badge>}
    </>
  );
};

const ClosedMessage = memo(({ item, ownWords, onToggle }: Pick<Props, 'item' | 'ownWords' | 'onToggle'>) => {
  const words = useWords();
  const name = item.from.name || item.from.address || words('word.no-name');
  return (
    <button
      type="button"
      className="message-closed"
      aria-expanded={false}
      data-message-focus
      onClick={() => onToggle(item.id)}
    >
      <Avatar name={name} seed={item.from.address} size="small" />
      <bdi className="message-closed-name">{name}</bdi>
      <span className="message-closed-snippet">{item.snippet}</span>
      <Marks item={item} expanded={false} ownWords={ownWords} />
      <WrittenAt at={item.at} short />
    </button>
  );
});
ClosedMessage.displayName = 'ClosedMessage';

const Oddities = ({ item }: { readonly item: MessageItem }) => {
  const words = useWords();
  if (item.oddities.length === 0) return null;
  return (
    <ul className="message-oddities">
      {item.oddities.map((oddity) => (
        <li key={oddity}>
          <TriangleAlert aria-hidden size={14} />
          <span>{words.of(`oddity.${oddity}`, {}, 'oddity.unknown')}</span>
        </li>
      ))}
    </ul>
  );
};

type HeadProps = Props & {
  readonly asText: boolean;
  readonly onAsText: () => void;
  readonly onOriginal: () => void;
  readonly details: boolean;
  readonly onDetails: () => void;
};

const useMenu = ({
  item,
  asText,
  onAsText,
  onOriginal,
  onAnswer,
  onSplit,
}: HeadProps): readonly MenuItem[] => {
  const words = useWords();
  const toasts = useToasts();
  const answer = (mode: DraftMode) => () => onAnswer(mode, item.id);
  return [
    { id: 'reply', label: words('action.conversation.reply'), icon: Reply, run: answer('reply') },
    {
      id: 'reply-all',
      label: words('action.conversation.reply-all'),
      icon: ReplyAll,
      run: answer('reply-all'),
    },
    { id: 'forward', label: words('action.conversation.forward'), icon: Forward, run: answer('forward') },
    {
      id: 'address',
      label: words('conversation.message.copy-address'),
      icon: AtSign,
      run: () => {
        void navigator.clipboard
          .writeText(item.from.address)
          .then(() => toasts.show({ text: words('conversation.message.copied') }));
      },
    },
    ...(item.hasHtml
      ? [
          {
            id: 'text',
            label: words(asText ? 'conversation.message.as-html' : 'conversation.message.as-text'),
            icon: FileText,
            run: onAsText,
          },
        ]
      : []),
    { id: 'original', label: words('conversation.message.original'), icon: CodeXml, run: onOriginal },
    ...(onSplit === null
      ? []
      : [
          {
            id: 'split',
            label: words('ownership.split.here'),
            icon: Split,
            run: () => onSplit(item.id),
          },
        ]),
  ];
};

const Head = (props: HeadProps) => {
  const words = useWords();
  const { item, onToggle, details, onDetails, onAnswer } = props;
  const menu = useMenu(props);
  return (
    <header className="message-head">
      <Avatar name={item.from.name || item.from.address} seed={item.from.address} />
      <div className="message-head-words">
        <p className="message-from">
          <Person person={item.from} />
        </p>
        <div className="message-second">
          <button type="button" className="message-to" aria-expanded={details} onClick={onDetails}>
            <Receivers item={item} />
            <ChevronDown aria-hidden size={12} />
            <span className="unseen">{words('conversation.message.details')}</span>
          </button>
          <div className="message-head-marks">
            <WrittenAt at={item.at} short={false} />
            <Marks item={item} expanded ownWords={props.ownWords} />
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

const OpenMessage = (props: Props) => {
  const { item, onLink } = props;
  const [asText, setAsText] = useState(false);
  const [original, setOriginal] = useState(false);
  const [details, setDetails] = useState(false);
  const files = item.attachments.filter((file) => !file.inline || !item.hasHtml || asText);
  return (
    <div className="message-open">
      <Head
        {...props}
        asText={asText}
        onAsText={() => setAsText(!asText)}
        onOriginal={() => setOriginal(true)}
        details={details}
        onDetails={() => setDetails(!details)}
      />
      {details ? <MessageDetails item={item} /> : null}
      <Oddities item={item} />
      <div className="message-words">
        {item.invitation === null ? null : <InvitationCard invitation={item.invitation} />}
        <MessageBodyView item={item} asText={asText} onLink={onLink} />
        <Attachments message={item.id} files={files} />
      </div>
      {item.delivery === null ? null : <DeliveryLine delivery={item.delivery} />}
      {original ? <OriginalDialog id={item.id} onClose={() => setOriginal(false)} /> : null}
    </div>
  );
};

/** One message of the timeline: a line while closed, head, words and files while open. */
export const MessageCard = memo((props: Props) => {
  const { item, expanded, onToggle } = props;
  const words = useWords();
  const name = item.from.name || item.from.address || words('word.no-name');
  return (
    <article
      className={classes('message', expanded && 'message-is-open', `message-${item.direction}`)}
      aria-label={words('conversation.frame.title', { name })}
      data-message={item.id}
      {...(expanded ? { tabIndex: -1, 'data-message-focus': true } : {})}
    >
      {expanded ? (
        <OpenMessage {...props} />
      ) : (
        <ClosedMessage item={item} ownWords={props.ownWords} onToggle={onToggle} />
      )}
    </article>
  );
});
MessageCard.displayName = 'MessageCard';
