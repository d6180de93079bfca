/** From here on the end of a reply window is pressing, in ms: the time of a meeting. */
const pressingMs = 2 * 60 * 60 * 1_000;

/** How an answer stands against the time in which the channel takes one. */
export type ReplyWindow =
  | { readonly kind: 'none' }
  | { readonly kind: 'open'; readonly until: number; readonly pressing: boolean }
  | { readonly kind: 'closed'; readonly since: number };

/** Tells how the window stands at a time; both in ms UTC. */
export const replyWindow = (until: number | null, now: number): ReplyWindow => {
  if (until === null) return { kind: 'none' };
  if (now >= until) return { kind: 'closed', since: until };
  return { kind: 'open', until, pressing: until - now <= pressingMs };
};
