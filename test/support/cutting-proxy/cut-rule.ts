/** Which way bytes flow through the proxy. */
export type Direction = 'to server' | 'to client';

/** The place in the stream at which a rule strikes: after that many bytes of one connection and direction. */
export type CutPlace =
  | { readonly kind: 'at byte'; readonly count: number }
  /** Right after the k-th (default: first) occurrence of these bytes, and `plus` bytes further on. */
  | {
      readonly kind: 'after pattern';
      readonly pattern: string | Buffer;
      readonly occurrence?: number;
      readonly plus?: number;
    };

/** What happens there. */
export type CutAction =
  /** Both sides see the connection close (FIN). */
  | { readonly kind: 'cut' }
  /** Both sides see it reset (RST). */
  | { readonly kind: 'reset' }
  /** This direction falls silent, the connection stays open; nothing is lost if it is released. */
  | { readonly kind: 'stall' }
  /** Like `stall`, and nothing more is taken either: what a sender writes on stays in its own system, as far as that has room. */
  | { readonly kind: 'clog' }
  /** Both directions fall silent for good, and neither side hears when the other one closes. */
  | { readonly kind: 'half-open' }
  /** This direction goes on after a pause. */
  | { readonly kind: 'delay'; readonly ms: number };

/** How slow a line is: how long each byte is under way, and how many go through in a second, each way. */
export type LineSpeed = { readonly latencyMs: number; readonly bytesPerSecond: number };

/** A fault on the line. It strikes once unless `times` says more, on the first connection that gets there. */
export type CutRule = {
  readonly direction: Direction;
  readonly place: CutPlace;
  readonly action: CutAction;
  readonly times?: number;
};

/** Follows one direction of one connection and says how much of a chunk may pass before the place is reached. */
export type PlaceFinder = {
  /** Bytes of this chunk up to and including the place; undefined when it is not in this chunk. */
  readonly find: (chunk: Buffer) => number | undefined;
};

/** A finder at the beginning of a stream. */
export function createPlaceFinder(place: CutPlace): PlaceFinder {
  if (place.kind === 'at byte') return finderOfByte(() => place.count);
  const pattern = Buffer.from(place.pattern);
  const wanted = place.occurrence ?? 1;
  let tail = Buffer.alloc(0);
  let seen = 0;
  let occurrences = 0;
  let target: number | undefined;
  const byByte = finderOfByte(() => target);
  return {
    find: (chunk) => {
      const text = Buffer.concat([tail, chunk]);
      let from = 0;
      while (target === undefined) {
        const at = text.indexOf(pattern, from);
        if (at === -1) break;
        occurrences += 1;
        from = at + pattern.length;
        if (occurrences === wanted) target = seen - tail.length + from + (place.plus ?? 0);
      }
      seen += chunk.length;
      // The pattern may lie across two chunks, but no occurrence counts twice.
      tail = Buffer.from(text.subarray(Math.max(from, text.length - pattern.length + 1)));
      return byByte.find(chunk);
    },
  };
}

function finderOfByte(target: () => number | undefined): PlaceFinder {
  let passed = 0;
  return {
    find: (chunk) => {
      const before = passed;
      passed += chunk.length;
      const place = target();
      if (place === undefined || place < before || place > passed) return undefined;
      return place - before;
    },
  };
}
