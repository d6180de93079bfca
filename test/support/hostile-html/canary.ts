/** What a piece of hostile HTML calls when it manages to run: a test defines it and counts. */
export const canary = 'stewardCanary';

/** The script that every piece tries to run. */
export const attack = `${canary}()`;

/** The host that every piece tries to reach; a test maps all hosts to one listener that must stay silent. */
export const leakHost = 'leak.example';

/** An address under the host that must never be asked for; `what` tells which place asked. */
export const leak = (what: string): string => `http://${leakHost}/${what.replace(/[^\w-]+/g, '-')}`;

/** Words that must never be seen outside the frame, written by pieces that try to draw over the page. */
export const redressWords = 'REDRESSED';

/** One piece of hostile HTML, with a name that says what it tries. */
export type HostilePiece = { readonly name: string; readonly html: string };

/** Names a list of variants after their family. */
export const family = (name: string, pieces: readonly string[]): readonly HostilePiece[] =>
  pieces.map((html, index) => ({ name: `${name} ${index + 1}`, html }));
