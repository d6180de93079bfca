import { randomBytes } from 'node:crypto';
import type { Clock, Ids } from '#shared/kit/ports.ts';

/** The clock of this computer. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** Drawn for many ids at once: each call for random bytes costs more than all the rest of an id. */
const drawnAtOnce = 4_096;
let drawn = Buffer.alloc(0);

/** So many random bytes, a copy that may be written to. */
const draw = (bytes: number): Buffer => {
  if (drawn.byteLength < bytes) drawn = randomBytes(drawnAtOnce);
  const some = Buffer.from(drawn.subarray(0, bytes));
  drawn = drawn.subarray(bytes);
  return some;
};

/** Time-ordered UUIDs (RFC 9562, version 7) that also grow within a millisecond (section 6.2, method 1). */
export const systemIds = (clock: Clock): Ids => {
  let last = 0;
  let counter = 0;
  return {
    next: () => {
      const now = Math.max(clock.now(), last);
      counter = now === last ? counter + 1 : draw(2).readUInt16BE() & 0x3ff;
      // 12 bits of counter are used up: borrow from the next millisecond, as the RFC allows.
      const overflow = counter > 0xfff;
      if (overflow) counter = 0;
      last = overflow ? now + 1 : now;
      const bytes = draw(16);
      bytes.writeUIntBE(last, 0, 6);
      bytes.writeUInt16BE(0x7000 | counter, 6);
      bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
      const text = bytes.toString('hex');
      return [
        text.slice(0, 8),
        text.slice(8, 12),
        text.slice(12, 16),
        text.slice(16, 20),
        text.slice(20),
      ].join('-');
    },
  };
};

/** Chance for spreading retries. */
export const systemChance = (): number => Math.random();
