/** The first moment of a day (`YYYY-MM-DD`) on this computer, or of one so many days later, in ms UTC; null where it is none. */
export const startOfDay = (text: string, later: number): number | null => {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(text) ?? [];
  if (year === undefined) return null;
  const at = new Date(Number(year), Number(month) - 1, Number(day) + later).getTime();
  return Number.isSafeInteger(at) && at >= 0 ? at : null;
};

/** The day of a time on this computer, or so many days from it, as `YYYY-MM-DD`. */
export const dayOf = (at: number, later: number): string => {
  const there = new Date(at);
  const day = new Date(there.getFullYear(), there.getMonth(), there.getDate() + later);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${String(day.getFullYear()).padStart(4, '0')}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
};
