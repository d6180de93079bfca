/** Between the drawing of two frames, in ms: each takes the window for one or two of its own, and the scrolling goes on in the others. */
export const turnMs = 50;

/** px a ms: some three screens a second, at which nobody reads. */
const fast = 2.5;

/** What flew past is drawn when it has stood still for so long, in ms. */
export const stillMs = 80;

/** Draws frames one after the other, and none while the timeline flies past. */
export type FrameTurns = {
  /** Begins a frame as soon as it is its turn; the answer takes that back. */
  readonly ask: (begin: () => void) => () => void;
  /** The timeline is scrolled to `top` px, at `at` ms by any steady clock. */
  readonly scrolled: (top: number, at: number) => void;
  /** Nothing that still waits will be begun. */
  readonly stop: () => void;
};

/** Makes the turns of one timeline; the first frame after a quiet while is begun at once. */
export const createFrameTurns = (): FrameTurns => {
  const waiting = new Set<() => void>();
  let turn: ReturnType<typeof setTimeout> | null = null;
  let last: { readonly top: number; readonly at: number } | null = null;
  let flies = false;

  const take = (): void => {
    turn = null;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    turn = setTimeout(take, turnMs);
    next();
  };

  return {
    ask: (begin) => {
      const mine = (): void => begin();
      waiting.add(mine);
      if (turn === null) take();
      return () => {
        waiting.delete(mine);
      };
    },
    scrolled: (top, at) => {
      const speed = last === null ? 0 : Math.abs(top - last.top) / Math.max(1, at - last.at);
      last = { top, at };
      // A leap to another place is one step, and what stands there is wanted.
      const flew = flies;
      flies = speed > fast;
      if (!flies || !flew) return;
      if (turn !== null) clearTimeout(turn);
      turn = setTimeout(take, stillMs);
    },
    stop: () => {
      if (turn !== null) clearTimeout(turn);
      turn = null;
      waiting.clear();
    },
  };
};
