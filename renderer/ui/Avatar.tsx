import { classes } from './classes.ts';
import './avatar.css';

/** How many tints the style sheet has. */
const tints = 8;

const tintOf = (seed: string): number => {
  let sum = 0;
  for (const letter of seed.toLowerCase()) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_973;
  return sum % tints;
};

const graphemes = new Intl.Segmenter();

const firstLetter = (word: string | undefined): string => {
  if (word === undefined) return '';
  for (const { segment } of graphemes.segment(word)) return segment;
  return '';
};

/** The first letters of the first and the last word; whole graphemes, so that no script is cut in two. */
const initialsOf = (name: string): string => {
  const words = name.split(/[\s@._-]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const first = words[0];
  if (first === undefined) return '?';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return `${firstLetter(first)}${firstLetter(last)}`.toUpperCase();
};

/** A person as two letters in a tint of their own; the name stands beside it, so it is not read out. */
export const Avatar = ({
  name,
  seed,
  size = 'medium',
}: {
  readonly name: string;
  readonly seed: string;
  readonly size?: 'small' | 'medium' | 'large';
}) => (
  <span className={classes('avatar', `avatar-${size}`, `avatar-tint-${tintOf(seed)}`)} aria-hidden>
    {initialsOf(name)}
  </span>
);
