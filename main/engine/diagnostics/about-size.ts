/** Orders of magnitude: enough to know what is large, too little to know whose it is. */
export const magnitude = (count: number): string => {
  if (count === 0) return '0';
  const floor = 10 ** Math.floor(Math.log10(count));
  return floor === 1 ? '1 to 9' : `${String(floor)} to ${String(floor * 10 - 1)}`;
};

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** A size of bytes as an order of magnitude, such as `10 MB or more`. */
export const sizeMagnitude = (bytes: number): string => {
  if (bytes === 0) return 'nothing';
  const power = Math.floor(Math.log10(bytes));
  const unit = Math.min(Math.floor(power / 3), units.length - 1);
  return `${String(10 ** (power - unit * 3))} ${units[unit] ?? ''} or more`;
};

const ages = [
  [5 * 60_000, 'under 5 minutes'],
  [3_600_000, 'under an hour'],
  [86_400_000, 'under a day'],
  [7 * 86_400_000, 'under a week'],
] as const;

/** How long ago something was, roughly; times are ms UTC. */
export const age = (at: number | null, now: number): string =>
  at === null ? 'never' : (ages.find(([most]) => now - at < most)?.[1] ?? 'a week or more');
