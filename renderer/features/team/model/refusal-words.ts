import type { TeamRefusal } from '#shared/contract/team.ts';
import type { Words } from '#shared/messages/format.ts';
import type { Times } from '#shared/messages/times.ts';

/** What was tried, in a sentence that says that it was not accepted. */
export const triedWords = ({ tried }: TeamRefusal, words: Words): string => {
  const exact = `team.tried.${tried}`;
  if (words.has(exact)) return words(exact);
  // Everything about a promise or a check is one kind of thing to whoever tried it.
  return words.of(`team.tried.${tried.split('.')[0] ?? ''}`, {}, 'team.tried.other');
};

/** Why the team did not accept it, with who was first and when. */
export const whyWords = ({ why }: TeamRefusal, words: Words, times: Times, now: number): string => {
  const { kind, name, at } = why;
  const time = at === null ? '' : times.short(at, now);
  const known = at !== null && name !== '';
  const named = `team.refused.${kind}.named`;
  if (known && words.has(named)) return words(named, { name, time });
  const plain = `team.refused.${kind}`;
  // "Ana took this at 10:42" needs both; without them the refusal's own words say what they can.
  if (words.has(plain) && (known || words.has(named))) return words(plain, { name, time });
  return words.of(`refusal.${kind}`, { name, time, kind }, 'refusal.unknown');
};
