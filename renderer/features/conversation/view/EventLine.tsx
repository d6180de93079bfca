import { TimeWords, useWords } from '#renderer/ui/index.ts';
import type { TimelineItem } from '#shared/contract/conversations.ts';
import type { ConversationEventKind } from '#shared/domain/conversation/events.ts';
import type { MemberId } from '#shared/kit/brand.ts';
import './event-line.css';

type EventItem = Extract<TimelineItem, { kind: 'event' }>;

/** Events that the message beside them already says. */
const saidByMessages: ReadonlySet<ConversationEventKind> = new Set<ConversationEventKind>([
  'conversation.opened',
  'message.received',
  'message.answered',
  'reply.queued',
  'reply.sent',
  'reply.failed',
  'reply.uncertain',
]);

/** Whether an event gets a line of its own. */
export const isSpoken = ({ event }: EventItem): boolean => !saidByMessages.has(event);

/** What happened in a conversation, in words. */
export const EventLine = ({ item, me }: { readonly item: EventItem; readonly me: MemberId | null }) => {
  const words = useWords();
  const who = item.by === null ? 'nobody' : item.by.id === me ? 'me' : 'member';
  const values = { because: 'agent', recipient: '', ...item.values, who, name: item.by?.name ?? '' };
  return (
    <p className="event-line">
      <span>{words.of(`event.${item.event}`, values, 'event.unknown')}</span>
      <span className="event-line-time">
        <TimeWords at={item.at} />
      </span>
    </p>
  );
};
