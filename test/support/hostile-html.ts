import { leakPieces } from './hostile-html/leaks.ts';
import { mutationPieces } from './hostile-html/mutations.ts';
import { redressPieces } from './hostile-html/redress.ts';
import { scriptPieces } from './hostile-html/scripts.ts';
import type { HostilePiece } from './hostile-html/canary.ts';

export { canary } from './hostile-html/canary.ts';
export type { HostilePiece } from './hostile-html/canary.ts';

/**
 * Mails that try to run, to tell that they were read, or to be taken for the application: by every element, event,
 * address and property known to do it, in the spellings that parsers disagree about.
 */
export const hostilePieces = (): readonly HostilePiece[] => [
  ...scriptPieces(),
  ...mutationPieces(),
  ...leakPieces(),
  ...redressPieces(),
];
