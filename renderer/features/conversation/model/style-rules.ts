/**
 * Properties that a mail may set. Left out on purpose: everything that positions or lifts a box above others
 * (`position`, `z-index`, `inset`, `transform`), that animates or reacts (`animation`, `transition`, `cursor`,
 * `pointer-events`), that writes words which nobody sent (`content`, `counter-*`, `quotes`), that fetches
 * (`*-image` with an address, `filter`, `mask`, `clip-path`, `src`), and custom properties, because what they hold is
 * only known after the cascade.
 */
const allowed =
  /^(color|background-color|opacity|font(-(family|size|style|weight|variant(-caps)?|stretch))?|line-height|letter-spacing|word-spacing|text-(align|decoration(-(line|color|style|thickness))?|indent|transform|overflow)|white-space(-collapse)?|text-wrap(-mode)?|word-(break|wrap)|overflow-wrap|hyphens|vertical-align|direction|(min-|max-)?(width|height)|box-sizing|display|float|clear|padding(-(top|right|bottom|left))?|margin(-(top|right|bottom|left))?|border(-(top|right|bottom|left))?(-(width|style|color))?|border-(radius|top-left-radius|top-right-radius|bottom-left-radius|bottom-right-radius|collapse|spacing)|table-layout|caption-side|empty-cells|list-style(-(type|position))?|flex(-(direction|wrap|grow|shrink|basis))?|align-(items|self|content)|justify-content|gap|row-gap|column-gap|order|object-(fit|position)|background-(position(-[xy])?|size|repeat|clip|origin)|orphans|widows)$/;

/** Only a painted gradient may be a background picture; an address would be a request. */
const gradientProperty = /^background-image$/;
const gradientValue = /^(repeating-)?(linear|radial|conic)-gradient\([^\\]*\)$/i;

/** Functions in a value that compute a colour or a length; any other name may reach outside the message. */
const knownFunctions = new Set([
  'rgb',
  'rgba',
  'hsl',
  'hsla',
  'hwb',
  'lab',
  'lch',
  'oklab',
  'oklch',
  'color',
  'calc',
  'min',
  'max',
  'clamp',
  'fit-content',
]);
const gradientFunctions = new Set(['linear-gradient', 'radial-gradient', 'conic-gradient']);

/** The frame is as high as its content, so a height taken from the frame would grow without end. */
const viewportUnit = /\d(?:[sld]?v(?:h|w|b|i|min|max)|cq(?:h|w|b|i|min|max))\b/i;

/** Lengths beyond this many pixels hide the rest of a message or exhaust the compositor; the widest mails are about 1,200. */
const longest = 4_000;
const numbers = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi;

/** The longest value that is looked at; real ones are under 300 characters. */
const longestValue = 1_000;

const functionsAreKnown = (value: string, known: ReadonlySet<string>): boolean => {
  for (const match of value.matchAll(/([-\w]+)\s*\(/g)) {
    const name = match[1]?.toLowerCase().replace(/^repeating-/, '');
    if (name === undefined || !known.has(name)) return false;
  }
  return true;
};

const pushesAway = (property: string, value: string): boolean =>
  (property.startsWith('margin') || property === 'text-indent') &&
  [...value.matchAll(/-\d+(?:\.\d+)?/g)].some((match) => Number(match[0]) < -200);

/**
 * Whether a mail may have this declaration, as the browser's own parser reports it (lower-case property, escapes
 * resolved). Refuses whatever could load, move out of the flow, cover other words, or say something that was not sent.
 */
export const keepsDeclaration = (property: string, value: string): boolean => {
  if (value === '' || value.length > longestValue || value.includes('\\')) return false;
  if (gradientProperty.test(property)) {
    return (
      value === 'none' ||
      (gradientValue.test(value) &&
        functionsAreKnown(value, new Set([...knownFunctions, ...gradientFunctions])))
    );
  }
  if (!allowed.test(property)) return false;
  if (!functionsAreKnown(value, knownFunctions)) return false;
  if (viewportUnit.test(value) || pushesAway(property, value)) return false;
  return [...value.matchAll(numbers)].every((match) => Math.abs(Number(match[0])) <= longest);
};

/** Whether a declaration gives the mail a look of its own, so that it has to be shown on the light ground it was made for. */
export const givesOwnColours = (property: string, value: string): boolean => {
  if (property !== 'color' && property !== 'background-color' && property !== 'background-image')
    return false;
  return !/^(inherit|initial|unset|transparent|none|currentcolor|windowtext|rgba\(0, 0, 0, 0\))$/i.test(
    value,
  );
};
