import * as v from 'valibot';
import { time, words } from './schemas.ts';

/** A promise about to be made. `every` is in ms; `why` may be empty. */
export const newFollowUp = v.strictObject({
  dueAt: time,
  ifNoReply: v.boolean(),
  every: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(60_000))),
  why: words,
});
/** The same with a reply, see `draft.send`. */
export const followUpOfReply = v.optional(v.nullable(newFollowUp));
export type NewFollowUp = v.InferOutput<typeof newFollowUp>;
