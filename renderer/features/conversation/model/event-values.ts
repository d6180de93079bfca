import { useCallback } from 'react';
import { useNow, useWords } from '#renderer/ui/index.ts';
import { useDates, useTeam } from '#renderer/features/ownership/index.ts';
import type { TimelineItem } from '#shared/contract/conversations.ts';
import type { ConversationEventKind } from '#shared/domain/conversation/events.ts';

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

/** Values that may be missing from an event; its words need all of them. */
const defaults = {
  because: 'agent',
  recipient: '',
  purpose: 'promise',
  how: '',
  owner: '',
  from: '',
  to: '',
  reason: '',
  note: '',
  why: '',
  tag: '',
  dueAt: '',
  until: '',
  checkAt: '',
} as const;

/** A kind as the branches of a message can name it, which know no hyphen. */
const plain = (kind: string | number): string => String(kind).replaceAll('-', '_');

const members = ['owner', 'from', 'to'] as const;
const choices = ['because', 'how', 'purpose'] as const;
const times = ['dueAt', 'until', 'checkAt'] as const;

/** Says what happened, with names and times, as whoever sits here would hear it. */
export const useEventWords = (): ((item: EventItem) => string) => {
  const words = useWords();
  const dates = useDates();
  const now = useNow();
  const { me } = useTeam();
  return useCallback(
    (item) => {
      const raw = item.values;
      const named = Object.fromEntries(
        members.flatMap((key) => (raw[key] === me?.name ? [[key, words('event.you')] as const] : [])),
      );
      const dated = Object.fromEntries(
        times.flatMap((key) => {
          const at = raw[key];
          return typeof at === 'number' ? [[key, dates.brief(at, now)] as const] : [];
        }),
      );
      // The names of choices in messages have no hyphens.
      const chosen = Object.fromEntries(
        choices.flatMap((key) => {
          const value = raw[key];
          return typeof value === 'string' ? [[key, value.replaceAll('-', '_')] as const] : [];
        }),
      );
      const said = item.event === 'conversation.assigned' ? raw['note'] : raw['why'];
      const by = item.by?.name ?? '';
      return words.of(
        `event.${item.event}`,
        {
          ...defaults,
          ...raw,
          ...named,
          ...dated,
          because: plain(raw['because'] ?? defaults.because),
          how: plain(raw['how'] ?? defaults.how),
          ...chosen,
          who: item.by === null ? 'nobody' : item.by.id === me?.id ? 'me' : 'member',
          name: by,
          said: said === undefined || said === '' ? 'no' : 'yes',
          given: raw['to'] === undefined ? 'nobody' : 'somebody',
          toMe: raw['to'] === me?.name ? 'yes' : 'no',
          fromMe: raw['from'] === me?.name ? 'yes' : 'no',
          fromOther: raw['from'] === undefined || raw['from'] === by ? 'no' : 'yes',
        },
        'event.unknown',
      );
    },
    [dates, me, now, words],
  );
};
