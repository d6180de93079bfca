import { CircleAlert, CircleHelp, Clock, Paperclip, PencilLine } from 'lucide-react';
import { memo } from 'react';
import { Avatar, Badge, classes, useTimes, useWords } from '#renderer/ui/index.ts';
import { ChannelIcon } from '#renderer/workbench/index.ts';
import type { ConversationRow } from '#shared/contract/conversations.ts';
import { waitTone } from '../model/waiting.ts';
import './conversation-row.css';

type RowProps = {
  readonly row: ConversationRow;
  readonly now: number;
  readonly opened: boolean;
  readonly selected: boolean;
  readonly me: string | null;
};

const Waiting = ({ row, now }: { readonly row: ConversationRow; readonly now: number }) => {
  const words = useWords();
  const times = useTimes();
  // While an answer is on its way the customer does not wait for us any more.
  if (row.waitingSince === null || row.status !== 'open' || row.outbox === 'waiting') {
    return (
      <time
        className="conversation-row-time"
        dateTime={new Date(row.lastAt).toISOString()}
        title={times.full(row.lastAt)}
      >
        {times.short(row.lastAt, now)}
      </time>
    );
  }
  const length = times.length(now - row.waitingSince);
  return (
    <span
      className={classes(
        'conversation-row-wait',
        `conversation-row-wait-${waitTone(now - row.waitingSince)}`,
      )}
      title={words('list.row.waiting-since', { time: times.full(row.waitingSince) })}
    >
      <Clock aria-hidden size={12} />
      <span className="unseen">{words('list.row.waiting', { length })}</span>
      <span aria-hidden>{length}</span>
    </span>
  );
};

const Marks = ({ row, me }: { readonly row: ConversationRow; readonly me: string | null }) => {
  const words = useWords();
  return (
    <span className="conversation-row-marks">
      {row.outbox === 'failed' ? (
        <Badge tone="bad" icon={CircleAlert}>
          {words('list.row.failed')}
        </Badge>
      ) : null}
      {row.outbox === 'unknown' ? (
        <Badge tone="warn" icon={CircleHelp}>
          {words('list.row.unknown')}
        </Badge>
      ) : null}
      {row.outbox === 'waiting' ? (
        <Badge tone="note" icon={Clock}>
          {words('list.row.sending')}
        </Badge>
      ) : null}
      {row.draft ? (
        <Badge tone="accent" icon={PencilLine}>
          {words('list.row.draft')}
        </Badge>
      ) : null}
      {row.status === 'done' ? <Badge tone="good">{words('list.row.done')}</Badge> : null}
      {row.attachments ? (
        <span className="conversation-row-mark" title={words('list.row.attachments')}>
          <Paperclip aria-hidden size={13} />
          <span className="unseen">{words('list.row.attachments')}</span>
        </span>
      ) : null}
      {row.owner !== null && row.owner.id !== me ? (
        <span className="conversation-row-mark" title={words('list.row.owner', { name: row.owner.name })}>
          <Avatar name={row.owner.name} seed={row.owner.id} size="small" />
          <span className="unseen">{words('list.row.owner', { name: row.owner.name })}</span>
        </span>
      ) : null}
    </span>
  );
};

/** One conversation in the list: who, since when, what about, and what is odd. */
export const ConversationRowView = memo(({ row, now, opened, selected, me }: RowProps) => {
  const words = useWords();
  const who = row.customer.name === '' ? row.customer.address : row.customer.name;
  return (
    <div
      className={classes(
        'conversation-row',
        row.unread > 0 && 'conversation-row-unread',
        opened && 'conversation-row-opened',
        selected && 'conversation-row-selected',
      )}
    >
      <span className="conversation-row-dot">
        {row.unread > 0 ? <span className="unseen">{words('list.row.unread')}</span> : null}
      </span>
      <div className="conversation-row-head">
        <ChannelIcon className="conversation-row-channel" channel={row.channel} size={13} />
        <span className="conversation-row-who">{who === '' ? words('word.no-name') : who}</span>
        {row.messages > 1 ? (
          <span className="conversation-row-count">
            <span aria-hidden>{row.messages}</span>
            <span className="unseen">{words('list.row.messages', { count: row.messages })}</span>
          </span>
        ) : null}
        <Waiting row={row} now={now} />
      </div>
      <div className="conversation-row-middle">
        <span className="conversation-row-subject">
          {row.subject === '' ? words('word.no-subject') : row.subject}
        </span>
        <Marks row={row} me={me} />
      </div>
      <div className="conversation-row-snippet">{row.snippet}</div>
    </div>
  );
});
ConversationRowView.displayName = 'ConversationRowView';

/** The place of a row whose words are not here yet. */
export const RowToCome = () => (
  <div className="conversation-row conversation-row-to-come" aria-hidden>
    <span className="conversation-row-bar" />
    <span className="conversation-row-bar conversation-row-bar-long" />
  </div>
);
