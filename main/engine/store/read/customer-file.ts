import type { IdentityKey } from '#shared/domain/customer/events.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import type { MessageFacts } from '#shared/domain/message.ts';
import type { ConversationId, CustomerId } from '#shared/kit/brand.ts';
import type { ReadableDb } from '../driver.ts';

/** A conversation in which a customer has part. Times are ms UTC. */
export type TheirConversation = {
  readonly num: number;
  readonly id: ConversationId;
  readonly channel: string;
  readonly subject: string;
  readonly status: string;
  readonly messages: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Whether they are who it is with, and not somebody who was asked as well. */
  readonly own: boolean;
};

type Columns = Omit<TheirConversation, 'own'> & { readonly customer: CustomerId };

/** Conversations with a customer, and those with others in which they wrote or were written to; the oldest first. */
export const conversationsAbout = (
  db: ReadableDb,
  customer: CustomerId,
  identities: readonly IdentityKey[],
): readonly TheirConversation[] =>
  db
    .all<Columns>(
      `SELECT num, id, channel, subject, status, messages, first_at AS firstAt, last_at AS lastAt, customer_id AS customer
       FROM conversation WHERE num IN (
         SELECT num FROM conversation WHERE customer_id = $customer AND status <> 'merged'
         UNION SELECT m.conversation_num FROM message m JOIN json_each($identities) i
           ON m.channel = json_extract(i.value, '$.channel')
          AND (lower(m.from_address) = json_extract(i.value, '$.address')
            OR m.direction = 'out' AND instr(lower(m.people), json_extract(i.value, '$.address')) > 0)
       ) ORDER BY first_at, num`,
      { customer, identities: JSON.stringify(identities) },
    )
    .map(({ customer: with_, ...row }) => ({ ...row, own: with_ === customer }));

/**
 * Whether a message is theirs to see: they wrote it, or it was sent to them. What goes into a room names nobody and is
 * for whoever the conversation is with.
 */
export const isAbout = (
  message: Pick<MessageFacts, 'direction' | 'channel' | 'from' | 'to' | 'cc' | 'bcc'>,
  identities: readonly IdentityKey[],
  own: boolean,
): boolean => {
  const theirs = new Set(
    identities.flatMap(({ channel, address }) => (channel === message.channel ? [address] : [])),
  );
  if (message.direction === 'in') return theirs.has(comparable(message.from.address));
  const recipients = [...message.to, ...message.cc, ...message.bcc];
  return recipients.length === 0 ? own : recipients.some(({ address }) => theirs.has(comparable(address)));
};

/** What happened to a conversation that concerns the customer, and by nobody's name. */
const open = `'conversation.opened', 'conversation.resolved', 'conversation.closed', 'conversation.reopened',
  'contact.named', 'reply.bounced'`;

/** What happened to a conversation, as far as it concerns the customer, oldest first. */
export const openEventsOf = (
  db: ReadableDb,
  conversation: number,
): readonly { readonly at: number; readonly kind: string; readonly payload: string }[] =>
  db.all(
    `SELECT at, kind, payload FROM event WHERE conversation_num = ? AND kind IN (${open}) ORDER BY rev`,
    [conversation],
  );

/** What colleagues told each other in a conversation, oldest first. */
export const notesIn = (
  db: ReadableDb,
  conversation: number,
): readonly { readonly at: number; readonly by: string; readonly text: string }[] =>
  db.all(
    `SELECT e.at, ifnull(m.name, '') AS by, ifnull(json_extract(e.payload, '$.text'), '') AS text
     FROM event e LEFT JOIN member m ON m.id = e.author
     WHERE e.conversation_num = ? AND e.kind = 'note.added' ORDER BY e.rev`,
    [conversation],
  );
