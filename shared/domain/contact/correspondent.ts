import type { Correspondent, Direction } from '../message.ts';
import { comparable } from './address.ts';

/** Everybody named by a message. */
export type Envelope = {
  readonly direction: Direction;
  readonly from: Correspondent;
  readonly replyTo: readonly Correspondent[];
  readonly to: readonly Correspondent[];
  readonly cc: readonly Correspondent[];
  readonly bcc: readonly Correspondent[];
};

const isOutside =
  (own: ReadonlySet<string>) =>
  (person: Correspondent): boolean =>
    person.address.trim() !== '' && !own.has(comparable(person.address));

/**
 * The person on the other side of a message: its sender, or the first outside recipient of one of ours. Mail
 * between our own addresses has us on the other side too, so there is always somebody.
 */
export const otherSide = (message: Envelope, own: ReadonlySet<string>): Correspondent => {
  if (message.direction === 'in') return message.from;
  const recipients = [...message.to, ...message.cc, ...message.bcc];
  return recipients.find(isOutside(own)) ?? recipients[0] ?? message.from;
};

/** The outside addresses of a message in comparable form, each once, sorted: the same set gives the same list. */
export const outsideAddresses = (message: Envelope, own: ReadonlySet<string>): readonly string[] => {
  const people = [message.from, ...message.to, ...message.cc];
  return [...new Set(people.filter(isOutside(own)).map((person) => comparable(person.address)))].sort();
};
