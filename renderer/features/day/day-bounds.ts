/** Where today, tomorrow and the day after begin on this computer's calendar, in ms UTC; a day of daylight saving is 23 or 25 hours. */
export const dayBounds = (
  now: number,
): { readonly today: number; readonly tomorrow: number; readonly end: number } => {
  const date = new Date(now);
  const start = (days: number): number =>
    new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
  return { today: start(0), tomorrow: start(1), end: start(2) };
};
