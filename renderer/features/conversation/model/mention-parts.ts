/** A stretch of a note; `mention` where it names a member. */
export type NotePart = { readonly text: string; readonly mention: boolean };

/** Splits a note where it names members with "@"; of "Ann" and "Ann Lee" the longer one is meant. */
export const mentionParts = (text: string, names: readonly string[]): readonly NotePart[] => {
  const longestFirst = [...names].filter((name) => name !== '').sort((a, b) => b.length - a.length);
  const parts: NotePart[] = [];
  let begin = 0;
  for (const { index } of text.matchAll(/@/gu)) {
    const rest = text.slice(index + 1);
    const name = longestFirst.find(
      (one) =>
        rest.toLowerCase().startsWith(one.toLowerCase()) && !/^[\p{L}\p{N}]/u.test(rest.slice(one.length)),
    );
    if (name === undefined) continue;
    const end = index + 1 + name.length;
    if (index > begin) parts.push({ text: text.slice(begin, index), mention: false });
    parts.push({ text: text.slice(index, end), mention: true });
    begin = end;
  }
  return begin < text.length ? [...parts, { text: text.slice(begin), mention: false }] : parts;
};
