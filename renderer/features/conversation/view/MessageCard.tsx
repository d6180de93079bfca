import { memo, useState } from 'react';
import type { ReactNode } from 'react';
import { Avatar, classes, useWords } from '#renderer/ui/index.ts';
import { useWho } from '#renderer/workbench/index.ts';
import type { Words } from '#shared/messages/format.ts';
import type { MessageItem } from '../model/expanded.ts';
import { Attachments } from './Attachments.tsx';
import { MessageDetails, WrittenAt } from './Correspondents.tsx';
import { DeliveryLine } from './DeliveryLine.tsx';
import { TakenBack, Warned } from './Folded.tsx';
import { InvitationCard } from './Invitation.tsx';
import { MessageBodyView } from './MessageBodyView.tsx';
import { MessageHead } from './MessageHead.tsx';
import { MessageMarks, Oddities } from './MessageMarks.tsx';
import { OriginalDialog } from './OriginalDialog.tsx';
import { Reactions } from './Reactions.tsx';
import { Versions } from './Versions.tsx';
import type { MessageProps } from './message-hands.ts';
import './message-card.css';

/** What a closed message shows of its words: not those that were taken back or stand behind a warning. */
const snippetOf = ({ removedAt, warning, snippet }: MessageItem, words: Words): string => {
  if (removedAt !== null) return words('conversation.removed.short');
  return warning === '' ? snippet : words('conversation.warning', { warning });
};

type ClosedProps = Pick<MessageProps, 'item' | 'severalWays' | 'ownWords' | 'onToggle'>;

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
      <MessageMarks item={item} expanded={false} severalWays={severalWays} ownWords={ownWords} />
      <WrittenAt at={item.at} short />
    </button>
  );
});
ClosedMessage.displayName = 'ClosedMessage';

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

const OpenMessage = (props: MessageProps) => {
  const { item, onLink } = props;
  const [asText, setAsText] = useState(false);
  const [original, setOriginal] = useState(false);
  const [details, setDetails] = useState(false);
  const [versions, setVersions] = useState(false);
  const files = item.attachments.filter((file) => !file.inline || !item.hasHtml || asText);
  return (
    <div className="message-open">
      <MessageHead
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
export const MessageCard = memo((props: MessageProps) => {
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
