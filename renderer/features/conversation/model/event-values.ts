import { useCallback } from 'react';
import { useNow, useWords } from '#renderer/ui/index.ts';
import { useDates, useTeam } from '#renderer/features/ownership/index.ts';
import type { TimelineItem } from '#shared/contract/conversations.ts';
import type { ConversationEventKind } from '#shared/domain/conversation/events.ts';
import { eventValues } from '#shared/messages/event-values.ts';

/** Something that happened, as an entry of the timeline. */
export type EventItem = Extract<TimelineItem, { kind: 'event' }>;

/** Events that what stands beside them already says. */
const saidElsewhere: ReadonlySet<ConversationEventKind> = new Set<ConversationEventKind>([
  'conversation.opened',
  'message.received',
  'message.answered',
  'reply.queued',
  'reply.sent',
  'reply.failed',
  'reply.uncertain',
]);

/** Whether an event gets a line of its own; the check of a transfer is in the transfer's own words. */
export const isSpoken = ({ event, values }: EventItem): boolean =>
  !saidElsewhere.has(event) && !(event === 'follow-up.promised' && values['purpose'] === 'check');

/** Events that matter little beside what was said; several in a row share a line. */
const small: ReadonlySet<ConversationEventKind> = new Set<ConversationEventKind>([
  'tag.added',
  'tag.removed',
  'conversation.snoozed',
  'conversation.woken',
  'follow-up.moved',
  'follow-up.kept',
  'follow-up.cancelled',
  'follow-up.fell-due',
]);

/** Whether an event may share a line with others like it. */
export const isSmall = (item: TimelineItem): item is EventItem =>
  item.kind === 'event' && small.has(item.event);

/** Says what happened, with names and times, as whoever sits here would hear it. */
export const useEventWords = (): ((item: EventItem) => string) => {
  const words = useWords();
  const dates = useDates();
  const now = useNow();
  const { me } = useTeam();
  return useCallback(
    (item) => {
      const hearer = { me, you: words('event.you'), time: (at: number) => dates.brief(at, now) };
      return words.of(`event.${item.event}`, eventValues(item, hearer), 'event.unknown');
    },
    [dates, me, now, words],
  );
};
