import type { TeamRefusal } from '#shared/contract/team.ts';
import type { Words } from '#shared/messages/format.ts';
import type { Times } from '#shared/messages/times.ts';

/** What was tried, in a sentence that says that it was not accepted; `count` conversations long. */
export const triedWords = ({ tried }: TeamRefusal, words: Words, count = 1): string => {
  const exact = `team.tried.${tried}`;
  if (words.has(exact)) return words(exact, { count });
  // Everything about a promise or a check is one kind of thing to whoever tried it.
  return words.of(`team.tried.${tried.split('.')[0] ?? ''}`, { count }, 'team.tried.other');
};

/** Why the team did not accept it, with who was first and when; `count` conversations long. */
export const whyWords = (
  { why }: TeamRefusal,
  words: Words,
  times: Times,
  now: number,
  count = 1,
): string => {
  const { kind, name, at } = why;
  const time = at === null ? '' : times.short(at, now);
  const known = at !== null && name !== '';
  const named = `team.refused.${kind}.named`;
  if (known && words.has(named)) return words(named, { name, time, count });
  const plain = `team.refused.${kind}`;
  // "Ana took this at 10:42" needs both; without them the refusal's own words say what they can.
  if (words.has(plain) && (known || words.has(named))) return words(plain, { name, time, count });
  return words.of(`refusal.${kind}`, { name, time, kind }, 'refusal.unknown');
};

/** Refusals of which the same is said, as after a change of many at once; each group has one at least, in the order given. */
export const alike = (
  refusals: readonly TeamRefusal[],
  said: (refusal: TeamRefusal) => string,
): readonly (readonly [TeamRefusal, ...TeamRefusal[]])[] => {
  const groups = new Map<string, [TeamRefusal, ...TeamRefusal[]]>();
  for (const refusal of refusals) {
    // What belongs to no conversation, or gave a text back, stands for itself.
    const key =
      refusal.conversation === null || refusal.draft !== null ? `1 ${refusal.id}` : `2 ${said(refusal)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [refusal]);
    else group.push(refusal);
  }
  return [...groups.values()];
};
