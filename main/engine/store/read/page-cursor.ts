/** Where a page ended: the numbers of its order's columns. Opaque to the page; what does not parse starts at the top. */
export const readCursor = (cursor: string | null, parts: number): readonly number[] | null => {
  if (cursor === null) return null;
  const numbers = cursor.split('.').map(Number);
  return numbers.length === parts && numbers.every(Number.isSafeInteger) ? numbers : null;
};

/** Writes a cursor of whole numbers. */
export const writeCursor = (...numbers: readonly number[]): string => numbers.join('.');
