import type { Inbound } from '#main/channels/kit/inbound.ts';
import { comparable } from '#shared/domain/contact/address.ts';
import type { ReadableDb } from '../../store/driver.ts';
import { readPeople } from '../../store/read/people.ts';

/** How many of a conversation's messages are looked at; who has not been named in these is new to the agent too. */
const lookedAt = 200;

/**
 * Whether a message comes from somebody that nothing known of the conversation names. Our own addresses never are.
 * The date of a message says nothing here, since its sender chooses it; and what a stranger writes makes nobody known,
 * themselves included, until somebody of the conversation names them.
 */
export const isStranger = (
  db: ReadableDb,
  conversation: number,
  inbound: Inbound,
  own: ReadonlySet<string>,
): boolean => {
  const sender = comparable(inbound.from.address);
  if (inbound.direction === 'out' || inbound.bounce !== null || own.has(sender)) return false;
  const earlier = db.all<{ from_address: string; people: string }>(
    `SELECT from_address, people FROM message WHERE conversation_num = ? AND oddities NOT LIKE '%"stranger"%'
     ORDER BY at DESC, seq DESC LIMIT ?`,
    [conversation, lookedAt],
  );
  if (earlier.length === 0) return false;
  return !earlier.some((row) => {
    const { to, cc, bcc, replyTo } = readPeople(row.people);
    return (
      comparable(row.from_address) === sender ||
      [...to, ...cc, ...bcc, ...replyTo].some((person) => comparable(person.address) === sender)
    );
  });
};
