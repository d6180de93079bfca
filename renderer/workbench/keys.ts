/** A key with its modifiers, as actions declare it: `j`, `Shift+f`, `Mod+k`, `Enter`, `?`. `Mod` is Cmd on macOS, Ctrl elsewhere. */
export type Chord = string;

/** What of a keyboard event decides which chord it is. */
export type KeyPress = {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
};

/** Which system's habits keys follow. */
export type Keyboard = 'mac' | 'other';

type Parsed = { readonly key: string; readonly mod: boolean; readonly shift: boolean };

const parse = (chord: Chord): Parsed => {
  const parts = chord.split('+');
  const key = parts[parts.length - 1] ?? '';
  return { key, mod: parts.includes('Mod'), shift: parts.includes('Shift') };
};

/** The Latin letter of a key where the layout writes another script: j is then the key where j is on a Latin keyboard. */
const latinKey = ({ key, code }: KeyPress): string => {
  if (key.length === 1 && key.charCodeAt(0) > 127 && code.startsWith('Key'))
    return code.slice(3).toLowerCase();
  return key.length === 1 ? key.toLowerCase() : key;
};

const isLetterOrNamed = (key: string): boolean => key.length > 1 || /^[a-z]$/.test(key);

/** Whether a key press is this chord. Shift counts for letters and named keys only: `?` needs it on some layouts and not on others. */
export const matches = (chord: Chord, press: KeyPress, keyboard: Keyboard): boolean => {
  const { key, mod, shift } = parse(chord);
  if (press.altKey) return false;
  const wanted = keyboard === 'mac' ? press.metaKey : press.ctrlKey;
  const other = keyboard === 'mac' ? press.ctrlKey : press.metaKey;
  if (wanted !== mod || other) return false;
  if (isLetterOrNamed(key) && press.shiftKey !== shift) return false;
  return latinKey(press) === key;
};

const macNames: Readonly<Record<string, string>> = {
  Mod: '⌘',
  Shift: '⇧',
  Alt: '⌥',
  Enter: '↩',
  Escape: 'Esc',
  ArrowDown: '↓',
  ArrowUp: '↑',
};
const otherNames: Readonly<Record<string, string>> = {
  Mod: 'Ctrl',
  Escape: 'Esc',
  ArrowDown: '↓',
  ArrowUp: '↑',
};

/** What is printed on a key in the reader's language, by its English name; a Mac has signs instead. */
export type KeyNames = Readonly<Record<string, string>>;

/** A chord as it is written on this system's keys: `⌘K`, `Ctrl+K`, `Strg+K`. */
export const showChord = (chord: Chord, keyboard: Keyboard, printed: KeyNames = {}): string => {
  const names = keyboard === 'mac' ? macNames : { ...otherNames, ...printed };
  return chord
    .split('+')
    .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(keyboard === 'mac' ? '' : '+');
};

/** Which habits this system has, by what the browser says of it. */
export const keyboardOf = (platform: string): Keyboard =>
  /mac|iphone|ipad/i.test(platform) ? 'mac' : 'other';

const textless = new Set([
  'button',
  'checkbox',
  'color',
  'file',
  'image',
  'radio',
  'range',
  'reset',
  'submit',
]);

/** Whether keys pressed at this element are text, so that single keys are not actions. */
export const takesText = (target: EventTarget | null): boolean => {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !textless.has(target.type);
  return (
    target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
  );
};
