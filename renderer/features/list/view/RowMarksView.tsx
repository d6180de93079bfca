import {
  BellRing,
  CircleAlert,
  CircleHelp,
  Clock,
  MoonStar,
  Paperclip,
  PencilLine,
  ShieldCheck,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Avatar, Badge, classes, useTimes, useWords } from '#renderer/ui/index.ts';
import type { ConversationRow } from '#shared/contract/conversations.ts';
import type { RowMarks } from '../model/row-marks.ts';
import './row-marks.css';

/** Made once, so that a row is not to draw them anew. */
const icons = {
  attachments: <Paperclip aria-hidden size={13} />,
  check: <ShieldCheck aria-hidden size={13} />,
  followUp: <BellRing aria-hidden size={13} />,
  snoozed: <MoonStar aria-hidden size={13} />,
};

const Mark = ({
  icon,
  title,
  pressing = false,
  children,
}: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly pressing?: boolean;
  readonly children?: string;
}) => (
  <span className={classes('row-mark', pressing && 'row-mark-pressing')} title={title}>
    {icon}
    <span className="unseen">{title}</span>
    {children === undefined ? null : <span aria-hidden>{children}</span>}
  </span>
);

/** How far a conversation's own words are from the world: not sent, being sent, begun, done. */
export const StateMarks = ({ row, marks }: { readonly row: ConversationRow; readonly marks: RowMarks }) => {
  const words = useWords();
  return (
    <span className="row-marks">
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
      {marks.draft ? (
        <Badge tone="accent" icon={PencilLine}>
          {words('list.row.draft')}
        </Badge>
      ) : null}
      {marks.status === 'done' ? <Badge tone="good">{words('list.row.done')}</Badge> : null}
      {marks.status === 'resolved' ? <Badge tone="note">{words('list.row.resolved')}</Badge> : null}
      {row.attachments ? <Mark icon={icons.attachments} title={words('list.row.attachments')} /> : null}
    </span>
  );
};

const FollowUpMark = ({
  followUp,
  now,
}: {
  readonly followUp: NonNullable<ConversationRow['followUp']>;
  readonly now: number;
}) => {
  const words = useWords();
  const times = useTimes();
  const { purpose, dueAt } = followUp;
  const due = dueAt <= now;
  const time = times.full(dueAt);
  return (
    <Mark
      icon={purpose === 'check' ? icons.check : icons.followUp}
      pressing={due}
      title={words(purpose === 'check' ? 'list.row.check' : 'list.row.follow-up', { time })}
    >
      {due ? words('list.row.due') : times.short(dueAt, now)}
    </Mark>
  );
};

/** What was agreed about a conversation: tags, promises, checks, sleep, and whose it is. */
export const CareMarks = ({
  row,
  marks,
  now,
}: {
  readonly row: ConversationRow;
  readonly marks: RowMarks;
  readonly now: number;
}) => {
  const words = useWords();
  const times = useTimes();
  const { owner, coveredFor, hadBy, tags, moreTags } = marks;
  return (
    <span className="row-marks">
      {tags.map((tag) => (
        <span key={tag} className="row-tag">
          {tag}
        </span>
      ))}
      {moreTags === 0 ? null : (
        <span className="row-tag row-tag-more" title={row.tags.join(', ')}>
          <span aria-hidden>+{moreTags}</span>
          <span className="unseen">{words('list.row.more-tags', { count: moreTags })}</span>
        </span>
      )}
      {marks.followUp === null ? null : <FollowUpMark followUp={marks.followUp} now={now} />}
      {marks.check ? <Mark icon={icons.check} title={words('list.row.check-open')} /> : null}
      {marks.snoozed && row.snoozedUntil !== null ? (
        <Mark icon={icons.snoozed} title={words('ownership.snoozed', { time: times.full(row.snoozedUntil) })}>
          {times.short(row.snoozedUntil, now)}
        </Mark>
      ) : null}
      {coveredFor === null ? null : (
        <span className="row-tag">{words('ownership.covered', { name: coveredFor.name })}</span>
      )}
      {hadBy === null ? null : (
        <span className="row-tag">{words('ownership.had-by', { name: hadBy.name })}</span>
      )}
      {owner === null ? null : (
        <span className="row-mark" title={words('list.row.owner', { name: owner.name })}>
          <Avatar name={owner.name} seed={owner.id} size="small" />
          <span className="unseen">{words('list.row.owner', { name: owner.name })}</span>
        </span>
      )}
    </span>
  );
};
