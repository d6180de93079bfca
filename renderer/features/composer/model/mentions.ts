import type { Member } from '#shared/contract/ownership.ts';
import type { MemberId } from '#shared/kit/brand.ts';

const beforeCaret = /(?:^|[\s([{])@([\p{L}\p{N}._-]{0,40}(?: [\p{L}\p{N}._-]{1,40})?)$/u;

/** What was typed after "@" right before the caret; null when nobody is being named. */
export const mentionBefore = (text: string): string | null => beforeCaret.exec(text)?.[1] ?? null;

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** The members whose name, or a word of it, begins like this. */
export const membersLike = (members: readonly Member[], typed: string): readonly Member[] => {
  const start = folded(typed);
  return members.filter(({ name, gone, isMe }) => {
    if (gone || isMe) return false;
    const whole = folded(name);
    return whole.startsWith(start) || whole.split(/\s+/u).some((word) => word.startsWith(start));
  });
};

/** Whom a note names: everybody whose whole name follows an "@"; of "Ann" and "Ann Lee" the longer one is meant. */
export const mentionsIn = (text: string, members: readonly Member[]): readonly MemberId[] => {
  const byLength = [...members]
    .filter(({ name }) => name !== '')
    .sort((a, b) => b.name.length - a.name.length);
  const found = new Set<MemberId>();
  for (const { index } of text.matchAll(/@/gu)) {
    const rest = text.slice(index + 1).toLowerCase();
    const named = byLength.find(
      ({ name }) => rest.startsWith(name.toLowerCase()) && !/^[\p{L}\p{N}]/u.test(rest.slice(name.length)),
    );
    if (named !== undefined) found.add(named.id);
  }
  return [...found];
};
