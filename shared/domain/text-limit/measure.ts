import type { TextLimit } from '../channel-profile.ts';
import { countBytes } from './graphemes.ts';
import { countIn, wholesIn } from './wholes.ts';

/** How much of a limit a text takes. `over` and `bytesOver` are zero where it fits. */
export type Measured = {
  /** In the limit's own unit. */
  readonly used: number;
  readonly most: number;
  readonly over: number;
  /** How much it is over the second limit, in UTF-8 bytes. */
  readonly bytesOver: number;
};

const usedBy = (text: string, limit: TextLimit): number => {
  if (limit.links === undefined && limit.shortMentions !== true) return countIn(text, limit.unit);
  let used = 0;
  let done = 0;
  for (const whole of wholesIn(text, limit)) {
    used += countIn(text.slice(done, whole.from), limit.unit) + whole.used;
    done = whole.to;
  }
  return used + countIn(text.slice(done), limit.unit);
};

/** Measures a text as the channel counts it. */
export const measure = (text: string, limit: TextLimit): Measured => {
  const used = usedBy(text, limit);
  return {
    used,
    most: limit.count,
    over: Math.max(0, used - limit.count),
    bytesOver: limit.bytes === undefined ? 0 : Math.max(0, countBytes(text) - limit.bytes),
  };
};

/** Whether a text may go as one message. */
export const isWithin = ({ over, bytesOver }: Measured): boolean => over === 0 && bytesOver === 0;
