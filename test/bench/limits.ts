/** One number of a scenario; `most` is what it may be, where something is promised of it. */
export type Measured = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly most?: number;
};

const shown = ({ what, value, unit, most }: Measured): string => {
  const verdict = most === undefined ? '' : value <= most ? 'good  ' : 'OVER  ';
  const limit = most === undefined ? '' : ` (at most ${String(most)} ${unit})`;
  return `${verdict.padEnd(6)}${what}: ${value.toFixed(value < 10 ? 2 : 0)} ${unit}${limit}`;
};

/** Prints what was measured; the process ends in failure when something is over its limit. */
export const report = (scenario: string, measured: readonly Measured[]): void => {
  process.stdout.write(`${scenario}\n${measured.map((one) => `  ${shown(one)}\n`).join('')}`);
  if (measured.some(({ value, most }) => most !== undefined && !(value <= most))) process.exitCode = 1;
};
