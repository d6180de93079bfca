/** An SMTP answer, e.g. `{ code: 451, text: '4.7.1 Greylisted, please try again' }`. */
export type SmtpAnswer = { readonly code: number; readonly text: string };

/** What the server does wrong, and where in the conversation (RFC 5321). */
export type SmtpFault =
  /** Answers a new connection with this code (421, 554) and closes. */
  | { readonly kind: 'refuse connection'; readonly answer: SmtpAnswer }
  /** Closes a new connection without a word. */
  | { readonly kind: 'drop connection' }
  | { readonly kind: 'refuse login'; readonly answer: SmtpAnswer }
  | { readonly kind: 'refuse sender'; readonly answer: SmtpAnswer }
  /** Refuses one recipient, or every one. */
  | { readonly kind: 'refuse recipient'; readonly recipient?: string; readonly answer: SmtpAnswer }
  /** Reads the whole message and then refuses it; with code 421 the connection closes too. */
  | { readonly kind: 'refuse message'; readonly answer: SmtpAnswer }
  /** Closes the connection once this many bytes of the message have come, before its final dot: it never counts as accepted. */
  | { readonly kind: 'drop before the dot'; readonly afterBytes: number }
  /** Closes the connection after the final dot without an answer; `accepted` says whether the message was taken all the same. */
  | { readonly kind: 'drop after the dot'; readonly accepted: boolean }
  /** Takes the message at once and says so only after this time. */
  | { readonly kind: 'answer late'; readonly ms: number }
  /** Takes the message and never says so; the connection stays open. */
  | { readonly kind: 'never answer' };

/** A fault and when it strikes: `times` (1 by default, Infinity for ever) after letting `after` chances pass (0 by default). */
export type ScriptedFault = SmtpFault & { readonly times?: number; readonly after?: number };

/** The faults still to come; each is used up as it strikes. */
export type Script = {
  readonly add: (...faults: readonly ScriptedFault[]) => void;
  readonly clear: () => void;
  /** The next fault of one of these kinds, if it is its turn; `fits` looks closer. */
  readonly take: <K extends SmtpFault['kind']>(
    kinds: readonly K[],
    fits?: (fault: Extract<SmtpFault, { kind: K }>) => boolean,
  ) => Extract<SmtpFault, { kind: K }> | undefined;
  readonly left: () => number;
};

type Pending = { readonly fault: ScriptedFault; times: number; after: number };

/** An empty script: everything is accepted. */
export function createScript(): Script {
  let pending: Pending[] = [];
  return {
    add: (...faults) => {
      for (const fault of faults) pending.push({ fault, times: fault.times ?? 1, after: fault.after ?? 0 });
    },
    clear: () => {
      pending = [];
    },
    left: () => pending.length,
    take: (kinds, fits = () => true) => {
      for (const entry of pending) {
        const { fault } = entry;
        if (!isOneOf(fault, kinds) || !fits(fault)) continue;
        if (entry.after > 0) {
          entry.after -= 1;
          continue;
        }
        entry.times -= 1;
        if (entry.times <= 0) pending = pending.filter((other) => other !== entry);
        return fault;
      }
      return undefined;
    },
  };
}

function isOneOf<K extends SmtpFault['kind']>(
  fault: SmtpFault,
  kinds: readonly K[],
): fault is Extract<SmtpFault, { kind: K }> {
  return kinds.some((kind) => kind === fault.kind);
}
