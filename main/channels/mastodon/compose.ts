import type { Visibility } from '#shared/domain/message.ts';
import type { Composed, Outgoing } from '../kit/outgoing.ts';
import { freeze } from './frozen.ts';
import { homeOf, mentionPattern, readRecipient, rootOf, roomOf } from './names.ts';
import { mostFiles } from './profile.ts';

/** Widest first. */
const widths: readonly Visibility[] = ['public', 'unlisted', 'followers', 'direct'];

/** The narrower of what is wanted and what is answered; a first word to somebody is between the two unless the agent says otherwise. */
function visibilityFor({ visibility, answers }: Outgoing): Visibility {
  const wanted = visibility ?? answers?.visibility ?? 'direct';
  const widest = answers?.visibility ?? 'public';
  return widths.indexOf(wanted) < widths.indexOf(widest) ? widest : wanted;
}

/** Whom it goes to: those chosen and whoever is answered, each once, never ourselves. */
function addressees({ to, cc, bcc, from, answers }: Outgoing): readonly string[] {
  const people = [...(answers === null ? [] : [answers.from]), ...to, ...cc, ...bcc];
  const addresses = people.map(({ address }) => readRecipient(address)).filter((address) => address !== null);
  const own = readRecipient(from.address);
  const others = [...new Set(addresses)].filter((address) => address !== own);
  // Somebody who writes to themselves still gets an answer.
  return others.length > 0 || own === null ? others : [own];
}

/** The addresses that a text names by itself; without a server's name they are the server's own people. */
function namedIn(text: string, home: string): ReadonlySet<string> {
  return new Set(
    [...text.matchAll(mentionPattern)].map(([, user = '', host = home]) => `${user}@${host}`.toLowerCase()),
  );
}

/**
 * The wire form of a post. Nobody hears of a post that does not name them, so everybody it goes to is named, in front where the text does
 * not do it; it is never seen by more people than what it answers; and what is answered behind a warning is answered behind the same one.
 */
export function composePost(message: Outgoing): Composed {
  const { text, answers, files } = message;
  const home = homeOf(message.from.address);
  const people = addressees(message);
  const named = namedIn(text, home);
  const inFront = people.filter((address) => !named.has(address)).map((address) => `@${address}`);
  const visibility = visibilityFor(message);
  const warning = message.warning.trim();
  const status = [...inFront, text].join(' ').trim();
  const bytes = freeze({
    text,
    post: {
      status,
      visibility: visibility === 'followers' ? 'private' : visibility,
      in_reply_to_id: answers?.name ?? null,
      spoiler_text: warning,
      // Files behind a warning are hidden with it.
      sensitive: warning !== '' && files.length > 0,
    },
    files: files.slice(0, mostFiles),
  });
  const composed = { externalId: null, recipients: people, bytes };
  const room = answers?.room ?? null;
  if (room === null) return composed;
  // Directly, only those named take part, which may be fewer than before, or more.
  const own = readRecipient(message.from.address) ?? message.from.address.toLowerCase();
  return { ...composed, room: roomOf(rootOf(room), visibility, [own, ...people, ...named]) };
}
