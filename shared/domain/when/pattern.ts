/** A piece of the text that was understood: its place, and what it means. */
export type Found<Meaning> = { readonly start: number; readonly end: number; readonly meaning: Meaning };

/** A pattern for whole words in any letter case. JavaScript's own \b knows no ä, ö, ü. */
export const words = (source: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${source})(?![\\p{L}\\p{N}])`, 'iu');

/** Where a pattern is found, unless what it caught means nothing. */
export const find = <Meaning>(
  text: string,
  pattern: RegExp,
  meaningOf: (caught: RegExpExecArray) => Meaning | null,
): Found<Meaning> | null => {
  const caught = pattern.exec(text);
  if (caught === null) return null;
  const meaning = meaningOf(caught);
  return meaning === null ? null : { start: caught.index, end: caught.index + caught[0].length, meaning };
};

/** The first reading that finds something. */
export const firstOf = <Meaning>(
  readings: readonly (() => Found<Meaning> | null)[],
): Found<Meaning> | null => {
  for (const read of readings) {
    const found = read();
    if (found !== null) return found;
  }
  return null;
};
