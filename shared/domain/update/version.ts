/** A version of the product, as https://semver.org orders them; build data after `+` counts for nothing. */
export type Version = {
  readonly numbers: readonly [number, number, number];
  /** The parts of what stands behind the dash; none for a finished version. */
  readonly preview: readonly string[];
};

const form =
  /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Reads a version; null where it is none. */
export const readVersion = (text: string): Version | null => {
  const [, major, minor, patch, preview] = form.exec(text.trim()) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return null;
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    preview: preview === undefined ? [] : preview.split('.'),
  };
};

const isNumber = (part: string): boolean => /^\d+$/.test(part);

const comparePart = (one: string, other: string): number => {
  if (isNumber(one) && isNumber(other)) return Number(one) - Number(other);
  if (isNumber(one) !== isNumber(other)) return isNumber(one) ? -1 : 1;
  return one < other ? -1 : one > other ? 1 : 0;
};

/** Below zero where the first is older, above it where it is newer (section 11 of the specification). */
export const compareVersions = (one: Version, other: Version): number => {
  for (const place of [0, 1, 2] as const) {
    if (one.numbers[place] !== other.numbers[place]) return one.numbers[place] - other.numbers[place];
  }
  if (one.preview.length === 0 || other.preview.length === 0) {
    return Math.sign(other.preview.length) - Math.sign(one.preview.length);
  }
  for (const [place, part] of one.preview.entries()) {
    const against = other.preview[place];
    if (against === undefined) return 1;
    const order = comparePart(part, against);
    if (order !== 0) return order;
  }
  return one.preview.length - other.preview.length;
};
