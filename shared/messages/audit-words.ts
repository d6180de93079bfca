import type { AuditRow } from '../contract/audit.ts';
import { eventValues } from './event-values.ts';
import type { Words } from './format.ts';

/** Who hears of it, and how times are said to them; `me` is null where nobody in particular does. */
type Hearer = Omit<Parameters<typeof eventValues>[1], 'you'>;

/** Things that a conversation's history says by itself and an audit in words. */
const onlyHere: ReadonlySet<string> = new Set([
  ...['reply.queued', 'reply.sent', 'message.answered', 'message.received'],
]);

/** Values that may be missing from an act; its words need all of them. */
const defaults = {
  ...{ label: '', team: '', role: '', member: '', keys: '', value: '', address: '' },
  ...{ messages: 0, rows: 0, notes: 'no' },
} as const;

const keyOf = ({ source, kind }: AuditRow): string => {
  if (source === 'act') return `act.${kind}`;
  if (source === 'customer') return `audit.customer.${kind}`;
  return onlyHere.has(kind) ? `audit.conversation.${kind}` : `event.${kind}`;
};

/** Says what somebody did. */
export const auditWords = (words: Words, row: AuditRow, { me, time }: Hearer): string => {
  const { kind, by, values, customer } = row;
  const { made, value } = values;
  const said = {
    ...defaults,
    ...eventValues({ event: kind, by, values }, { me, you: words('event.you'), time }),
    made: typeof made === 'number' ? time(made) : '…',
    customer: customer === null || customer.name === '' ? 'nobody' : 'somebody',
    person: customer?.name ?? '',
    empty: value === undefined || value === '' ? 'yes' : 'no',
  };
  return words.of(keyOf(row), said, 'event.unknown');
};
