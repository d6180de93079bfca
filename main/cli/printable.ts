/** Controls of a terminal (C0, DEL, C1) and marks that turn the direction of text; mail must not move the cursor or forge a line. */
const unsafe = /(?![\n\t])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Text of others, safe to write to a terminal: line feeds and tabs stay, everything that commands a terminal goes. */
export const printable = (text: string): string => text.replace(/\r\n?/g, '\n').replace(unsafe, '\u00b7');

/** The same on one line. */
export const oneLine = (text: string): string => printable(text).replace(/\s+/g, ' ').trim();

/** Wide signs of East Asia take two columns (Unicode UAX 11); marks that combine take none. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const narrowless = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

const widthOf = (sign: string): number => (narrowless.test(sign) ? 0 : wide.test(sign) ? 2 : 1);

/** How many columns a text takes on a terminal. */
export const columns = (text: string): number => {
  let sum = 0;
  for (const sign of text) sum += widthOf(sign);
  return sum;
};

/** Cuts a text to a number of columns, with an ellipsis where something was cut. */
export const fit = (text: string, width: number): string => {
  if (columns(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const sign of text) {
    used += widthOf(sign);
    if (used > width - 1) break;
    kept += sign;
  }
  return `${kept}…`;
};

/** Rows with aligned columns, two blanks apart; a column is at most as wide as `limits` says, the last is never padded. */
export const table = (
  rows: readonly (readonly string[])[],
  limits: readonly (number | null)[] = [],
): readonly string[] => {
  const cells = rows.map((row) =>
    row.map((cell, index) => {
      const limit = limits[index] ?? null;
      return limit === null ? oneLine(cell) : fit(oneLine(cell), limit);
    }),
  );
  const widths: number[] = [];
  for (const row of cells) {
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, columns(cell));
    });
  }
  return cells.map((row) =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - columns(cell)),
      )
      .join('  ')
      .trimEnd(),
  );
};
