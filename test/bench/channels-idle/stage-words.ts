import * as v from 'valibot';

/** What the measuring process asks of a server's process; `account` counts from 0 in the order in which they were made. */
export const asked = v.variant('kind', [
  v.object({ kind: v.literal('account') }),
  v.object({ kind: v.literal('write'), account: v.number(), text: v.string() }),
  v.object({ kind: v.literal('requests') }),
]);

/** What it hears: one answer to each wish, in order, and `ready` before all. `at` is when the server had it, in ms UTC. */
export const said = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({
    kind: v.literal('account'),
    address: v.string(),
    settings: v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()])),
    password: v.string(),
  }),
  v.object({ kind: v.literal('written'), at: v.number() }),
  v.object({ kind: v.literal('requests'), count: v.number() }),
  v.object({ kind: v.literal('failed'), why: v.string() }),
]);

export type Asked = v.InferOutput<typeof asked>;
export type Said = v.InferOutput<typeof said>;
