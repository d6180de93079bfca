/** Everything that a text to insert can ask for; each has words under `snippet.variable.<name>`. */
export const variableNames = [
  'customer.name',
  'customer.firstName',
  'customer.company',
  'customer.address',
  'me.name',
  'me.firstName',
  'conversation.subject',
  'date',
  'time',
] as const;
export type VariableName = (typeof variableNames)[number];

/** What is known; an empty value counts as unknown. */
export type VariableValues = Readonly<Record<VariableName, string>>;

const placeholder = /\{\{\s*([\p{L}_][\p{L}\p{N}_.-]{0,79})\s*\}\}/gu;
const isVariable = (name: string): name is VariableName => variableNames.some((known) => known === name);

/** Fills in what is known, each value through `write`; what is unknown or empty stays as it stands. */
export const fillVariables = (
  text: string,
  values: VariableValues,
  write: (value: string) => string = (value) => value,
): string =>
  text.replace(placeholder, (whole, name: string) =>
    isVariable(name) && values[name].trim() !== '' ? write(values[name].trim()) : whole,
  );

/** The variables that still stand in a text, each once, as they are written. */
export const unfilledVariables = (text: string): readonly string[] => [
  ...new Set(Array.from(text.matchAll(placeholder), ([, name = '']) => `{{${name}}}`)),
];

/** Titles before a name, which is not what one calls a person by. */
const titles = /^(?:mr|mrs|ms|mx|miss|dr|prof|sir|herr|frau|m|mme|mlle|sr|sra|dott|ing|dipl-ing|rev)\.?$/iu;

/**
 * The name one calls a person by: `Carol` of `Carol Reyes`, of `Reyes, Carol` and of `Dr. Carol Reyes`. Empty where a
 * name does not look like a person's, so that nobody is greeted as `Info` or by an address.
 */
export const firstName = (name: string): string => {
  const plain = name.replace(/["'()]/gu, ' ').trim();
  if (plain === '' || /[@\d/|&]/u.test(plain)) return '';
  const [before = '', after = ''] = plain.split(',').map((part) => part.trim());
  const words = (after === '' ? before : after).split(/\s+/u).filter((word) => !titles.test(word));
  const first = words.find((word) => !/^\p{L}\.$/u.test(word)) ?? '';
  return /^(?:info|support|sales|service|office|team|the|no-?reply|contact|billing|hello)$/iu.test(first)
    ? ''
    : first;
};
