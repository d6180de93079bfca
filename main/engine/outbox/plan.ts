import type { SendClass } from '#shared/domain/channel-profile.ts';
import type { Reconciled, SendResult } from '#main/channels/kit/outgoing.ts';

/** Codes of refusals that have words of their own; every other refusal is told in the server's words alone. */
const wordedCodes = [
  'encrypted-room',
  'answered-post-gone',
  'replies-not-allowed',
  'file-not-carried',
  'no-such-account',
] as const;

/** Why something may not have gone out; each has words in the catalogue under `outbox.failure.<kind>` and `delivery.failure.<kind>`. */
export const sendFailureKinds = [
  'rejected',
  'refused-recipient',
  ...wordedCodes,
  'given-up',
  'offline',
  'account',
  'later',
  'unknown',
  'stepped-back',
  'source-damaged',
  'fault',
] as const;

/** Why something did not go out, as kept beside it. */
export type SendFailure = {
  readonly kind: (typeof sendFailureKinds)[number];
  /** The server's own words. */
  readonly said: string | null;
  /** Whom it concerns, when not everybody. */
  readonly recipient: string | null;
};

/** What an outbox item looks like to the rules. Times are ms UTC. */
export type SendState = {
  readonly recipients: readonly string[];
  readonly pending: readonly string[];
  readonly attempts: number;
  readonly firstTryAt: number;
  readonly handedOver: boolean;
  /** The database stepped back since: not finding it proves nothing. */
  readonly doubtful?: boolean;
};

/** What to do next with an item after a try. `served` is true when somebody has got it by now. */
export type NextStep =
  | { readonly kind: 'sent'; readonly externalId: string | null }
  | {
      readonly kind: 'retry';
      readonly at: number;
      readonly pending: readonly string[];
      readonly served: boolean;
      readonly failure: SendFailure;
    }
  | {
      readonly kind: 'failed';
      readonly pending: readonly string[];
      readonly served: boolean;
      readonly failure: SendFailure;
    }
  /** Look what became of it before anything else. */
  | { readonly kind: 'reconcile'; readonly at: number }
  | { readonly kind: 'unknown'; readonly failure: SendFailure };

/** The first retry is quick, as greylisting servers ask for a minute or so (RFC 6647); later ones every half hour. */
const firstRetryMs = 15_000;
const longestRetryMs = 30 * 60_000;
/** A customer who has heard nothing for a day needs a person, not another try (mail servers go on for five days). */
const giveUpAfterMs = 24 * 60 * 60_000;
/** The pauses before each look for what became of a send, in ms; tests shorten them. */
export type LookDelays = readonly number[];

/** Servers that file sent mail themselves show it within half a minute; looking stops after twice that. */
export const reconcileDelaysMs: LookDelays = [0, 3_000, 10_000, 20_000, 30_000];

const failure = (
  kind: SendFailure['kind'],
  said: string | null,
  recipient: string | null = null,
): SendFailure => ({
  kind,
  said,
  recipient,
});

/** When to try again after `attempts` tries, `chance` in [0, 1) spreading by a quarter either way. */
export const retryAt = (now: number, attempts: number, chance: number, afterMs: number | null): number => {
  const doubled = Math.min(firstRetryMs * 2 ** Math.min(Math.max(attempts, 1) - 1, 20), longestRetryMs);
  return now + Math.max(Math.round(doubled * (0.75 + chance / 2)), afterMs ?? 0);
};

const later = (
  state: SendState,
  now: number,
  chance: number,
  next: {
    readonly pending: readonly string[];
    readonly served: boolean;
    readonly afterMs: number | null;
    readonly why: SendFailure;
  },
): NextStep => {
  const { pending, served, why } = next;
  if (now - state.firstTryAt >= giveUpAfterMs) {
    return { kind: 'failed', pending, served, failure: failure('given-up', why.said, why.recipient) };
  }
  return {
    kind: 'retry',
    at: retryAt(now, state.attempts, chance, next.afterMs),
    pending,
    served,
    failure: why,
  };
};

/** The step after a try that came back with a result. */
export const afterResult = (state: SendState, result: SendResult, now: number, chance: number): NextStep => {
  switch (result.kind) {
    case 'accepted': {
      const permanent = result.refused.find((one) => one.permanent);
      const passing = result.refused.find((one) => !one.permanent);
      const pending = result.refused.map((one) => one.recipient);
      const served = pending.length < state.recipients.length;
      if (passing !== undefined && permanent === undefined) {
        const why = failure('later', passing.said, passing.recipient);
        return later(state, now, chance, { pending, served, afterMs: null, why });
      }
      if (permanent === undefined) return { kind: 'sent', externalId: result.externalId };
      return {
        kind: 'failed',
        pending,
        served,
        failure: failure('refused-recipient', permanent.said, permanent.recipient),
      };
    }
    case 'rejected':
      return {
        kind: 'failed',
        pending: state.pending,
        served: state.pending.length < state.recipients.length,
        failure: failure(wordedCodes.find((code) => code === result.code) ?? 'rejected', result.said),
      };
    case 'retry':
      return later(state, now, chance, {
        pending: state.pending,
        served: state.pending.length < state.recipients.length,
        afterMs: result.afterMs,
        why: failure('later', result.said),
      });
    case 'unknown':
      return { kind: 'reconcile', at: now };
  }
};

/** The step after a try that threw: what was handed over is looked for, everything else is simply tried again. */
export const afterError = (
  state: SendState,
  why: SendFailure,
  now: number,
  chance: number,
  afterMs: number | null = null,
): NextStep => {
  if (state.handedOver) return { kind: 'reconcile', at: now };
  const served = state.pending.length < state.recipients.length;
  return later(state, now, chance, { pending: state.pending, served, afterMs, why });
};

/**
 * The step after a look-up, `looks` counting from 1. Absence is a reason to send again; not knowing never is. Where the server knows a
 * repetition by its key nobody has to look twice, and where nothing can be found nobody has to wait for it.
 */
export const afterLook = (
  state: SendState,
  found: Reconciled,
  {
    looks,
    sendClass,
    delaysMs = reconcileDelaysMs,
  }: { readonly looks: number; readonly sendClass: SendClass; readonly delaysMs?: LookDelays },
  now: number,
): NextStep => {
  if (typeof found === 'object') return { kind: 'sent', externalId: found.acceptedAs };
  switch (found) {
    case 'accepted':
      return { kind: 'sent', externalId: null };
    case 'absent':
    case 'unknown': {
      const pause = sendClass === 'findable' ? delaysMs[looks] : undefined;
      // A copy may still be on its way into the folder, so one look that finds nothing is not enough.
      if (pause !== undefined) return { kind: 'reconcile', at: now + pause };
      if (state.doubtful === true) return { kind: 'unknown', failure: failure('stepped-back', null) };
      if (found === 'unknown') return { kind: 'unknown', failure: failure('unknown', null) };
      return {
        kind: 'retry',
        at: now,
        pending: state.pending,
        served: state.pending.length < state.recipients.length,
        failure: failure('later', null),
      };
    }
  }
};

/** The step where the wire bytes are lost: no further try can bring them back, so a person decides what becomes of it. */
export const afterLostSource = (state: SendState): NextStep => {
  const why = failure('source-damaged', null);
  if (state.handedOver) return { kind: 'unknown', failure: why };
  const { pending, recipients } = state;
  return { kind: 'failed', pending, served: pending.length < recipients.length, failure: why };
};

/**
 * How many ms of the undo window are left when the engine starts: never longer than the window itself, so a clock set
 * back does not hold a message for ever, and never cut short by a wrong clock while the engine runs, because the rest
 * is measured on a clock that does not jump.
 */
export const windowLeft = (
  item: { readonly createdAt: number; readonly sendsAt: number },
  now: number,
): number => Math.min(Math.max(item.sendsAt - now, 0), Math.max(item.sendsAt - item.createdAt, 0));
