import * as v from 'valibot';
import type { SendFailure } from '../../outbox/plan.ts';
import { sendFailureKinds } from '../../outbox/plan.ts';

const failure = v.object({
  kind: v.picklist(sendFailureKinds),
  said: v.nullable(v.string()),
  recipient: v.nullable(v.string()),
});

/** What became of a try, as the device that made it tells it to the team's database. */
const outcome = v.object({
  externalId: v.optional(v.nullable(v.string()), null),
  pending: v.optional(v.array(v.string())),
  served: v.optional(v.boolean(), false),
  delayMs: v.optional(v.number()),
  failure: v.optional(v.nullable(failure), null),
});
export type Outcome = {
  readonly externalId?: string | null;
  readonly pending?: readonly string[];
  readonly served?: boolean;
  readonly delayMs?: number;
  readonly failure?: SendFailure;
};

/** What a device needs to send it beside its bytes, frozen at the click. */
const wire = v.object({
  externalId: v.nullable(v.string()),
  recipients: v.array(v.string()),
  envelopeFrom: v.string(),
});

const inHand = v.object({
  id: v.string(),
  account: v.string(),
  attempts: v.number(),
  wire,
  pending: v.array(v.string()),
  firstTryAt: v.number(),
  state: v.picklist(['taken', 'handed-over', 'sent']),
});

/** A send that this device has taken for a colleague. Times are ms UTC by the server's clock. */
export type InHand = v.InferOutput<typeof inHand>;

/** Reads the answer of `take_send`; null where there is nothing to do. */
export const readTaken = (answer: unknown): InHand | null => v.parse(v.nullable(inHand), answer ?? null);

/** Reads the answer of `sends_in_hand`. */
export const readInHand = (answer: unknown): readonly InHand[] => v.parse(v.array(inHand), answer);

/** States of a send in the team's database. */
const states = ['waiting', 'taken', 'handed-over', 'sent', 'failed', 'unknown', 'withdrawn'] as const;

const standing = v.object({
  id: v.string(),
  state: v.picklist(states),
  decision: v.number(),
  device: v.nullable(v.string()),
  member: v.nullable(v.string()),
  since: v.number(),
  outcome: v.nullable(outcome),
});

/** How a send stands that colleagues' devices have to do. */
export type SendStanding = v.InferOutput<typeof standing>;

/** Reads the answer of `sends_of_mine`. */
export const readStandings = (answer: unknown): readonly SendStanding[] => v.parse(v.array(standing), answer);

/** Reads the answer of `post_send`; `unheard-of`: the team does not know of this reply, or not yet. */
export const readPosted = (answer: unknown): (typeof states)[number] | 'unheard-of' =>
  v.parse(v.picklist([...states, 'unheard-of']), answer);
