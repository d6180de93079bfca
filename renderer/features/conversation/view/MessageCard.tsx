import {
  AtSign,
  ChevronDown,
  CodeXml,
  Ellipsis,
  FileText,
  Forward,
  Globe,
  LockKeyhole,
  MessageSquareQuote,
  Paperclip,
  Reply,
  ReplyAll,
  Split,
  TriangleAlert,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { createElement, memo, useState } from 'react';
import type { ReactNode } from 'react';
import { Avatar, Badge, IconButton, Menu, classes, useNow, useTimes, useWords } from '#renderer/ui/index.ts';
import type { MenuItem, Tone } from '#renderer/ui/index.ts';
import { ChannelIcon, useProfiles, useToasts, useWho } from '#renderer/workbench/index.ts';
import type { DraftMode } from '#shared/contract/compose.ts';
import type { Automatic, Oddity } from '#shared/domain/message.ts';
import type { MessageId } from '#shared/kit/brand.ts';
import type { Words } from '#shared/messages/format.ts';
import type { MessageItem } from '../model/expanded.ts';
import { Attachments } from './Attachments.tsx';
import { MessageDetails, Person, Receivers, WrittenAt } from './Correspondents.tsx';
import { DeliveryLine, DeliveryMark } from './DeliveryLine.tsx';
import { TakenBack, Warned } from './Folded.tsx';
import { InvitationCard } from './Invitation.tsx';
import { MessageBodyView } from './MessageBodyView.tsx';
import { OriginalDialog } from './OriginalDialog.tsx';
import { Reactions } from './Reactions.tsx';
import { Versions } from './Versions.tsx';
import { VisibilityBadge } from './VisibilityBadge.tsx';
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
  /** Whether the conversation goes by more than one channel, so that each message says by which it came. */
  readonly severalWays: boolean;
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

/** An oddity's picture: what cannot be read is locked, the rest is a warning. */
const oddityIcon = (oddity: Oddity | undefined): LucideIcon =>
  oddity === 'encrypted' ? LockKeyhole : TriangleAlert;

type MarksProps = Pick<Props, 'item' | 'expanded' | 'severalWays' | 'ownWords'>;

const OddityMark = ({ oddity }: { readonly oddity: Oddity }) => {
  const words = useWords();
  const said = words.of(`oddity.${oddity}`, {}, 'oddity.unknown');
  return (
    <span className="message-odd" title={said}>
      {createElement(oddityIcon(oddity), { size: 14, role: 'img', 'aria-label': said })}
    </span>
  );
};

const Marks = ({ item, expanded, severalWays, ownWords }: MarksProps) => {
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

/** What a closed message shows of its words: not those that were taken back or stand behind a warning. */
const snippetOf = ({ removedAt, warning, snippet }: MessageItem, words: Words): string => {
  if (removedAt !== null) return words('conversation.removed.short');
  return warning === '' ? snippet : words('conversation.warning', { warning });
};

type ClosedProps = Pick<Props, 'item' | 'severalWays' | 'ownWords' | 'onToggle'>;

const ClosedMessage = memo(({ item, severalWays, ownWords, onToggle }: ClosedProps) => {
  const words = useWords();
  const name = useWho()(item.from, item.channel);
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
      <span className="message-closed-snippet">{snippetOf(item, words)}</span>
      <Marks item={item} expanded={false} severalWays={severalWays} ownWords={ownWords} />
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
          {createElement(oddityIcon(oddity), { 'aria-hidden': true, size: 14 })}
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
  readonly versions: boolean;
  readonly onVersions: () => void;
};

const useMenu = ({
  item,
  asText,
  onAsText,
  onOriginal,
  onAnswer,
  onLink,
  onSplit,
}: HeadProps): readonly MenuItem[] => {
  const words = useWords();
  const toasts = useToasts();
  const profile = useProfiles()(item.channel);
  const { permalink } = item;
  const answer = (mode: DraftMode) => () => onAnswer(mode, item.id);
  return [
    { id: 'reply', label: words('action.conversation.reply'), icon: Reply, run: answer('reply') },
    ...(profile?.capabilities.copies === false
      ? []
      : [
          {
            id: 'reply-all',
            label: words('action.conversation.reply-all'),
            icon: ReplyAll,
            run: answer('reply-all'),
          },
        ]),
    ...(profile?.capabilities.forward === false
      ? []
      : [
          {
            id: 'forward',
            label: words('action.conversation.forward'),
            icon: Forward,
            run: answer('forward'),
          },
        ]),
    ...(profile?.readableAddresses === false
      ? []
      : [
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
        ]),
    ...(permalink === null
      ? []
      : [
          {
            id: 'web',
            label: words('conversation.message.on-web'),
            icon: Globe,
            run: () => onLink({ href: permalink, shown: '', at: new DOMRect() }),
          },
        ]),
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

const Head = (props: HeadProps) => {
  const words = useWords();
  const { item, onToggle, details, onDetails, versions, onVersions, onAnswer } = props;
  const menu = useMenu(props);
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
            <Marks item={item} expanded severalWays={props.severalWays} ownWords={props.ownWords} />
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

/** A file or what cannot be read says enough by itself; "no text" below it would only be noise. */
const isWordless = ({ text, hasHtml, attachments, oddities }: MessageItem): boolean =>
  !hasHtml && text.trim() === '' && (attachments.length > 0 || oddities.includes('encrypted'));

/** What was said, folded away where it was taken back or its author warned of it. */
const Said = ({ item, children }: { readonly item: MessageItem; readonly children: ReactNode }) => {
  const { removedAt, warning } = item;
  const warned = warning === '' ? children : <Warned warning={warning}>{children}</Warned>;
  return removedAt === null ? (
    warned
  ) : (
    <TakenBack item={item} at={removedAt}>
      {warned}
    </TakenBack>
  );
};

const OpenMessage = (props: Props) => {
  const { item, onLink } = props;
  const [asText, setAsText] = useState(false);
  const [original, setOriginal] = useState(false);
  const [details, setDetails] = useState(false);
  const [versions, setVersions] = useState(false);
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
        versions={versions}
        onVersions={() => setVersions(!versions)}
      />
      {details ? <MessageDetails item={item} /> : null}
      <Oddities item={item} />
      {versions ? <Versions id={item.id} /> : null}
      <div className="message-words">
        <Said item={item}>
          {item.invitation === null ? null : <InvitationCard invitation={item.invitation} />}
          {isWordless(item) ? null : <MessageBodyView item={item} asText={asText} onLink={onLink} />}
          <Attachments message={item.id} files={files} />
        </Said>
        <Reactions reactions={item.reactions} />
      </div>
      {item.delivery === null ? null : <DeliveryLine delivery={item.delivery} receipt={item.receipt} />}
      {original ? <OriginalDialog id={item.id} onClose={() => setOriginal(false)} /> : null}
    </div>
  );
};

/** One message of the timeline: a line while closed, head, words and files while open. */
export const MessageCard = memo((props: Props) => {
  const { item, expanded, onToggle } = props;
  const words = useWords();
  const name = useWho()(item.from, item.channel);
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
        <ClosedMessage
          item={item}
          severalWays={props.severalWays}
          ownWords={props.ownWords}
          onToggle={onToggle}
        />
      )}
    </article>
  );
});
MessageCard.displayName = 'MessageCard';
