const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** A value in lines for a person, without the words of any language but those for yes and no. */
export const shownValue = (
  value: unknown,
  answers: { readonly on: string; readonly off: string },
): readonly string[] => {
  if (typeof value === 'boolean') return [value ? answers.on : answers.off];
  if (Array.isArray(value)) {
    const items = value.flatMap((item: unknown) => shownValue(item, answers));
    // Texts fit on a line together; what is made of parts has one of its own.
    const together = items.join(', ');
    return value.every((item) => typeof item === 'string') ? (together === '' ? [] : [together]) : items;
  }
  if (typeof value === 'object' && value !== null) {
    return [Object.values(value).map(textOf).join(' · ')];
  }
  return [textOf(value)];
};
