import { comparable } from '../contact/address.ts';
import type { Correspondent, Direction } from '../message.ts';

/** How an answer starts: to the sender, to everybody, or to nobody yet. */
export type AnswerMode = 'reply' | 'reply-all' | 'forward' | 'new';

/** The message that is answered, as far as its addresses go. */
export type Answered = {
  readonly direction: Direction;
  readonly from: Correspondent;
  readonly replyTo: readonly Correspondent[];
  readonly to: readonly Correspondent[];
  readonly cc: readonly Correspondent[];
};

/** Whom an answer goes to unless the agent changes it. */
export type Recipients = { readonly to: readonly Correspondent[]; readonly cc: readonly Correspondent[] };

const once = (people: readonly Correspondent[], seen: Set<string>): readonly Correspondent[] =>
  people.filter((person) => {
    const address = comparable(person.address);
    if (address === '' || seen.has(address)) return false;
    seen.add(address);
    return true;
  });

/**
 * Recipients of an answer as shown to the agent: Reply-To where the sender asks for it (RFC 5322 section 3.6.2), never
 * ourselves, each address once, and no blind copies. An answer to a message of ours goes where that one went.
 */
export const answerRecipients = (
  mode: AnswerMode,
  message: Answered,
  own: ReadonlySet<string>,
): Recipients => {
  if (mode === 'forward' || mode === 'new') return { to: [], cc: [] };
  const ours = new Set([...own].map(comparable));
  const sender = message.replyTo.length > 0 ? message.replyTo : [message.from];
  const main = message.direction === 'out' ? message.to : sender;
  const to = once(main, new Set(ours));
  const seen = new Set([...ours, ...to.map((person) => comparable(person.address))]);
  // Somebody who writes to themselves still gets an answer.
  const first = to.length > 0 ? to : once(main, new Set());
  if (mode === 'reply') return { to: first, cc: [] };
  const others = message.direction === 'out' ? [] : once(message.to, seen);
  return { to: first, cc: [...others, ...once(message.cc, seen)] };
};
